package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.RecordHeader;
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
  private int batches;
  private boolean hasDirectData;

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

  static int pendingBytes(PendingUpdate update) {
    return Entry.longBytes(0, update.journaledCount);
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
    batches = 0;
    hasDirectData = false;
  }

  /** Whether an update in the record has data that went straight to its place. */
  boolean hasDirectData() {
    return hasDirectData;
  }

  /** Whether an entry with so many journaled blocks fits, leaving a reserve. */
  boolean fits(int bytes, int blocks, int reserveBytes) {
    return RecordHeader.recordBytes(entryBytes + bytes, dataBlocks + blocks)
        <= capacityBytes - reserveBytes;
  }

  void addTarget(long targetId, long budgetBytes, boolean lossy) {
    begin(Entry.TARGET, Entry.SHORT_BYTES)
        .key(targetId, 0, 0, budgetBytes, 0)
        .targetFlags(lossy ? Entry.LOSSY : 0);
  }

  /** Adds that a target's removal began or ended: an entry of type REMOVING or REMOVED. */
  void addRemoval(int type, long targetId) {
    begin(type, Entry.SHORT_BYTES).key(targetId, 0, 0, 0, 0);
  }

  void addEnd(int type, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    begin(type, Entry.SHORT_BYTES).key(targetId, chunkHi, chunkLo, version, chainVersion);
  }

  /** A number for a batch of updates, in this record. */
  int nextBatch() {
    return ++batches;
  }

  /**
   * Adds an update as the journal has it: with the checksums of its direct blocks.
   *
   * @param batch from {@link #nextBatch}, or 0
   */
  void addPrepared(PendingUpdate update, int batch) {
    put(update, update.fresh ? Entry.FRESH : 0, update.directCount);
    entry.batch(batch);
    for (int i = 0; i < update.directCount; i++) {
      entry.putChecksum(i, states.checksums.get(update.extent + update.directFirst + i));
    }
    putJournaled(update);
    hasDirectData |= update.directCount > 0;
  }

  /** Adds a pending update as a checkpoint has it: its checksums are in the checksum pages. */
  void addPending(PendingUpdate update) {
    int flags = Entry.CHECKSUMS_IN_PAGES | (update.fresh ? Entry.FRESH : 0);
    put(update, flags, 0);
    putJournaled(update);
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

  private void put(PendingUpdate update, int flags, int checksumCount) {
    begin(Entry.PREPARED, Entry.longBytes(checksumCount, update.journaledCount))
        .key(update.targetId, update.chunkHi, update.chunkLo, update.version, update.chainVersion)
        .place(update.kind, update.order, flags, update.extent)
        .writer(update.clientId, update.channel, update.clientSequence)
        .content(update.lengthBytes, update.digest)
        .counts(update.directFirst, update.directCount, update.journaledCount)
        .punched(update.punchedFirst, update.punchedCount);
  }

  private void putJournaled(PendingUpdate update) {
    for (int i = 0; i < update.journaledCount; i++) {
      int slot = update.journaledSlot[i];
      entry.putJournaled(i, update.journaledBlock[i], states.journaled.checksum(slot));
      dataSlots[dataBlocks++] = slot;
    }
  }
}
