package io.luciola.cluster.kv;

import io.luciola.cluster.kv.KvException.Kind;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Runs a transaction again after conflicts, with a growing pause and a bounded number of times. */
final class Attempts {

  private static final long FIRST_PAUSE_NS = 100_000;
  private static final long LONGEST_PAUSE_NS = 20_000_000;

  private final int maxAttempts;
  private final RandomGenerator random;

  /**
   * Sets the bounds.
   *
   * @param random used under a lock
   */
  Attempts(int maxAttempts, RandomGenerator random) {
    this.maxAttempts = maxAttempts;
    this.random = random;
  }

  <T> T run(Supplier<Transaction> begin, Function<Transaction, T> body) {
    for (int attempt = 1; ; attempt++) {
      try (Transaction transaction = begin.get()) {
        T result = body.apply(transaction);
        transaction.commit();
        return result;
      } catch (KvException e) {
        if (!e.retryable() || attempt == maxAttempts) {
          throw e;
        }
      }
      pause(attempt);
      if (Thread.currentThread().isInterrupted()) {
        throw new KvException(Kind.CONFLICT, "interrupted between two attempts");
      }
    }
  }

  private void pause(int attempt) {
    long longestNs = Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << Math.min(attempt, 20));
    long pauseNs;
    synchronized (random) {
      pauseNs = random.nextLong(longestNs);
    }
    LockSupport.parkNanos(pauseNs);
  }
}
