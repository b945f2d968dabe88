package io.luciola.cluster.storage;

import io.luciola.blockstore.memory.BufferPool;

/**
 * Who may take how much of the buffer pool.
 *
 * <p>An update holds its buffer until its successor has answered, so nodes that wait for each
 * other's buffers could wait for ever. Therefore an update with k serving replicas behind it leaves
 * k shares of the pool alone: the tails' updates, which wait for nobody, always find room, then
 * those before them, and so on. Reads, which may wait for a slow client to take the answer, leave
 * half of the pool to the updates.
 */
final class BufferShares {

  private static final int SHARES = 8;
  private static final int LEFT_BY_READS = 4;
  private static final int MOST_LEFT_BY_UPDATES = 6;

  private final BufferPool buffers;

  BufferShares(BufferPool buffers) {
    this.buffers = buffers;
  }

  long acquireForRead(int lengthBytes) {
    return acquire(lengthBytes, LEFT_BY_READS);
  }

  long acquireForUpdate(int lengthBytes, int successors) {
    return acquire(lengthBytes, Math.min(successors, MOST_LEFT_BY_UPDATES));
  }

  private long acquire(int lengthBytes, int sharesLeft) {
    long keep = buffers.capacityBytes() / SHARES * sharesLeft;
    if (buffers.buffersInUse() > 0 && buffers.freeBytes() - lengthBytes < keep) {
      return BufferPool.EXHAUSTED;
    }
    return buffers.acquire(lengthBytes);
  }
}
