package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.memory.BufferPool;
import io.luciola.spdk.DmaMemory;
import io.luciola.spdk.Spdk;

/**
 * Memory that a local drive reaches, for transfers of memory which it does not. Allocated once:
 * when all of it is in use, requests wait.
 */
final class DmaBuffers implements AutoCloseable {

  /** Room for this much per request, if all that the queue holds need it. */
  private static final int BYTES_PER_REQUEST = 64 << 10;

  private static final int LEAST_LARGEST_TRANSFERS = 4;
  private static final long ALIGNMENT_BYTES = 4096;

  private final DmaMemory memory;
  private final BufferPool pool;

  private DmaBuffers(DmaMemory memory, BufferPool pool) {
    this.memory = memory;
    this.pool = pool;
  }

  /**
   * Allocates for a device.
   *
   * @param maxTransferBytes a power of two
   * @throws io.luciola.spdk.SpdkException when there is not so much memory
   */
  static DmaBuffers allocate(Spdk spdk, int queueDepth, int maxTransferBytes) {
    long wanted = (long) queueDepth * BYTES_PER_REQUEST;
    long transfers = (wanted + maxTransferBytes - 1) / maxTransferBytes;
    long lengthBytes = Math.max(transfers, LEAST_LARGEST_TRANSFERS) * maxTransferBytes;
    DmaMemory memory = spdk.allocate(lengthBytes, ALIGNMENT_BYTES);
    return new DmaBuffers(
        memory, BufferPool.within(memory.address(), lengthBytes, maxTransferBytes));
  }

  /** The address of a buffer, or {@link BufferPool#EXHAUSTED}. */
  long acquire(int lengthBytes) {
    return pool.acquire(lengthBytes);
  }

  void release(long address) {
    pool.release(address);
  }

  @Override
  public void close() {
    pool.close();
    memory.close();
  }
}
