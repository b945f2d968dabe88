package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Memory;
import java.util.zip.CRC32C;

/**
 * The checksum of every block of the data area: 4 bytes per 4 KiB, off-heap, in memory only where
 * there are chunks. A block without one is a hole: it reads as zeros whatever the device holds.
 */
public final class BlockChecksums implements AutoCloseable {

  /** Marks a block that was never written. */
  public static final int HOLE = 0;

  /** The checksum of a block of zeros. */
  public static final int OF_ZEROS = ofZeros();

  private final long address;
  private final long lengthBytes;

  /** Checksums for so many blocks, all holes. */
  public BlockChecksums(long blocks) {
    lengthBytes = (blocks * Integer.BYTES + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
    address = Memory.allocate(lengthBytes);
  }

  /** How a CRC32C is kept: as it is, except that 0 becomes 1 because 0 marks holes. */
  public static int kept(int crc32c) {
    return crc32c == HOLE ? 1 : crc32c;
  }

  /** The kept checksum of a block, or {@link #HOLE}. */
  public int get(long block) {
    return Memory.getInt(address + block * Integer.BYTES);
  }

  /** Keeps a block's checksum. */
  public void put(long block, int checksum) {
    Memory.putInt(address + block * Integer.BYTES, checksum);
  }

  /** Makes holes. */
  public void clear(long block, long count) {
    if (count > 0) {
      Zeros.put(address + block * Integer.BYTES, count * Integer.BYTES);
    }
  }

  @Override
  public void close() {
    Memory.free(address, lengthBytes);
  }

  private static int ofZeros() {
    CRC32C crc = new CRC32C();
    crc.update(new byte[4096]);
    return (int) crc.getValue();
  }
}
