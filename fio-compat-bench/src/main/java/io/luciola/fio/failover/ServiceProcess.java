package io.luciola.fio.failover;

import io.luciola.cluster.cli.BackgroundProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One service of the cluster as a process of its own; started again with the same files. */
final class ServiceProcess {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** How long files may get while disks fail; the process's log has to find room there. */
  private static final int WRITABLE_BYTES = 256 << 10;

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

  /**
   * Its disks, which are files, cannot be written any more: writes that go beyond a small part of a
   * file fail.
   */
  void failDisks() throws IOException {
    limitFiles(Integer.toString(WRITABLE_BYTES));
  }

  /** Its disks can be written again. */
  void mendDisks() throws IOException {
    limitFiles("unlimited");
  }

  private void limitFiles(String bytes) throws IOException {
    run("prlimit", "--pid", Long.toString(pid), "--fsize=" + bytes + ":");
  }

  private void signal(String signal) throws IOException {
    run("kill", "-" + signal, Long.toString(pid));
  }

  private void run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("failed for " + name + ": " + String.join(" ", command));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
