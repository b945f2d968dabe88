package io.luciola.fio.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.JavaCommand;
import io.luciola.cluster.config.ClusterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Runs {@code luciola admin}, each time as a process, which may be killed. */
final class Operator {

  private static final int LATEST_KILL_MS = 2_500;
  private static final int MOST_TRIES = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ClusterSpec cluster;
  private final Path log;
  private final Random random;

  /**
   * Nothing runs yet.
   *
   * @param log where the output of all processes goes
   * @param random when they are killed
   */
  Operator(ClusterSpec cluster, Path log, Random random) {
    this.cluster = cluster;
    this.log = log;
    this.random = random;
  }

  /** Kills the process at some moment; perhaps it has done nothing yet, or all. */
  void beginAndKill(String... words) throws IOException, InterruptedException {
    Process admin = begin(words);
    Thread.sleep(random.nextInt(LATEST_KILL_MS));
    admin.destroyForcibly().waitFor();
  }

  /** Tries again when it fails; each time it has to go on from where it was. */
  void untilDone(String... words) throws IOException, InterruptedException {
    int exitCode = 1;
    for (int tries = 0; tries < MOST_TRIES && exitCode != 0; tries++) {
      exitCode = run(words);
    }
    assertEquals(0, exitCode, this::log);
  }

  /** Tries again until something is reached, whatever the verb says of it. */
  void until(BooleanSupplier reached, String... words) throws IOException, InterruptedException {
    for (int tries = 0; tries < MOST_TRIES && !reached.getAsBoolean(); tries++) {
      run(words);
    }
    assertTrue(reached.getAsBoolean(), this::log);
  }

  /** Returns the exit code. */
  int run(String... words) throws IOException, InterruptedException {
    Process admin = begin(words);
    assertTrue(admin.waitFor(PATIENCE), this::log);
    return admin.exitValue();
  }

  /** Returns the process, which runs. */
  Process begin(String... words) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("admin"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--cluster", cluster.toString()));
    return new ProcessBuilder(JavaCommand.luciola(arguments))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectErrorStream(true)
        .start();
  }

  /** What all processes have said. */
  String log() {
    try {
      return log + "\n" + Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
