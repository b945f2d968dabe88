package io.luciola.blockstore.agent;

/** Waiting for a thread that must have ended before anything else is done. */
public final class ThreadEnd {

  private ThreadEnd() {}

  /**
   * Waits until the thread has ended, or returns at once when it was never started. An interruption
   * of the caller does not end the wait; the caller is interrupted still, or again, behind it.
   */
  public static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
