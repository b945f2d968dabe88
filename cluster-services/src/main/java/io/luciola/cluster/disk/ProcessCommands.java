package io.luciola.cluster.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands as child processes, each with a limit of time. */
public final class ProcessCommands implements Commands {

  private final Duration limit;

  /** Commands that are ended when they take longer than the limit. */
  public ProcessCommands(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    // These commands print a few lines at most, which the pipe holds until they have ended.
    if (!ended(process)) {
      process.destroyForcibly();
      throw new IOException("it did not end within " + limit.toMillis() + " ms");
    }
    if (process.exitValue() != 0) {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      throw new IOException("it ended with code " + process.exitValue() + ": " + output);
    }
  }

  private boolean ended(Process process) throws IOException {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
