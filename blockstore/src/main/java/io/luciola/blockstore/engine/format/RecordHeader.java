package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * The first 64 bytes of a record. Entries follow, covered by the header's checksum; at the next
 * multiple of 4 KiB data blocks, each covered by its entry's checksum; behind them header and
 * entries once more, so that no single damaged block loses them.
 */
public final class RecordHeader {

  /** Size of the header. */
  public static final int BYTES = 64;

  private static final int BLOCK_BYTES = 4096;
  private static final int ENTRY_BYTES = 40;
  private static final int ENTRY_COUNT = 44;
  private static final int DATA_BLOCKS = 48;

  private RecordHeader() {}

  /** Where the data blocks of a record with so many bytes of entries begin. */
  public static int dataOffset(int entryBytes) {
    return (BYTES + entryBytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
  }

  /** Where the second copy of header and entries begins. */
  public static int secondCopyOffset(int entryBytes, int dataBlocks) {
    return dataOffset(entryBytes) + dataBlocks * BLOCK_BYTES;
  }

  /** Whole length of a record. */
  public static int recordBytes(int entryBytes, int dataBlocks) {
    return secondCopyOffset(entryBytes, dataBlocks) + dataOffset(entryBytes);
  }

  /** Writes the header behind which entries and data already are, and seals both copies. */
  public static void seal(
      long address,
      int type,
      long owner,
      long epoch,
      long sequence,
      int entryBytes,
      int entryCount,
      int dataBlocks,
      Crc32c crc) {
    int length = recordBytes(entryBytes, dataBlocks);
    MetadataHeader.put(address, type, owner, epoch, sequence, length);
    Zeros.put(address + MetadataHeader.BYTES, BYTES - MetadataHeader.BYTES);
    Memory.putInt(address + ENTRY_BYTES, entryBytes);
    Memory.putInt(address + ENTRY_COUNT, entryCount);
    Memory.putInt(address + DATA_BLOCKS, dataBlocks);
    int end = BYTES + entryBytes;
    int padded = dataOffset(entryBytes);
    Zeros.put(address + end, padded - end);
    long second = address + secondCopyOffset(entryBytes, dataBlocks);
    Memory.copy(address, second, padded);
    MetadataHeader.put(second, type + MetadataHeader.SECOND_COPY, owner, epoch, sequence, length);
    MetadataHeader.seal(address, end, crc);
    MetadataHeader.seal(second, end, crc);
  }

  /**
   * Whether the first 4 KiB of a record, or of its second copy, are of the wanted type, owner and
   * epoch and name a length that can be.
   */
  public static boolean fits(long address, int type, long owner, long epoch, int maxBytes) {
    if (!MetadataHeader.isOfType(address, type)
        || !MetadataHeader.isOfReadVersion(address)
        || MetadataHeader.owner(address) != owner
        || MetadataHeader.epoch(address) != epoch) {
      return false;
    }
    int entryBytes = entryBytes(address);
    int dataBlocks = dataBlocks(address);
    int length = MetadataHeader.lengthBytes(address);
    return entryBytes >= 0
        && entryBytes <= maxBytes - BYTES
        && dataBlocks >= 0
        && dataBlocks <= maxBytes / BLOCK_BYTES
        && length <= maxBytes
        && length == recordBytes(entryBytes, dataBlocks);
  }

  /** Whether header and entries are as they were written; data blocks are judged by entry. */
  public static boolean isIntact(long address, Crc32c crc) {
    return MetadataHeader.isIntact(address, BYTES + entryBytes(address), crc);
  }

  /** Bytes of entries. */
  public static int entryBytes(long address) {
    return Memory.getInt(address + ENTRY_BYTES);
  }

  /** Number of entries. */
  public static int entryCount(long address) {
    return Memory.getInt(address + ENTRY_COUNT);
  }

  /** Number of data blocks. */
  public static int dataBlocks(long address) {
    return Memory.getInt(address + DATA_BLOCKS);
  }
}
