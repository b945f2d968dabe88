package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** Reads one record at a time and checks both copies of its header and entries. */
final class RecordScan implements AutoCloseable {

  private static final int BLOCK_BYTES = 4096;

  private final ReadOnlyDevice device;
  private final Findings findings;
  private final Crc32c crc;
  private final long owner;
  private final int recordBytes;
  private final long memory;
  private long offset;

  RecordScan(ReadOnlyDevice device, Superblock superblock, Findings findings, Crc32c crc) {
    this.device = device;
    this.findings = findings;
    this.crc = crc;
    owner = superblock.owner();
    DeviceLayout layout = superblock.layout();
    recordBytes = layout.recordBytes();
    memory = Memory.allocate(recordBytes);
  }

  /** Where the record is in memory that was read last: one good copy of it, and its data. */
  long address() {
    return memory;
  }

  /** Where it is on the device. */
  long offset() {
    return offset;
  }

  int lengthBytes() {
    return MetadataHeader.lengthBytes(memory);
  }

  /**
   * Reads a record; false when neither copy of header and entries is the wanted one and intact. A
   * copy that is not is a finding when the other one is.
   *
   * @param mostBytes from the offset on that may belong to it
   */
  boolean read(String name, long at, long mostBytes, int type, long epoch, long sequence) {
    offset = at;
    int most = (int) Math.min(recordBytes, mostBytes) & -BLOCK_BYTES;
    if (most < BLOCK_BYTES) {
      return false;
    }
    device.read(at, memory, BLOCK_BYTES);
    if (isWanted(memory, type, epoch, sequence, most)) {
      int rest = MetadataHeader.lengthBytes(memory) - BLOCK_BYTES;
      device.read(at + BLOCK_BYTES, memory + BLOCK_BYTES, rest);
      if (RecordHeader.isIntact(memory, crc)) {
        checkSecond(name, type, epoch, sequence, most);
        return true;
      }
    }
    device.read(at, memory, most);
    return restore(name, type, epoch, sequence, most);
  }

  @Override
  public void close() {
    Memory.free(memory, recordBytes);
  }

  private void checkSecond(String name, int type, long epoch, long sequence, int most) {
    int entryBytes = RecordHeader.entryBytes(memory);
    int place = RecordHeader.secondCopyOffset(entryBytes, RecordHeader.dataBlocks(memory));
    int copyBytes = RecordHeader.dataOffset(entryBytes);
    long second = memory + place;
    int same = MetadataHeader.BYTES;
    int secondType = type + MetadataHeader.SECOND_COPY;
    if (!isWanted(second, secondType, epoch, sequence, most)
        || !RecordHeader.isIntact(second, crc)
        || !Memory.equal(
            memory + same, second + same, RecordHeader.BYTES + entryBytes - (long) same)) {
      findings.warning(
          "the second copy of " + name + " is damaged; the first one holds",
          offset + place,
          copyBytes);
    } else {
      checkPadding(name, place, entryBytes);
    }
    checkPadding(name, 0, entryBytes);
  }

  private boolean restore(String name, int type, long epoch, long sequence, int most) {
    int secondType = type + MetadataHeader.SECOND_COPY;
    for (int at = BLOCK_BYTES; at < most; at += BLOCK_BYTES) {
      long second = memory + at;
      if (isWanted(second, secondType, epoch, sequence, most)) {
        int entryBytes = RecordHeader.entryBytes(second);
        int place = RecordHeader.secondCopyOffset(entryBytes, RecordHeader.dataBlocks(second));
        int copyBytes = RecordHeader.dataOffset(entryBytes);
        if (at == place && at + copyBytes <= most && RecordHeader.isIntact(second, crc)) {
          findings.warning(
              "the first copy of " + name + " is damaged; the second one holds", offset, copyBytes);
          checkPadding(name, place, entryBytes);
          Memory.copy(second, memory, copyBytes);
          return true;
        }
      }
    }
    return false;
  }

  private void checkPadding(String name, int place, int entryBytes) {
    for (int at = RecordHeader.BYTES + entryBytes; at < RecordHeader.dataOffset(entryBytes); at++) {
      if (Memory.getByte(memory + place + at) != 0) {
        findings.warning(
            "behind the entries of " + name + " are not zeros; nothing is lost",
            offset + place + (at & -BLOCK_BYTES),
            BLOCK_BYTES);
        return;
      }
    }
  }

  private boolean isWanted(long address, int type, long epoch, long sequence, int most) {
    return RecordHeader.fits(address, type, owner, epoch, most)
        && MetadataHeader.sequence(address) == sequence;
  }
}
