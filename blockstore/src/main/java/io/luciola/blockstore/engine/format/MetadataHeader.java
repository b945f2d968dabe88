package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** The first 40 bytes of every metadata block on the device. */
public final class MetadataHeader {

  /** Size of the header. */
  public static final int BYTES = 40;

  /** Format version which this code writes. */
  public static final int FORMAT_VERSION = 3;

  /** Oldest format version which this code reads. */
  public static final int OLDEST_READ_VERSION = 2;

  /** Type of a superblock. */
  public static final int SUPERBLOCK = 1;

  /** Type of a journal record. */
  public static final int JOURNAL_RECORD = 2;

  /** Type of a checkpoint record. */
  public static final int CHECKPOINT_RECORD = 3;

  /** Type of a checkpoint's root: which copy of each directory page holds. */
  public static final int ROOT_RECORD = 4;

  /** Type of a page of the chunk table. */
  public static final int CHUNK_PAGE = 5;

  /** Type of a page of the writer table. */
  public static final int WRITER_PAGE = 6;

  /** Type of a page of block checksums. */
  public static final int CHECKSUM_PAGE = 7;

  /** Type of a directory page. */
  public static final int DIRECTORY_PAGE = 8;

  /** What is added to a record's type in the second copy of its header and entries. */
  public static final int SECOND_COPY = 64;

  // "LUCI", as the bytes stand on the device.
  private static final int MAGIC_NUMBER = 0x4943554C;

  private static final int MAGIC = 0;
  private static final int TYPE = 4;
  private static final int VERSION = 6;
  private static final int OWNER = 8;
  private static final int EPOCH = 16;
  private static final int SEQUENCE = 24;
  private static final int LENGTH = 32;
  private static final int CRC = 36;

  private MetadataHeader() {}

  /** Writes all but the checksum. */
  public static void put(
      long address, int type, long owner, long epoch, long sequence, int lengthBytes) {
    Memory.putInt(address + MAGIC, MAGIC_NUMBER);
    Memory.putShort(address + TYPE, (short) type);
    Memory.putShort(address + VERSION, (short) FORMAT_VERSION);
    Memory.putLong(address + OWNER, owner);
    Memory.putLong(address + EPOCH, epoch);
    Memory.putLong(address + SEQUENCE, sequence);
    Memory.putInt(address + LENGTH, lengthBytes);
    Memory.putInt(address + CRC, 0);
  }

  /** Writes the checksum over the first bytes of the block, header included. */
  public static void seal(long address, int coveredBytes, Crc32c crc) {
    Memory.putInt(address + CRC, 0);
    Memory.putInt(address + CRC, crc.of(address, coveredBytes));
  }

  /** Whether the checksum over the first bytes of the block is right. */
  public static boolean isIntact(long address, int coveredBytes, Crc32c crc) {
    int stored = Memory.getInt(address + CRC);
    Memory.putInt(address + CRC, 0);
    int actual = crc.of(address, coveredBytes);
    Memory.putInt(address + CRC, stored);
    return stored == actual;
  }

  /** Whether this begins like a metadata block of a type, of any format version. */
  public static boolean isOfType(long address, int type) {
    return Memory.getInt(address + MAGIC) == MAGIC_NUMBER
        && Short.toUnsignedInt(Memory.getShort(address + TYPE)) == type;
  }

  /** Whether this code reads the block's format version. */
  public static boolean isOfReadVersion(long address) {
    return version(address) >= OLDEST_READ_VERSION && version(address) <= FORMAT_VERSION;
  }

  /** The format version. */
  public static int version(long address) {
    return Short.toUnsignedInt(Memory.getShort(address + VERSION));
  }

  /** The part of the device's UUID that marks its blocks. */
  public static long owner(long address) {
    return Memory.getLong(address + OWNER);
  }

  /** The epoch; in what checkpoints write their generation. */
  public static long epoch(long address) {
    return Memory.getLong(address + EPOCH);
  }

  /** The sequence number; in a superblock its generation, in a page its number. */
  public static long sequence(long address) {
    return Memory.getLong(address + SEQUENCE);
  }

  /** Length of the whole block. */
  public static int lengthBytes(long address) {
    return Memory.getInt(address + LENGTH);
  }
}
