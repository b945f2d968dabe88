package io.luciola.cluster.cli.admin.chunks;

import io.luciola.cluster.cli.CommandFailure;

/** The pause before a verb looks again at what may only have been in motion. */
final class SecondLook {

  private static final long PAUSE_MS = 300;

  private SecondLook() {}

  static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.failed("interrupted");
    }
  }
}
