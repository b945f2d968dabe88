package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.FormatOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes through io_uring to a real file is killed with SIGKILL again and again;
 * what it said was acknowledged is there.
 */
class KillTest {

  private static final long FILE_BYTES = 64 << 20;
  private static final int LEAST_ACKNOWLEDGED = 200;

  @TempDir Path directory;

  private final long seed = Long.getLong("luciola.kill.seed", System.nanoTime());

  @Test
  void acknowledgedUpdatesSurviveKills() throws IOException, InterruptedException {
    killRepeatedly(3);
  }

  @Tag("slow")
  @Test
  void acknowledgedUpdatesSurviveFiftyKills() throws IOException, InterruptedException {
    killRepeatedly(50);
  }

  private void killRepeatedly(int times) throws IOException, InterruptedException {
    Path file = directory.resolve("disk");
    format(file);
    int[] reached = new int[KillWriter.CHUNKS];
    Random random = new Random(seed);
    int acknowledged = 0;
    for (int kill = 0; kill < times; kill++) {
      Acknowledged said = writeAndKill(file, reached, random);
      acknowledged += said.updates() - Arrays.stream(reached).sum();
      try {
        reached = said.verify(UringDevice.open(file), true);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            """
            kill %d, seed %d: %s
            Repeat: mvn verify -pl blockstore -am -Dtest=KillTest \
            -Dsurefire.failIfNoSpecifiedTests=false -Dluciola.excludedGroups= \
            -Dluciola.kill.seed=%d\
            """
                .formatted(kill, seed, e.getMessage(), seed),
            e);
      }
    }
    System.out.println(times + " kills, " + acknowledged + " acknowledged updates");
    assertTrue(acknowledged > times, "hardly anything was written");
  }

  private static void format(Path file) {
    UringDevice.create(file, FILE_BYTES);
    try (UringDevice device = UringDevice.open(file)) {
      BlockEngine.format(
          device,
          FormatOptions.defaults(new UUID(3, 4)).withMaxChunks(256).withJournalBytes(2 << 20));
    } catch (DeviceException e) {
      Assumptions.abort("io_uring is not to be had here: " + e.getMessage());
    }
  }

  private Acknowledged writeAndKill(Path file, int[] reached, Random random)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--") || argument.startsWith("-XX"))
        .forEach(command::add);
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(KillWriter.class.getName());
    command.add(file.toString());
    command.add(Long.toString(seed));
    Arrays.stream(reached).mapToObj(Integer::toString).forEach(command::add);
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Acknowledged said = new Acknowledged(seed);
    said.noteReached(reached);
    int heard = 0;
    int killAfter = LEAST_ACKNOWLEDGED + random.nextInt(1500);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      String line;
      while ((line = out.readLine()) != null) {
        heard++;
        if (heard == killAfter) {
          // The process object would close the stream as well, and what is left in it counts.
          process.toHandle().destroyForcibly();
        }
        said.note(line);
      }
    }
    int exit = process.waitFor();
    assertEquals(128 + 9, exit, () -> "the writer ended by itself: " + read(errors));
    return said;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
