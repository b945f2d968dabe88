package io.luciola.cluster.meta;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A virtual thread that does something again and again, with a pause that each run chooses. */
final class BackgroundLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

  private final Thread thread;

  /**
   * Starts at once.
   *
   * @param work returns the pause before its next run; interrupted when the loop is closed
   * @param pauseAfterFailure when it throws, which is logged
   */
  BackgroundLoop(String name, Duration pauseAfterFailure, Supplier<Duration> work) {
    this.thread =
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      Thread.sleep(runOnce(name, pauseAfterFailure, work));
                    } catch (InterruptedException e) {
                      return;
                    }
                  }
                });
  }

  private static Duration runOnce(
      String name, Duration pauseAfterFailure, Supplier<Duration> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.warn("{} failed and will be tried again", name, e);
      }
      return pauseAfterFailure;
    }
  }

  /** Interrupts the work and waits for its end. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
