package io.luciola.chaintable;

/**
 * The 16 bytes of a chunk id as two longs in big-endian order: tenant (1), reserved (1), inode (8),
 * track (2), chunk index (4). Comparing the longs as unsigned numbers orders chunks by tenant,
 * inode and index.
 */
public final class ChunkId {

  private ChunkId() {}

  /** Upper 8 bytes for tenant 0: the inode's upper 6 bytes. */
  public static long hi(long inode) {
    return inode >>> 16;
  }

  /** Lower 8 bytes for track 0: the inode's lower 2 bytes and the chunk index. */
  public static long lo(long inode, int chunkIndex) {
    return (inode << 48) | Integer.toUnsignedLong(chunkIndex);
  }

  /** The inode of a chunk id. */
  public static long inode(long hi, long lo) {
    return (hi << 16) | (lo >>> 48);
  }

  /** The chunk index of a chunk id. */
  public static int chunkIndex(long lo) {
    return (int) lo;
  }

  /** For messages: {@code inode:index}, both in decimal. */
  public static String toString(long hi, long lo) {
    return Long.toUnsignedString(inode(hi, lo)) + ":" + Integer.toUnsignedString(chunkIndex(lo));
  }
}
