package io.luciola.cluster.storage;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** What other threads have a node's thread do. */
final class Errands {

  private record Errand(Runnable work, CompletableFuture<?> end) {}

  private final ConcurrentLinkedQueue<Errand> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * For any thread: completes with what the node's thread got, exceptionally with what it threw, or
   * with a CancellationException when the node ended before.
   */
  <T> CompletableFuture<T> add(Supplier<T> work) {
    CompletableFuture<T> end = new CompletableFuture<>();
    waiting.add(
        new Errand(
            () -> {
              try {
                end.complete(work.get());
              } catch (RuntimeException failed) {
                end.completeExceptionally(failed);
              }
            },
            end));
    if (closed) {
      cancelAll();
    }
    return end;
  }

  /** Does what is waiting; returns how many errands that were. */
  int run() {
    int done = 0;
    while (!waiting.isEmpty()) {
      Errand next = waiting.poll();
      if (next != null) {
        next.work.run();
        done++;
      }
    }
    return done;
  }

  /** Nothing is done any more. */
  void close() {
    closed = true;
    cancelAll();
  }

  private void cancelAll() {
    for (Errand next = waiting.poll(); next != null; next = waiting.poll()) {
      next.end.completeExceptionally(new CancellationException("the node has ended"));
    }
  }
}
