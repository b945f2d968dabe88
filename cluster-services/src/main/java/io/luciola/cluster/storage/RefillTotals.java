package io.luciola.cluster.storage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a node's refills of other targets have moved since it started. The node's thread counts, any
 * thread may look.
 */
final class RefillTotals {

  private final AtomicLong movedBytes = new AtomicLong();
  private final AtomicLong skippedBytes = new AtomicLong();

  void moved(long bytes) {
    movedBytes.setPlain(movedBytes.getPlain() + bytes);
  }

  void skipped(long bytes) {
    skippedBytes.setPlain(skippedBytes.getPlain() + bytes);
  }

  /** Bytes of the frames by which chunks were compared and copied, in both directions. */
  long movedBytes() {
    return movedBytes.get();
  }

  /** Bytes of copied chunks that were not sent, since they were there already. */
  long skippedBytes() {
    return skippedBytes.get();
  }
}
