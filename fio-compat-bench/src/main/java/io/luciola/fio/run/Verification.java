package io.luciola.fio.run;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * The header by which a block proves, when it is read back, that it is the one written here.
 *
 * <pre>
 *  0  u32  magic 0x4c755631
 *  4  u32  length of the block
 *  8  u64  offset in the file
 * 16  u64  number of the write
 * 24  u32  reserved, 0
 * 28  u32  CRC32C of bytes 0 to 28 and of the rest of the block
 * </pre>
 */
final class Verification {

  /** Smallest block that can be verified. */
  static final int HEADER_BYTES = 32;

  private static final int MAGIC = 0x4c755631;

  private final Crc32c crc = new Crc32c();
  private int expected;
  private int received;

  /** Puts the header of a write into its buffer. */
  void stamp(long address, long offsetBytes, int lengthBytes, long number) {
    Memory.putInt(address, MAGIC);
    Memory.putInt(address + 4, lengthBytes);
    Memory.putLong(address + 8, offsetBytes);
    Memory.putLong(address + 16, number);
    Memory.putInt(address + 24, 0);
    Memory.putInt(address + 28, checksum(address, lengthBytes));
  }

  /** Whether the block is the one that was written at the offset. */
  boolean check(long address, long offsetBytes, int lengthBytes) {
    expected = Memory.getInt(address + 28);
    received = checksum(address, lengthBytes);
    return expected == received
        && Memory.getInt(address) == MAGIC
        && Memory.getInt(address + 4) == lengthBytes
        && Memory.getLong(address + 8) == offsetBytes;
  }

  /** What was wrong with the last block checked. */
  String explain(String file, long address, long offsetBytes, int lengthBytes) {
    String where = " at file " + file + " offset " + offsetBytes + ", length " + lengthBytes;
    if (Memory.getInt(address) != MAGIC) {
      return String.format(
          "verify: bad magic header %08x, wanted %08x%s", Memory.getInt(address), MAGIC, where);
    }
    if (expected != received) {
      return String.format(
          "crc32c: verify failed%s\n       Expected CRC: %08x\n" + "       Received CRC: %08x",
          where, expected, received);
    }
    return "verify: the block belongs to offset " + Memory.getLong(address + 8) + where;
  }

  private int checksum(long address, int lengthBytes) {
    crc.reset();
    crc.update(address, 28);
    if (lengthBytes > HEADER_BYTES) {
      crc.update(address + HEADER_BYTES, lengthBytes - HEADER_BYTES);
    }
    return crc.value();
  }
}
