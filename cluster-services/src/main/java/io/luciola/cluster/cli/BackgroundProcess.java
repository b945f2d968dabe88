package io.luciola.cluster.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a verb as a process of its own that outlives this one, and waits until it says that it is
 * ready.
 *
 * <p>The child says so by creating its ready file; whatever it prints goes to its log.
 */
public final class BackgroundProcess {

  private static final int LOG_LINES_SHOWN = 20;
  private static final String EXPLANATION = "luciola: ";

  private BackgroundProcess() {}

  /**
   * Starts {@code luciola} with the arguments, in a session of its own.
   *
   * @param readyFile created by the child when it serves; removed first
   * @return the child's process id
   * @throws CommandFailure with the end of the child's log when it ended, or was not ready in time
   */
  public static long start(List<String> arguments, Path log, Path readyFile, Duration timeout)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    Files.deleteIfExists(readyFile);
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(JavaCommand.luciola(arguments));
    Process child =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true)
            .start();
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (!Files.exists(readyFile)) {
      if (!child.isAlive()) {
        throw ended(child.exitValue(), arguments, log);
      }
      if (System.nanoTime() - deadlineNs > 0) {
        child.destroyForcibly();
        throw CommandFailure.failed(
            "'luciola "
                + String.join(" ", arguments)
                + "' was not ready within "
                + timeout.toSeconds()
                + " s:\n"
                + tail(log));
      }
      pause();
    }
    return child.pid();
  }

  /** Asks a process to end and waits; false when it is still there after the timeout. */
  public static boolean stop(long pid, Duration timeout) {
    ProcessHandle process = ProcessHandle.of(pid).orElse(null);
    if (process == null) {
      return true;
    }
    process.destroy();
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (process.isAlive()) {
      if (System.nanoTime() - deadlineNs > 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** The child's own explanation where it gave one, otherwise the end of its log. */
  private static CommandFailure ended(int exitCode, List<String> arguments, Path log)
      throws IOException {
    List<String> lines = Files.readAllLines(log);
    String last = lines.isEmpty() ? "" : lines.getLast();
    String message =
        last.startsWith(EXPLANATION)
            ? last.substring(EXPLANATION.length())
            : "'luciola "
                + String.join(" ", arguments)
                + "' ended with exit code "
                + exitCode
                + ":\n"
                + tail(log);
    return exitCode == CommandFailure.USAGE
        ? CommandFailure.usage(message)
        : CommandFailure.failed(message);
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
            "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()))
        + "\n(log: "
        + log
        + ")";
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }
}
