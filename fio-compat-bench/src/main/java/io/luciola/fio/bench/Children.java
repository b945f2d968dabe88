package io.luciola.fio.bench;

import java.io.IOException;

/** The processes of a benchmark, of which one runs at a time, so that none outlives it. */
final class Children {

  private Process running;
  private boolean ended;

  /** Nothing runs. */
  @SuppressWarnings("NullAway.Init")
  Children() {}

  /**
   * Starts a process; the one before must have ended.
   *
   * @throws BenchException when the benchmark is ending
   */
  synchronized Process start(ProcessBuilder builder) throws IOException {
    if (ended) {
      throw new BenchException("interrupted");
    }
    running =
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null"))).start();
    return running;
  }

  /** Kills what runs and starts nothing more. */
  synchronized void end() {
    ended = true;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }
}
