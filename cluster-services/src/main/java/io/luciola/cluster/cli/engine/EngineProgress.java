package io.luciola.cluster.cli.engine;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** Says on standard error how far something has come, when somebody may be watching. */
final class EngineProgress {

  private static final long INTERVAL_NS = 500_000_000L;

  private final PrintWriter err;
  private final boolean watched = isTerminal();
  private long lastNs = System.nanoTime();
  private boolean printed;

  EngineProgress(PrintWriter err) {
    this.err = err;
  }

  /** Whether a person reads the output. */
  static boolean isTerminal() {
    // Without a terminal there may be no console at all.
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  void show(String step, double fraction) {
    long now = System.nanoTime();
    if (watched && now - lastNs > INTERVAL_NS) {
      lastNs = now;
      printed = true;
      err.printf("\r%s: %3.0f %% ", step, Math.min(1, fraction) * 100);
      err.flush();
    }
  }

  /** What follows begins in a new line. */
  void end() {
    if (printed) {
      err.println();
      err.flush();
    }
  }
}
