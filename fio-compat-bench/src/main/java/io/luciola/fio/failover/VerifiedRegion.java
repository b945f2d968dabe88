package io.luciola.fio.failover;

import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Blocks that one thread alone writes and reads, so that it knows what each has to contain: the
 * last acknowledged write, to the byte.
 */
final class VerifiedRegion implements AutoCloseable {

  static final int BLOCK_BYTES = 4096;

  /** Most blocks of one write. */
  static final int MOST_BLOCKS = 256;

  private static final int WORDS = BLOCK_BYTES / Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final DataPath path;
  private final FileLayout layout;
  private final long inode;
  private final long[] written;
  private final long memory = Memory.allocate((long) MOST_BLOCKS * BLOCK_BYTES);
  private final byte[] bytes = new byte[BLOCK_BYTES];
  private long lastWrite;
  private long wrongBlocks;

  /** All blocks are as if never written. */
  VerifiedRegion(DataPath path, FileLayout layout, long inode, int blocks) {
    this.path = path;
    this.layout = layout;
    this.inode = inode;
    this.written = new long[blocks];
  }

  int blocks() {
    return written.length;
  }

  /** Blocks that were not what they had to be. */
  long wrongBlocks() {
    return wrongBlocks;
  }

  /** Writes new content; false when that failed, and it is not known then what the block has. */
  boolean write(int block) {
    return write(block, 1);
  }

  /**
   * Writes new content to blocks that follow each other, at most {@link #MOST_BLOCKS}; false when
   * that failed.
   */
  boolean write(int first, int count) {
    long number = ++lastWrite;
    for (int i = 0; i < count; i++) {
      fill(first + i, number);
      Memory.put(memory + (long) i * BLOCK_BYTES, bytes, 0, BLOCK_BYTES);
    }
    int lengthBytes = count * BLOCK_BYTES;
    int result = path.writeNow(layout, inode, (long) first * BLOCK_BYTES, lengthBytes, memory);
    if (result != lengthBytes) {
      return false;
    }
    Arrays.fill(written, first, first + count, number);
    return true;
  }

  /** Reads and compares; false when the read failed. */
  boolean read(int block) {
    int result = path.readNow(layout, inode, (long) block * BLOCK_BYTES, BLOCK_BYTES, memory);
    if (result != BLOCK_BYTES) {
      return false;
    }
    fill(block, written[block]);
    byte[] found = new byte[BLOCK_BYTES];
    Memory.get(memory, found, 0, BLOCK_BYTES);
    if (!Arrays.equals(bytes, found)) {
      wrongBlocks++;
    }
    return true;
  }

  private void fill(int block, long number) {
    if (number == 0) {
      Arrays.fill(bytes, (byte) 0);
      return;
    }
    SplittableRandom random = new SplittableRandom(inode << 48 ^ (long) block << 32 ^ number);
    for (int i = 0; i < WORDS; i++) {
      LONGS.set(bytes, i * Long.BYTES, random.nextLong());
    }
  }

  @Override
  public void close() {
    path.close();
    Memory.free(memory, (long) MOST_BLOCKS * BLOCK_BYTES);
  }
}
