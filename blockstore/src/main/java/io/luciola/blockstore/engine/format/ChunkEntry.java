package io.luciola.blockstore.engine.format;

/**
 * A chunk in a page of the chunk table: names of the fields' offsets. An entry of version 0 is
 * free.
 */
public final class ChunkEntry {

  /** Size of an entry. */
  public static final int BYTES = 56;

  /** Entries in a page. */
  public static final int PER_PAGE = (PageFormat.BYTES - PageFormat.HEADER_BYTES) / BYTES;

  /** Upper half of the chunk id, 8 bytes. */
  public static final int CHUNK_HI = 0;

  /** Lower half of the chunk id, 8 bytes. */
  public static final int CHUNK_LO = 8;

  /** Lower 16 bits: number of the target in the superblock; upper 48 bits: committed version. */
  public static final int TARGET_AND_VERSION = 16;

  /** First block of the extent, 4 bytes, unsigned. */
  public static final int EXTENT = 24;

  /** Bits 0-26: length of the content in bytes; bits 27-30: order of the extent; bit 31: unused. */
  public static final int LENGTH_AND_ORDER = 28;

  /** Digest of the content, 8 bytes. */
  public static final int DIGEST = 32;

  /** The writer's sequence number, 8 bytes. */
  public static final int SEQUENCE = 40;

  /** Chain version of the committed update, 4 bytes. */
  public static final int CHAIN_VERSION = 48;

  /** Number of the writer in the writer table, 4 bytes. */
  public static final int WRITER = 52;

  /** Largest version that an entry can hold. */
  public static final long MAX_VERSION = (1L << 48) - 1;

  private ChunkEntry() {}
}
