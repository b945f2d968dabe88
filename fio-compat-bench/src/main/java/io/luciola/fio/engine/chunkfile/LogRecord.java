package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * One record of the metadata log: 64 bytes, little-endian. The checksum covers all bytes but its
 * own four.
 *
 * <pre>
 *  0 magic "LCF1"   4 CRC32C of the rest   8 kind          12 length of the chunk
 * 16 id, upper half                       24 id, lower half
 * 32 version                              40 slot          44 CRC32C of the chunk
 * 48 when, ms since 1970                  56 zeros
 * </pre>
 */
final class LogRecord {

  static final int BYTES = 64;

  /** The bytes "LCF1". */
  static final int MAGIC = 0x3146434C;

  /** The new content is in its slot. */
  static final int WRITTEN = 1;

  /** The new content is the chunk's. */
  static final int COMMITTED = 2;

  private static final int CHECKSUM = 4;
  private static final int COVERED = 8;
  private static final int KIND = 8;
  private static final int LENGTH = 12;
  private static final int HI = 16;
  private static final int LO = 24;
  private static final int VERSION = 32;
  private static final int SLOT = 40;
  private static final int CHUNK_CHECKSUM = 44;
  private static final int TIME = 48;

  private LogRecord() {}

  static void put(
      long address,
      int kind,
      long hi,
      long lo,
      long version,
      int slot,
      int length,
      int checksum,
      long timeMs,
      Crc32c crc) {
    Memory.putInt(address, MAGIC);
    Memory.putInt(address + KIND, kind);
    Memory.putInt(address + LENGTH, length);
    Memory.putLong(address + HI, hi);
    Memory.putLong(address + LO, lo);
    Memory.putLong(address + VERSION, version);
    Memory.putInt(address + SLOT, slot);
    Memory.putInt(address + CHUNK_CHECKSUM, checksum);
    Memory.putLong(address + TIME, timeMs);
    Memory.putLong(address + TIME + Long.BYTES, 0);
    Memory.putInt(address + CHECKSUM, crc.of(address + COVERED, BYTES - COVERED));
  }

  static boolean isIntact(long address, Crc32c crc) {
    return Memory.getInt(address) == MAGIC
        && Memory.getInt(address + CHECKSUM) == crc.of(address + COVERED, BYTES - COVERED);
  }

  static int kind(long address) {
    return Memory.getInt(address + KIND);
  }

  static long hi(long address) {
    return Memory.getLong(address + HI);
  }

  static long lo(long address) {
    return Memory.getLong(address + LO);
  }

  static long version(long address) {
    return Memory.getLong(address + VERSION);
  }

  static int slot(long address) {
    return Memory.getInt(address + SLOT);
  }

  static int length(long address) {
    return Memory.getInt(address + LENGTH);
  }

  static int chunkChecksum(long address) {
    return Memory.getInt(address + CHUNK_CHECKSUM);
  }
}
