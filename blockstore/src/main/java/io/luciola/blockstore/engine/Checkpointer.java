package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;

/**
 * Writes all that is known into the checkpoint region that is not in use, then the superblock, and
 * so empties the journal. Meanwhile the journal is frozen: updates wait before it, reads go on.
 */
final class Checkpointer implements IoOwner, AutoCloseable {

  private enum Step {
    IDLE,
    /** Until what was gathered is durable and every committed block is at its place. */
    SETTLING,
    WRITING_RECORDS,
    FLUSHING_RECORDS,
    WRITING_SUPERBLOCK,
    FLUSHING_SUPERBLOCK
  }

  private final ChunkStates states;
  private final Journal journal;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final boolean flushes;
  private final Io io;
  private final RecordBuilder record;
  private final long superblockMemory = Memory.allocate(Superblock.BYTES);
  private Superblock superblock;
  private Superblock next;
  private Step step = Step.IDLE;
  private boolean ioInFlight;
  private long epoch;
  private long regionUsed;
  private long records;
  private int targetCursor;
  private int chunkCursor;
  private boolean chunkWritten;

  Checkpointer(
      ChunkStates states,
      Journal journal,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc,
      boolean flushes,
      Superblock superblock) {
    this.states = states;
    this.journal = journal;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    this.flushes = flushes;
    this.superblock = superblock;
    this.epoch = superblock.epoch();
    io = ioQueue.register(this);
    record = new RecordBuilder(states, crc);
  }

  Superblock superblock() {
    return superblock;
  }

  boolean isIdle() {
    return step == Step.IDLE;
  }

  /** Begins a checkpoint, unless one is under way. */
  void begin(long newEpoch) {
    if (step == Step.IDLE) {
      epoch = newEpoch;
      step = Step.SETTLING;
      journal.freeze();
    }
  }

  int doWork() {
    if (step == Step.IDLE && journal.usedBytes() > states.layout.journalBytes() / 2) {
      begin(superblock.epoch());
    }
    if (step != Step.SETTLING
        || ioInFlight
        || !journal.isIdle()
        || states.journaled.unapplied() > 0
        || health.isFailed()) {
      return 0;
    }
    targetCursor = 0;
    chunkCursor = 0;
    chunkWritten = false;
    regionUsed = 0;
    records = 0;
    step = Step.WRITING_RECORDS;
    writeRecord();
    return 1;
  }

  @Override
  public void onIo(Io request, int error) {
    ioInFlight = false;
    if (error != 0) {
      health.fail("writing a checkpoint", error);
      return;
    }
    switch (step) {
      case WRITING_RECORDS -> writeRecord();
      case FLUSHING_RECORDS -> writeSuperblock();
      case WRITING_SUPERBLOCK -> flushOr(Step.FLUSHING_SUPERBLOCK);
      case FLUSHING_SUPERBLOCK -> finish();
      default -> throw new AssertionError("no request belongs to step " + step);
    }
  }

  @Override
  public void close() {
    record.close();
    Memory.free(superblockMemory, Superblock.BYTES);
  }

  private void writeRecord() {
    record.clear();
    fill();
    if (record.isEmpty()) {
      flushOr(Step.FLUSHING_RECORDS);
      return;
    }
    DeviceLayout layout = states.layout;
    int length =
        record.seal(
            MetadataHeader.CHECKPOINT_RECORD,
            superblock.owner(),
            superblock.checkpointGeneration() + 1,
            records);
    if (regionUsed + length > layout.checkpointBytes()) {
      health.fail("a checkpoint larger than its region", -Errno.ENOSPC);
      return;
    }
    long offset = layout.checkpointOffset(1 - superblock.checkpointRegion()) + regionUsed;
    regionUsed += length;
    records++;
    ioInFlight = true;
    ioQueue.write(io, offset, record.address(), length);
  }

  /** Puts the next targets and chunks into the record, as many as fit. */
  private void fill() {
    Targets targets = states.targets;
    while (targetCursor < targets.size() && record.fits(Entry.SHORT_BYTES, 0, 0)) {
      long budget = targets.budgetBytes(targetCursor);
      record.addShort(Entry.TARGET, targets.id(targetCursor), 0, 0, budget, 0);
      targetCursor++;
    }
    if (targetCursor < targets.size()) {
      return;
    }
    ChunkIndex index = states.index;
    while (chunkCursor < index.highWater()) {
      if (index.isUsed(chunkCursor) && !addChunk(chunkCursor)) {
        return;
      }
      chunkCursor++;
      chunkWritten = false;
    }
  }

  /** Adds a chunk's committed version and its pending update; false when the record is full. */
  private boolean addChunk(int slot) {
    ChunkIndex index = states.index;
    if (index.version(slot) > 0 && !chunkWritten) {
      int blocks = ChunkStates.blocks(index.lengthBytes(slot));
      if (!record.fits(Entry.longBytes(blocks, 0), 0, 0)) {
        return false;
      }
      record.addChunk(slot);
      chunkWritten = true;
    }
    PendingUpdate pending = states.pending(slot);
    if (pending == null) {
      return true;
    }
    if (!record.fits(RecordBuilder.preparedBytes(pending), pending.journaledCount, 0)) {
      return false;
    }
    record.addPrepared(pending, pending.fresh ? pending.extent : index.extent(slot));
    return true;
  }

  private void writeSuperblock() {
    next =
        superblock.withCheckpoint(epoch, records, journal.position(), journal.gatheringSequence());
    next.encode(superblockMemory, crc);
    step = Step.WRITING_SUPERBLOCK;
    ioInFlight = true;
    ioQueue.write(io, next.offset(), superblockMemory, Superblock.BYTES);
  }

  private void flushOr(Step flushing) {
    step = flushing;
    if (flushes) {
      ioInFlight = true;
      ioQueue.flush(io);
    } else if (flushing == Step.FLUSHING_RECORDS) {
      writeSuperblock();
    } else {
      finish();
    }
  }

  private void finish() {
    superblock = next;
    step = Step.IDLE;
    journal.thaw();
  }
}
