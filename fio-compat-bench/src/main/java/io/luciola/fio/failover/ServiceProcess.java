package io.luciola.fio.failover;

import io.luciola.cluster.cli.BackgroundProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One service of the cluster as a process of its own; started again with the same files. */
final class ServiceProcess {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final String name;
  private final String verb;
  private final Path directory;
  private long pid;

  /**
   * Not running yet.
   *
   * @param directory where its configuration lies as {@code NAME.toml}
   */
  ServiceProcess(String name, String verb, Path directory) {
    this.name = name;
    this.verb = verb;
    this.directory = directory;
  }

  String name() {
    return name;
  }

  void start() throws IOException {
    pid =
        BackgroundProcess.start(
            List.of(
                verb,
                "run",
                "--config",
                directory.resolve(name + ".toml").toString(),
                "--ready-file",
                readyFile().toString()),
            directory.resolve(name + ".log"),
            readyFile(),
            START_TIMEOUT);
  }

  private Path readyFile() {
    return directory.resolve(name + ".ready");
  }

  /** SIGKILL, and waits for the end. */
  void kill() {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  /** SIGSTOP. */
  void pause() throws IOException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("cannot send SIG" + signal + " to " + name);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
