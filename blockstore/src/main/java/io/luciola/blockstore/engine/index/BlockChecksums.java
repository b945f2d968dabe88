package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.ChecksumPage;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.pages.MetadataPages;
import io.luciola.blockstore.linux.Memory;
import java.util.zip.CRC32C;

/**
 * The checksum of every block of the data area that is part of some content. Of other blocks it
 * says nothing: whoever makes a block part of a content sets it.
 */
public final class BlockChecksums {

  /** Marks a block that was never written: it reads as zeros whatever the device holds. */
  public static final int HOLE = 0;

  /** Marks a block whose checksum was lost: it matches nothing. */
  public static final int LOST = -1;

  /** The checksum of a block of zeros. */
  public static final int OF_ZEROS = ofZeros();

  private final MetadataPages pages;
  private final int firstPage;

  /** Checksums in the pages from a certain one on. */
  public BlockChecksums(MetadataPages pages, int firstPage) {
    this.pages = pages;
    this.firstPage = firstPage;
  }

  /** How a CRC32C is kept: as it is, except for the two values that are marks. */
  public static int kept(int crc32c) {
    return switch (crc32c) {
      case HOLE -> 1;
      case LOST -> -2;
      default -> crc32c;
    };
  }

  /** The kept checksum of a block, {@link #HOLE} or {@link #LOST}. */
  public int get(long block) {
    return Memory.getInt(address(block));
  }

  /** Keeps a block's checksum. */
  public void put(long block, int checksum) {
    pages.touch(page(block));
    Memory.putInt(address(block), checksum);
  }

  /** Makes holes. */
  public void putHoles(long block, long count) {
    for (long at = block; at < block + count; at++) {
      put(at, HOLE);
    }
  }

  private int page(long block) {
    return firstPage + (int) (block / ChecksumPage.PER_PAGE);
  }

  private long address(long block) {
    return pages.address(page(block))
        + PageFormat.HEADER_BYTES
        + block % ChecksumPage.PER_PAGE * Integer.BYTES;
  }

  private static int ofZeros() {
    CRC32C crc = new CRC32C();
    crc.update(new byte[4096]);
    return (int) crc.getValue();
  }
}
