package io.luciola.fio.cli;

import io.luciola.fio.run.Runner;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a clean end: the JVM's shutdown waits until the jobs have stopped
 * and the results so far are printed.
 */
final class Interruption implements AutoCloseable {

  private static final int LONGEST_WAIT_SECONDS = 30;

  private final Runner runner;
  private final PrintStream err;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean stopping;

  Interruption(Runner runner, PrintStream err) {
    this.runner = runner;
    this.err = err;
    this.hook = new Thread(this::stop, "fio-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    stopping = true;
    err.println("\nfio: terminating on signal");
    runner.stop();
    try {
      if (!finished.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        err.println("fio: jobs did not stop within " + LONGEST_WAIT_SECONDS + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The results are printed. */
  void finished() {
    finished.countDown();
  }

  @Override
  public void close() {
    finished.countDown();
    if (!stopping) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException shuttingDown) {
        // The signal came this very moment: the hook runs and finds everything finished.
        stopping = true;
      }
    }
  }
}
