package io.luciola.blockstore.engine.format;

/**
 * Where everything lies on a device; fixed when it is formatted, all in bytes, all multiples of 4
 * KiB.
 *
 * @param deviceBytes size of the device when it was formatted
 * @param journalOffset where the journal begins
 * @param journalBytes size of the journal
 * @param recordBytes most bytes of one journal or checkpoint record
 * @param checkpointOffset where the first of two checkpoint regions begins
 * @param checkpointBytes size of each checkpoint region
 * @param dataOffset where the data area begins
 * @param dataBlocks blocks in the data area
 * @param maxChunks most chunks
 * @param journaledBlocks most journaled blocks that wait in memory
 */
public record DeviceLayout(
    long deviceBytes,
    long journalOffset,
    long journalBytes,
    int recordBytes,
    long checkpointOffset,
    long checkpointBytes,
    long dataOffset,
    long dataBlocks,
    int maxChunks,
    int journaledBlocks) {

  /** Copies of the superblock. */
  public static final int SUPERBLOCK_COPIES = 2;

  /** Smallest journal. */
  public static final long MIN_JOURNAL_BYTES = 2 << 20;

  /** Largest capacity of a chunk. */
  public static final int MAX_CAPACITY_BYTES = 64 << 20;

  /** Most pending updates for which a checkpoint has room. */
  public static final int MAX_PENDING = 1 << 16;

  private static final long SUPERBLOCK_AREA_BYTES = 64 << 10;
  private static final long MIB = 1 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int MIN_DATA_BLOCKS = 256;

  /**
   * Divides a device. A size of 0 means: choose.
   *
   * @throws IllegalArgumentException when it does not fit, saying why
   */
  public static DeviceLayout plan(
      long deviceBytes, long journalWish, int maxChunksWish, long journaledWish) {
    long usable = deviceBytes & -BLOCK_BYTES;
    long journalBytes = journalWish != 0 ? journalWish : clamp(usable / 32, 2 * MIB, 256 * MIB);
    journalBytes &= -BLOCK_BYTES;
    long journaledBytes = journaledWish != 0 ? journaledWish : clamp(usable / 128, MIB, 64 * MIB);
    if (journalBytes < MIN_JOURNAL_BYTES || journaledBytes < MIB || maxChunksWish < 0) {
      throw new IllegalArgumentException(
          "a journal needs 2 MiB, its data in memory 1 MiB, and the number of chunks is positive");
    }
    long chunks = maxChunksWish != 0 ? maxChunksWish : clamp(usable >>> 16, 1024, 1 << 28);
    int recordBytes = (int) clamp(journalBytes / 8, 256 << 10, MIB);
    // A checkpoint holds an entry per chunk and pending update, a checksum per block, and the
    // journaled blocks that are pending. Entries are not split, so that more than half of a record
    // may stay unused: three times as much always suffices.
    long entries = chunks + Math.min(chunks, MAX_PENDING);
    long checkpointBytes =
        3 * (entries * (Entry.LONG_BYTES + 8) + usable / 1024 + journaledBytes) + MIB;
    checkpointBytes = (checkpointBytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
    long checkpointOffset = SUPERBLOCK_AREA_BYTES + journalBytes;
    long dataOffset = checkpointOffset + 2 * checkpointBytes;
    long dataBlocks = Math.min((usable - dataOffset) / BLOCK_BYTES, 0xFFFF_FFFFL);
    if (dataBlocks < MIN_DATA_BLOCKS) {
      throw new IllegalArgumentException(
          "journal and checkpoints take " + dataOffset + " of " + deviceBytes + " bytes");
    }
    return new DeviceLayout(
        deviceBytes,
        SUPERBLOCK_AREA_BYTES,
        journalBytes,
        recordBytes,
        checkpointOffset,
        checkpointBytes,
        dataOffset,
        dataBlocks,
        (int) chunks,
        (int) (journaledBytes / BLOCK_BYTES));
  }

  /** Where a copy of the superblock lies. */
  public static long superblockOffset(int copy) {
    return copy * SUPERBLOCK_AREA_BYTES / SUPERBLOCK_COPIES;
  }

  /** Where a checkpoint region begins. */
  public long checkpointOffset(int region) {
    return checkpointOffset + region * checkpointBytes;
  }

  /** Where a block of the data area lies on the device. */
  public long blockOffset(long block) {
    return dataOffset + block * BLOCK_BYTES;
  }

  /** Where in the journal the record behind one that ends here begins. */
  public long journalNext(long endOffset) {
    // A record never wraps: it begins at 0 when the largest one would not fit.
    return endOffset + recordBytes > journalBytes ? 0 : endOffset;
  }

  private static long clamp(long value, long least, long most) {
    return Math.max(least, Math.min(most, value));
  }
}
