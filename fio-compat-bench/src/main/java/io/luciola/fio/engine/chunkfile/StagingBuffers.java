package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Memory;

/** Buffers of a chunk each, in which new content is put together; as many as fit the bound. */
final class StagingBuffers implements AutoCloseable {

  private static final long MOST_BYTES = 256L << 20;

  private final int bufferBytes;
  private final long address;
  private final int[] free;
  private int freeCount;

  /**
   * Reserves memory, which comes into being when first touched.
   *
   * @param wanted most that are used at once
   */
  StagingBuffers(int bufferBytes, int wanted) {
    this.bufferBytes = bufferBytes;
    int count = Math.clamp(MOST_BYTES / bufferBytes, 1, wanted);
    address = Memory.allocate((long) count * bufferBytes);
    free = new int[count];
    for (int buffer = count - 1; buffer >= 0; buffer--) {
      free[freeCount++] = buffer;
    }
  }

  /** A buffer, or -1 when all are taken. */
  int take() {
    return freeCount == 0 ? -1 : free[--freeCount];
  }

  void give(int buffer) {
    free[freeCount++] = buffer;
  }

  long addressOf(int buffer) {
    return address + (long) buffer * bufferBytes;
  }

  @Override
  public void close() {
    Memory.free(address, (long) free.length * bufferBytes);
  }
}
