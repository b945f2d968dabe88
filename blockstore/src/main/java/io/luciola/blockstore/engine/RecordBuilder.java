package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** A journal or checkpoint record while it is put together. */
final class RecordBuilder implements AutoCloseable {

  private final ChunkStates states;
  private final Crc32c crc;
  private final int capacityBytes;
  private final long address;
  private final int[] dataSlots;
  private final Entry entry = new Entry();
  private int entryBytes;
  private int entryCount;
  private int dataBlocks;

  RecordBuilder(ChunkStates states, Crc32c crc) {
    this.states = states;
    this.crc = crc;
    capacityBytes = states.layout.recordBytes();
    address = Memory.allocate(capacityBytes);
    dataSlots = new int[capacityBytes / ChunkEngine.BLOCK_BYTES];
  }

  static int preparedBytes(PendingUpdate update) {
    return Entry.longBytes(update.directCount, update.journaledCount);
  }

  long address() {
    return address;
  }

  boolean isEmpty() {
    return entryCount == 0;
  }

  void clear() {
    entryBytes = 0;
    entryCount = 0;
    dataBlocks = 0;
  }

  /** Whether an entry with so many journaled blocks fits, leaving a reserve. */
  boolean fits(int bytes, int blocks, int reserveBytes) {
    return RecordHeader.recordBytes(entryBytes + bytes, dataBlocks + blocks)
        <= capacityBytes - reserveBytes;
  }

  void addShort(
      int type, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    begin(type, Entry.SHORT_BYTES).key(targetId, chunkHi, chunkLo, version, chainVersion);
  }

  void addPrepared(PendingUpdate update, long extent) {
    begin(Entry.PREPARED, preparedBytes(update))
        .key(update.targetId, update.chunkHi, update.chunkLo, update.version, update.chainVersion)
        .place(update.kind, update.order, update.fresh ? Entry.FRESH : 0, extent)
        .writer(update.clientId, update.channel, update.clientSequence)
        .content(update.lengthBytes, update.digest)
        .counts(update.directFirst, update.directCount, update.journaledCount);
    putChecksums(extent + update.directFirst, update.directCount);
    for (int i = 0; i < update.journaledCount; i++) {
      int slot = update.journaledSlot[i];
      entry.putJournaled(i, update.journaledBlock[i], states.journaled.checksum(slot));
      dataSlots[dataBlocks++] = slot;
    }
  }

  void addChunk(int slot) {
    ChunkIndex index = states.index;
    int blocks = ChunkStates.blocks(index.lengthBytes(slot));
    begin(Entry.CHUNK, Entry.longBytes(blocks, 0))
        .key(
            index.target(slot),
            index.chunkHi(slot),
            index.chunkLo(slot),
            index.version(slot),
            index.chainVersion(slot))
        .place(0, index.order(slot), Entry.FRESH, index.extent(slot))
        .writer(index.clientId(slot), index.channel(slot), index.sequence(slot))
        .content(index.lengthBytes(slot), index.digest(slot))
        .counts(0, blocks, 0);
    putChecksums(index.extent(slot), blocks);
  }

  /** Completes the record; returns its length. */
  int seal(int type, long owner, long epoch, long sequence) {
    long data = address + RecordHeader.dataOffset(entryBytes);
    for (int i = 0; i < dataBlocks; i++) {
      Memory.copy(
          states.journaled.address(dataSlots[i]),
          data + (long) i * ChunkEngine.BLOCK_BYTES,
          ChunkEngine.BLOCK_BYTES);
    }
    RecordHeader.seal(
        address, type, owner, epoch, sequence, entryBytes, entryCount, dataBlocks, crc);
    return RecordHeader.recordBytes(entryBytes, dataBlocks);
  }

  @Override
  public void close() {
    Memory.free(address, capacityBytes);
  }

  private Entry begin(int type, int bytes) {
    entry.begin(address + RecordHeader.BYTES + entryBytes, type, bytes);
    entryBytes += bytes;
    entryCount++;
    return entry;
  }

  private void putChecksums(long place, int count) {
    for (int i = 0; i < count; i++) {
      entry.putChecksum(i, states.checksums.get(place + i));
    }
  }
}
