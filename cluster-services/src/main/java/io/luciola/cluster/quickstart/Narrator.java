package io.luciola.cluster.quickstart;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintWriter;

/**
 * Tells the user what is going on: one line per step with the time since the start, and progress
 * where a terminal watches.
 */
final class Narrator {

  private static final long PROGRESS_INTERVAL_NS = 100_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private final long startNs = System.nanoTime();
  private long lastProgressNs = startNs;
  private boolean progressShown;

  Narrator(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Seconds since the start. */
  double elapsedSeconds() {
    return (System.nanoTime() - startNs) / 1e9;
  }

  /** A finished step. */
  @FormatMethod
  void say(@FormatString String format, Object... arguments) {
    clearProgress();
    out.printf("[%6.1f s] %s%n", elapsedSeconds(), String.format(format, arguments));
    out.flush();
  }

  /** How far a step is; shown at most ten times a second, on terminals only. */
  void progress(String what, long done, long all) {
    long nowNs = System.nanoTime();
    if (!terminal || nowNs - lastProgressNs < PROGRESS_INTERVAL_NS) {
      return;
    }
    lastProgressNs = nowNs;
    progressShown = true;
    out.printf("\r[%6.1f s] %s: %d of %d\033[K", elapsedSeconds(), what, done, all);
    out.flush();
  }

  private void clearProgress() {
    if (progressShown) {
      out.print("\r\033[K");
      progressShown = false;
    }
  }
}
