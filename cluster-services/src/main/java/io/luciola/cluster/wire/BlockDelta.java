package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * How one content of a chunk is told from another by blocks: checksums of all blocks, a bitmap of
 * those that differ, and the payload of an UPDATE with {@link RequestFrame#DELTA}. The other
 * content, the base, is seen cut or extended with zeros to the length of the new one; so the last
 * block of both may be shorter than the others.
 */
public final class BlockDelta {

  /** Bytes before the bitmap in the payload of a delta. */
  public static final int HEADER_BYTES = 32;

  private static final int BASE_VERSION = 0;
  private static final int BASE_DIGEST = 8;
  private static final int BASE_LENGTH_BYTES = 16;
  private static final int CARRIED_BLOCKS = 20;
  private static final int RESERVED = 24;
  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  private BlockDelta() {}

  /** Blocks of a content. */
  public static int blocks(int contentBytes) {
    return contentBytes / BLOCK_BYTES + (contentBytes % BLOCK_BYTES == 0 ? 0 : 1);
  }

  /** Bytes of the checksums of all blocks: the payload of COMPARE_BLOCKS. */
  public static int checksumsBytes(int contentBytes) {
    return blocks(contentBytes) * Integer.BYTES;
  }

  /** Bytes of a bitmap of all blocks: the payload of COMPARE_BLOCKS_REPLY. */
  public static int bitmapBytes(int contentBytes) {
    return (blocks(contentBytes) + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
  }

  /** Writes the checksum of every block of a content. */
  public static void putChecksums(long address, long content, int contentBytes, Crc32c checksum) {
    for (int block = 0; block < blocks(contentBytes); block++) {
      long at = content + (long) block * BLOCK_BYTES;
      putInt(
          address + (long) block * Integer.BYTES, checksum.of(at, blockBytes(block, contentBytes)));
    }
  }

  /**
   * Puts a bitmap of the blocks of a base whose checksums are others in the place of the checksums.
   */
  public static void compare(long address, long base, int contentBytes, Crc32c checksum) {
    long word = 0;
    int blocks = blocks(contentBytes);
    for (int block = 0; block < blocks; block++) {
      long at = base + (long) block * BLOCK_BYTES;
      int theirs = getInt(address + (long) block * Integer.BYTES);
      if (checksum.of(at, blockBytes(block, contentBytes)) != theirs) {
        word |= 1L << block;
      }
      if (block % Long.SIZE == Long.SIZE - 1 || block == blocks - 1) {
        // The checksums below are used up: there are 32 times as many bytes of them.
        putLong(address + (long) (block / Long.SIZE) * Long.BYTES, word);
        word = 0;
      }
    }
  }

  /** Bytes of the blocks that a bitmap names. */
  public static int differingBytes(long bitmap, int contentBytes) {
    int bytes = 0;
    for (int block = 0; block < blocks(contentBytes); block++) {
      if (isSet(bitmap, block)) {
        bytes += blockBytes(block, contentBytes);
      }
    }
    return bytes;
  }

  /**
   * Writes the payload of a delta.
   *
   * @param address where to; has room for header, bitmap and the blocks that the bitmap names
   * @return its length
   */
  public static int put(
      long address,
      long baseVersion,
      long baseDigest,
      int baseLengthBytes,
      long bitmap,
      long content,
      int contentBytes) {
    int bitmapBytes = bitmapBytes(contentBytes);
    putLong(address + BASE_VERSION, baseVersion);
    putLong(address + BASE_DIGEST, baseDigest);
    putInt(address + BASE_LENGTH_BYTES, baseLengthBytes);
    putLong(address + RESERVED, 0);
    Memory.copy(bitmap, address + HEADER_BYTES, bitmapBytes);
    long at = address + HEADER_BYTES + bitmapBytes;
    int carried = 0;
    for (int block = 0; block < blocks(contentBytes); block++) {
      if (isSet(bitmap, block)) {
        int bytes = blockBytes(block, contentBytes);
        Memory.copy(content + (long) block * BLOCK_BYTES, at, bytes);
        at += bytes;
        carried++;
      }
    }
    putInt(address + CARRIED_BLOCKS, carried);
    return (int) (at - address);
  }

  /** Whether a payload is a delta for a content of that length. */
  public static boolean isValid(long address, int payloadBytes, int contentBytes) {
    int before = HEADER_BYTES + bitmapBytes(contentBytes);
    return payloadBytes >= before
        && payloadBytes - before == differingBytes(address + HEADER_BYTES, contentBytes);
  }

  /** The committed version of the base. */
  public static long baseVersion(long address) {
    return getLong(address + BASE_VERSION);
  }

  /** The digest of the base. */
  public static long baseDigest(long address) {
    return getLong(address + BASE_DIGEST);
  }

  /** The length of the base. */
  public static int baseLengthBytes(long address) {
    return getInt(address + BASE_LENGTH_BYTES);
  }

  /** Lays the blocks of a valid delta over its base. */
  public static void apply(long address, long base, int contentBytes) {
    long bitmap = address + HEADER_BYTES;
    long at = bitmap + bitmapBytes(contentBytes);
    for (int block = 0; block < blocks(contentBytes); block++) {
      if (isSet(bitmap, block)) {
        int bytes = blockBytes(block, contentBytes);
        Memory.copy(at, base + (long) block * BLOCK_BYTES, bytes);
        at += bytes;
      }
    }
  }

  private static boolean isSet(long bitmap, int block) {
    long word = getLong(bitmap + (long) (block / Long.SIZE) * Long.BYTES);
    return (word >>> block & 1) != 0;
  }

  private static int blockBytes(int block, int contentBytes) {
    return Math.min(BLOCK_BYTES, contentBytes - block * BLOCK_BYTES);
  }
}
