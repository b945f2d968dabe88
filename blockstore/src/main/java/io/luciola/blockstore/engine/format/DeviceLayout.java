package io.luciola.blockstore.engine.format;

/**
 * Where everything lies on a device; fixed when it is formatted. Offsets and sizes are bytes and
 * multiples of 4 KiB.
 *
 * @param deviceBytes size of the device when it was formatted
 * @param journalOffset where the journal begins
 * @param journalBytes size of the journal
 * @param recordBytes most bytes of one journal or checkpoint record
 * @param checkpointOffset where the first of two checkpoint regions begins
 * @param checkpointBytes size of each checkpoint region
 * @param pagesOffset where the first of two page areas begins
 * @param chunkPages pages of the chunk table
 * @param writerPages pages of the writer table
 * @param checksumPages pages of block checksums
 * @param dataOffset where the data area begins
 * @param dataBlocks blocks in the data area
 * @param maxChunks most chunks
 * @param journaledBlocks most journaled blocks of pending updates
 */
public record DeviceLayout(
    long deviceBytes,
    long journalOffset,
    long journalBytes,
    int recordBytes,
    long checkpointOffset,
    long checkpointBytes,
    long pagesOffset,
    int chunkPages,
    int writerPages,
    int checksumPages,
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
  private static final int MAX_CHUNKS = 1 << 28;

  /**
   * Divides a device. A size of 0 means: choose.
   *
   * @throws IllegalArgumentException when it does not fit, saying why
   */
  public static DeviceLayout plan(
      long deviceBytes, long journalWish, int maxChunksWish, long journaledWish) {
    long usable = deviceBytes & -BLOCK_BYTES;
    long journalBytes = journalWish != 0 ? journalWish : clamp(usable / 16, 2 * MIB, 1024 * MIB);
    journalBytes &= -BLOCK_BYTES;
    long journaledBytes = journaledWish != 0 ? journaledWish : clamp(usable / 128, MIB, 64 * MIB);
    if (journalBytes < MIN_JOURNAL_BYTES || journaledBytes < MIB || maxChunksWish < 0) {
      throw new IllegalArgumentException(
          "a journal needs 2 MiB, its data in memory 1 MiB, and the number of chunks is positive");
    }
    int chunks = (int) Math.min(maxChunksWish != 0 ? maxChunksWish : usable >>> 16, MAX_CHUNKS);
    chunks = Math.max(chunks, maxChunksWish != 0 ? 1 : 1024);
    int recordBytes = (int) clamp(journalBytes / 8, 256 << 10, MIB);
    int chunkPages = ceilDiv(chunks, ChunkEntry.PER_PAGE);
    // Every chunk may have a writer of its own, and a new one is known before an old one is let go.
    int writerPages = ceilDiv(chunks + WriterEntry.PER_PAGE, WriterEntry.PER_PAGE);
    int checksumPages = ceilDiv(usable / BLOCK_BYTES, ChecksumPage.PER_PAGE);
    // Pending updates and their journaled data; entries are not split, so up to half of each record
    // may stay unused. Then the root, 4 bytes for each directory page.
    long pendings = Math.min(chunks, MAX_PENDING);
    long directoryPages =
        ceilDiv((long) chunkPages + writerPages + checksumPages, DirectoryPage.PER_PAGE);
    long checkpointBytes =
        2 * (pendings * 2 * (Entry.LONG_BYTES + 8) + journaledBytes)
            + directoryPages * Integer.BYTES
            + MIB;
    checkpointBytes = (checkpointBytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
    long checkpointOffset = SUPERBLOCK_AREA_BYTES + journalBytes;
    long pagesOffset = checkpointOffset + 2 * checkpointBytes;
    long pages = (long) chunkPages + writerPages + checksumPages + directoryPages;
    long dataOffset = pagesOffset + 2 * pages * BLOCK_BYTES;
    long dataBlocks = Math.min((usable - dataOffset) / BLOCK_BYTES, 0xFFFF_FFFFL);
    if (dataBlocks < MIN_DATA_BLOCKS) {
      throw new IllegalArgumentException(
          "journal and metadata take " + dataOffset + " of " + deviceBytes + " bytes");
    }
    return new DeviceLayout(
        deviceBytes,
        SUPERBLOCK_AREA_BYTES,
        journalBytes,
        recordBytes,
        checkpointOffset,
        checkpointBytes,
        pagesOffset,
        chunkPages,
        writerPages,
        checksumPages,
        dataOffset,
        dataBlocks,
        chunks,
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

  /** Pages of all tables, directory pages not counted. */
  public int tablePages() {
    return chunkPages + writerPages + checksumPages;
  }

  /** Directory pages: one for each {@link DirectoryPage#PER_PAGE} pages of the tables. */
  public int directoryPages() {
    return ceilDiv(tablePages(), DirectoryPage.PER_PAGE);
  }

  /** Number of the writer table's first page; the chunk table begins with page 0. */
  public int firstWriterPage() {
    return chunkPages;
  }

  /** Number of the first checksum page. */
  public int firstChecksumPage() {
    return chunkPages + writerPages;
  }

  /** Number of the first directory page. */
  public int firstDirectoryPage() {
    return tablePages();
  }

  /** What kind of page has a number: one of {@link MetadataHeader}'s types. */
  public int pageType(int page) {
    if (page < firstWriterPage()) {
      return MetadataHeader.CHUNK_PAGE;
    }
    if (page < firstChecksumPage()) {
      return MetadataHeader.WRITER_PAGE;
    }
    return page < firstDirectoryPage()
        ? MetadataHeader.CHECKSUM_PAGE
        : MetadataHeader.DIRECTORY_PAGE;
  }

  /** Where a page lies in one of the two page areas. */
  public long pageOffset(int page, int area) {
    long areaBytes = ((long) tablePages() + directoryPages()) * BLOCK_BYTES;
    return pagesOffset + area * areaBytes + (long) page * BLOCK_BYTES;
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

  private static int ceilDiv(long value, int by) {
    return Math.toIntExact((value + by - 1) / by);
  }

  private static long clamp(long value, long least, long most) {
    return Math.max(least, Math.min(most, value));
  }
}
