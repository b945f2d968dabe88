package io.luciola.fio.run;

import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.job.JobSpec;
import java.util.SplittableRandom;

/** One page-aligned buffer per I/O in flight, filled with random bytes or zeros. */
final class Buffers {

  private static final int PAGE_BYTES = 4096;
  private static final int SCRAMBLE_STEP_BYTES = 512;

  private final long address;
  private final long strideBytes;
  private final boolean zeros;
  private final boolean refill;
  private final SplittableRandom random;
  private long scramble;

  Buffers(JobSpec job, IoChannel channel) {
    // Engines that read whole pages put an unaligned block at its place within its first page.
    int largest = job.access().mostBlockBytes() + 2 * (PAGE_BYTES - 1);
    strideBytes = (long) largest / PAGE_BYTES * PAGE_BYTES;
    address = channel.allocate(strideBytes * job.depth().depth());
    zeros = job.content().zeros();
    refill = job.content().refill();
    random = new SplittableRandom(job.random().seed() ^ 0x5bd1e995L);
    for (int slot = 0; slot < job.depth().depth(); slot++) {
      fill(at(slot), (int) strideBytes);
    }
  }

  long at(int slot) {
    return address + slot * strideBytes;
  }

  /**
   * Gives a write its content: new random bytes with {@code refill_buffers}; otherwise a new number
   * in each 512 bytes, so that no two writes are the same.
   */
  void prepareWrite(int slot, int lengthBytes) {
    if (zeros) {
      return;
    }
    if (refill) {
      fill(at(slot), lengthBytes);
      return;
    }
    scramble += 0x9e3779b97f4a7c15L;
    long at = at(slot);
    for (int offset = 0; offset + Long.BYTES <= lengthBytes; offset += SCRAMBLE_STEP_BYTES) {
      Memory.putLong(at + offset, scramble + offset);
    }
  }

  private void fill(long start, int lengthBytes) {
    if (zeros) {
      Memory.fill(start, lengthBytes, (byte) 0);
      return;
    }
    int offset = 0;
    for (; offset + Long.BYTES <= lengthBytes; offset += Long.BYTES) {
      Memory.putLong(start + offset, random.nextLong());
    }
    for (; offset < lengthBytes; offset++) {
      Memory.putByte(start + offset, (byte) random.nextInt());
    }
  }
}
