package io.luciola.blockstore.engine;

import io.luciola.blockstore.linux.Memory;

/** Buffers in which blocks are put together; prepares wait in line when there is none. */
final class StagingBuffers implements AutoCloseable {

  /** Blocks in a buffer. */
  static final int BLOCKS = 64;

  private static final int BUFFERS = 16;
  private static final long BUFFER_BYTES = (long) BLOCKS * ChunkEngine.BLOCK_BYTES;

  private final long memory = Memory.allocate(BUFFERS * BUFFER_BYTES);
  private final long[] free = new long[BUFFERS];
  private int freeCount;
  private PrepareOp waitingHead;
  private PrepareOp waitingTail;

  StagingBuffers() {
    for (int i = 0; i < BUFFERS; i++) {
      free[freeCount++] = memory + i * BUFFER_BYTES;
    }
  }

  /** Gives the prepare a buffer if it has none; false when it was put in line instead. */
  boolean acquire(PrepareOp op) {
    if (op.staging != 0) {
      return true;
    }
    if (freeCount > 0) {
      op.staging = free[--freeCount];
      return true;
    }
    op.next = null;
    if (waitingHead == null) {
      waitingHead = op;
    } else {
      waitingTail.next = op;
    }
    waitingTail = op;
    return false;
  }

  /** Takes the prepare's buffer back if it has one; returns who got it and can go on, or null. */
  PrepareOp release(PrepareOp op) {
    if (op.staging == 0) {
      return null;
    }
    long buffer = op.staging;
    op.staging = 0;
    PrepareOp waiting = waitingHead;
    if (waiting == null) {
      free[freeCount++] = buffer;
      return null;
    }
    waitingHead = waiting.next;
    waiting.next = null;
    waiting.staging = buffer;
    return waiting;
  }

  @Override
  public void close() {
    Memory.free(memory, BUFFERS * BUFFER_BYTES);
  }
}
