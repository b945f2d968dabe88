package io.luciola.cluster.cli.chaintable;

import java.io.PrintWriter;
import java.time.Duration;

/** Says on standard error what is being done, when it takes longer than one likes to wait. */
final class Progress implements AutoCloseable {

  /** How long nothing is said. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration REPEAT = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final long beginNs = System.nanoTime();
  private final Thread speaker;
  private String step;

  Progress(PrintWriter err, Duration patience, String step) {
    this.err = err;
    this.step = step;
    speaker = Thread.ofVirtual().name("progress").start(() -> speak(patience));
  }

  private void speak(Duration patience) {
    try {
      Thread.sleep(patience);
      while (true) {
        say();
        Thread.sleep(REPEAT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void say() {
    err.printf("luciola: %s, %d s%n", step, (System.nanoTime() - beginNs) / 1_000_000_000);
    err.flush();
  }

  /** What begins now. */
  synchronized void begin(String next) {
    step = next;
  }

  /** Nothing is said any more. */
  @Override
  public void close() {
    speaker.interrupt();
    try {
      speaker.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
