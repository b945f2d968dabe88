package io.luciola.cluster.storage;

import io.luciola.craq.ReplicaEvent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of the chunks that a node found corrupt since it started. The node's thread counts,
 * any thread may look.
 */
final class RepairTotals {

  private final AtomicLong corrupt = new AtomicLong();
  private final AtomicLong repaired = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  void count(ReplicaEvent event) {
    switch (event) {
      case CHUNK_CORRUPT -> corrupt.getAndIncrement();
      case CHUNK_REPAIRED -> repaired.getAndIncrement();
      case REPAIR_FAILED -> failed.getAndIncrement();
      default -> {
        // Not about repairs.
      }
    }
  }

  /** Chunks that were found corrupt. */
  long corrupt() {
    return corrupt.get();
  }

  /** Chunks that were replaced by another replica's copy. */
  long repaired() {
    return repaired.get();
  }

  /** Chunks that no other replica had. */
  long failed() {
    return failed.get();
  }
}
