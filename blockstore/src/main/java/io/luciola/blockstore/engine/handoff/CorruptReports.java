package io.luciola.blockstore.engine.handoff;

import org.jspecify.annotations.Nullable;

/**
 * Reports of corrupt blocks on their way to one client: a bounded number, so that nothing waits for
 * the client. A report for which there is no room is dropped; the block is reported again when it
 * is met again.
 */
final class CorruptReports {

  static final int CAPACITY = 64;

  private final Request[] reports = new Request[CAPACITY];

  /** Agent only. */
  private long made;

  /** Written by the client. */
  private volatile long delivered;

  CorruptReports(EngineClient client) {
    for (int i = 0; i < CAPACITY; i++) {
      reports[i] = new Request(client, EngineClient.NO_SLOT);
      reports[i].kind = Request.Kind.CORRUPT;
    }
  }

  /** Agent only: one to fill in; null when the client has not yet seen so many. */
  @Nullable Request next() {
    if (made - delivered == CAPACITY) {
      return null;
    }
    return reports[(int) (made++ % CAPACITY)];
  }

  /** Client only: the oldest one is not needed any more. */
  void oldestDelivered() {
    long count = delivered; // there is one writer
    delivered = count + 1;
  }
}
