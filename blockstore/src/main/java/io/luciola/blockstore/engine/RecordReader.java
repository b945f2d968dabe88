package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Reads records from the device; when the first copy of one is damaged, from its second copy. The
 * longer records follow each other, the more is read ahead.
 */
final class RecordReader implements AutoCloseable {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;
  private static final int LEAST_AHEAD_BYTES = 16 << 10;
  private static final int MOST_AHEAD_BYTES = 4 << 20;

  private final BlockingDevice blocking;
  private final int recordBytes;
  private final long owner;
  private final Crc32c crc;

  // What was read, and how much of it there is.
  private final long window;
  private final int windowBytes;
  private long windowOffset;
  private int windowFilledBytes;
  private int aheadBytes = LEAST_AHEAD_BYTES;
  private long record;

  RecordReader(BlockingDevice blocking, DeviceLayout layout, long owner, Crc32c crc) {
    this.blocking = blocking;
    recordBytes = layout.recordBytes();
    this.owner = owner;
    this.crc = crc;
    windowBytes = Math.max(recordBytes, MOST_AHEAD_BYTES);
    window = Memory.allocate(windowBytes);
    record = window;
  }

  /** Where the record is that was read last. */
  long address() {
    return record;
  }

  /** Memory for the largest record; what was read is lost. */
  long scratch() {
    windowFilledBytes = 0;
    return window;
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
    load(offset, BLOCK_BYTES, mostBytes);
    if (isWanted(record, type, epoch, sequence, most)) {
      load(offset, MetadataHeader.lengthBytes(record), mostBytes);
      if (RecordHeader.isIntact(record, crc)) {
        return true;
      }
    }
    load(offset, most, mostBytes);
    return restoreFromSecondCopy(type, epoch, sequence, most);
  }

  /** Has so many bytes from an offset on in the window, as the record. */
  private void load(long offset, int lengthBytes, long mostBytes) {
    if (offset < windowOffset || offset + lengthBytes > windowOffset + windowFilledBytes) {
      int wanted = (int) Math.min(Math.max(lengthBytes, aheadBytes), mostBytes) & -BLOCK_BYTES;
      windowFilledBytes = 0;
      windowOffset = offset;
      windowFilledBytes = readAhead(offset, lengthBytes, wanted);
      aheadBytes = Math.min(aheadBytes * 2, MOST_AHEAD_BYTES);
    }
    record = window + (offset - windowOffset);
  }

  private int readAhead(long offset, int neededBytes, int wantedBytes) {
    try {
      blocking.read(offset, window, wantedBytes);
      return wantedBytes;
    } catch (UnusableDeviceException unreadable) {
      // What cannot be read may lie behind what is needed.
      if (wantedBytes == neededBytes) {
        throw unreadable;
      }
      blocking.read(offset, window, neededBytes);
      return neededBytes;
    }
  }

  private boolean restoreFromSecondCopy(int type, long epoch, long sequence, int most) {
    for (int at = BLOCK_BYTES; at < most; at += BLOCK_BYTES) {
      long second = record + at;
      if (isWanted(second, type + MetadataHeader.SECOND_COPY, epoch, sequence, most)) {
        int entryBytes = RecordHeader.entryBytes(second);
        int dataBlocks = RecordHeader.dataBlocks(second);
        if (at == RecordHeader.secondCopyOffset(entryBytes, dataBlocks)
            && RecordHeader.isIntact(second, crc)) {
          Memory.copy(second, record, RecordHeader.dataOffset(entryBytes));
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
    Memory.free(window, windowBytes);
  }
}
