package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** Reads records from the device; when the first copy of one is damaged, from its second copy. */
final class RecordReader implements AutoCloseable {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  private final BlockingDevice blocking;
  private final int recordBytes;
  private final long owner;
  private final Crc32c crc;
  private final long memory;

  RecordReader(BlockingDevice blocking, DeviceLayout layout, long owner, Crc32c crc) {
    this.blocking = blocking;
    recordBytes = layout.recordBytes();
    this.owner = owner;
    this.crc = crc;
    memory = Memory.allocate(recordBytes);
  }

  /** Where the record is that was read last. */
  long address() {
    return memory;
  }

  /**
   * Reads a record; false when no copy of its header and entries is the wanted one and intact. Its
   * data blocks are not looked at.
   *
   * @param mostBytes from the offset on that may belong to it
   */
  boolean read(long offset, long mostBytes, int type, long epoch, long sequence) {
    int most = (int) Math.min(recordBytes, mostBytes) & -BLOCK_BYTES;
    if (most < BLOCK_BYTES) {
      return false;
    }
    blocking.read(offset, memory, BLOCK_BYTES);
    if (isWanted(memory, type, epoch, sequence, most)) {
      int rest = MetadataHeader.lengthBytes(memory) - BLOCK_BYTES;
      blocking.read(offset + BLOCK_BYTES, memory + BLOCK_BYTES, rest);
      if (RecordHeader.isIntact(memory, crc)) {
        return true;
      }
    }
    blocking.read(offset, memory, most);
    return restoreFromSecondCopy(type, epoch, sequence, most);
  }

  private boolean restoreFromSecondCopy(int type, long epoch, long sequence, int most) {
    for (int at = BLOCK_BYTES; at < most; at += BLOCK_BYTES) {
      long second = memory + at;
      if (isWanted(second, type + MetadataHeader.SECOND_COPY, epoch, sequence, most)) {
        int entryBytes = RecordHeader.entryBytes(second);
        int dataBlocks = RecordHeader.dataBlocks(second);
        if (at == RecordHeader.secondCopyOffset(entryBytes, dataBlocks)
            && RecordHeader.isIntact(second, crc)) {
          Memory.copy(second, memory, RecordHeader.dataOffset(entryBytes));
          return true;
        }
      }
    }
    return false;
  }

  private boolean isWanted(long address, int type, long epoch, long sequence, int most) {
    return RecordHeader.fits(address, type, owner, epoch, most)
        && MetadataHeader.sequence(address) == sequence;
  }

  @Override
  public void close() {
    Memory.free(memory, recordBytes);
  }
}
