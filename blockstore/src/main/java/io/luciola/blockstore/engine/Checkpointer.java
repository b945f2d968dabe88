package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Writes what changed since the last checkpoint, then the superblock, and so frees the journal.
 *
 * <p>It freezes the journal for as long as it takes to write what was gathered, takes its snapshot,
 * and lets updates go on while it writes: pages, pending updates, and committed blocks to their
 * places. Only when all of that is durable does the superblock name it; both copies of the
 * superblock are written before anything is overwritten that the one before needs.
 */
final class Checkpointer implements IoOwner, AutoCloseable {

  private enum Step {
    IDLE,
    /** Until all that was gathered is durable. */
    FREEZING,
    /** Until all of the snapshot is written and its journaled blocks are at their places. */
    WRITING,
    /** Until what replaced or dropped journaled blocks meanwhile is durable too. */
    SETTLING,
    FLUSHING,
    WRITING_FIRST_SUPERBLOCK,
    WRITING_SECOND_SUPERBLOCK
  }

  private final ChunkStates states;
  private final Journal journal;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final boolean flushes;
  private final int maxDirtyPages;
  private final Io io;
  private final SnapshotWriter writer;
  private final long superblockMemory = Memory.allocate(Superblock.BYTES);
  private Superblock superblock;
  private Superblock next;
  private Step step = Step.IDLE;
  private long epoch;
  private long journalMark;
  private long settleSequence;

  Checkpointer(
      ChunkStates states,
      Journal journal,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc,
      boolean flushes,
      Superblock superblock,
      int maxDirtyPages) {
    this.states = states;
    this.journal = journal;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    this.flushes = flushes;
    this.superblock = superblock;
    this.maxDirtyPages = maxDirtyPages;
    this.epoch = superblock.epoch();
    io = ioQueue.register(this);
    writer = new SnapshotWriter(states, ioQueue, health, crc, superblock.owner());
  }

  Superblock superblock() {
    return superblock;
  }

  boolean isIdle() {
    return step == Step.IDLE;
  }

  /** Whether so many pages have changed that updates must wait for the checkpoint under way. */
  boolean mustWait() {
    return step != Step.IDLE && states.pages.dirtyPages() >= maxDirtyPages;
  }

  /** Begins a checkpoint, unless one is under way. */
  void begin(long newEpoch) {
    if (step == Step.IDLE) {
      epoch = newEpoch;
      step = Step.FREEZING;
      journal.freeze();
    }
  }

  int doWork() {
    if (health.isFailed()) {
      return 0;
    }
    switch (step) {
      case IDLE -> {
        if (!isDue()) {
          return 0;
        }
        begin(superblock.epoch());
        return 1;
      }
      case FREEZING -> {
        if (!journal.isIdle()) {
          return 0;
        }
        takeSnapshot();
        return 1;
      }
      case WRITING -> {
        int work = writer.doWork();
        if (!writer.isDone() || !states.journaled.isWindowApplied()) {
          return work;
        }
        settleSequence = journal.lastSequence();
        journal.hurry();
        step = Step.SETTLING;
        return 1;
      }
      case SETTLING -> {
        if (!mayPublish()) {
          return 0;
        }
        publish();
        return 1;
      }
      default -> {
        return 0;
      }
    }
  }

  @Override
  public void onIo(Io request, int error) {
    if (error != 0) {
      health.fail("writing a checkpoint", error);
      return;
    }
    switch (step) {
      case FLUSHING -> writeSuperblock(0);
      case WRITING_FIRST_SUPERBLOCK -> writeSuperblock(1);
      case WRITING_SECOND_SUPERBLOCK -> finish();
      default -> throw new AssertionError("no request belongs to step " + step);
    }
  }

  @Override
  public void close() {
    writer.close();
    Memory.free(superblockMemory, Superblock.BYTES);
  }

  private boolean isDue() {
    return journal.isHalfFull()
        || states.journaled.isHalfFull()
        || states.pages.dirtyPages() > maxDirtyPages / 2;
  }

  /** At this moment everything known is durable, and nothing is on its way. */
  private void takeSnapshot() {
    int generation = superblock.checkpointGeneration() + 1;
    writer.begin(generation);
    states.journaled.beginWindow(journal.durableSequence());
    journalMark = journal.usedBytes();
    next =
        superblock.withCheckpoint(
            epoch,
            states.index.highWater(),
            journal.position(),
            journal.gatheringSequence(),
            states.targets.stored());
    step = Step.WRITING;
    journal.thaw();
  }

  /**
   * The superblock may name the snapshot when all of it is written, and when a crash could no
   * longer bring back a block that was not written to its place because a later commit replaced it.
   */
  private boolean mayPublish() {
    return journal.durableSequence() >= settleSequence;
  }

  private void publish() {
    next = next.withCheckpointRecords(writer.records());
    next.encode(superblockMemory, crc);
    step = Step.FLUSHING;
    if (flushes) {
      ioQueue.flush(io);
    } else {
      writeSuperblock(0);
    }
  }

  private void writeSuperblock(int copy) {
    step = copy == 0 ? Step.WRITING_FIRST_SUPERBLOCK : Step.WRITING_SECOND_SUPERBLOCK;
    ioQueue.writeDurably(io, Superblock.offset(copy), superblockMemory, Superblock.BYTES);
  }

  private void finish() {
    superblock = next;
    step = Step.IDLE;
    journal.release(journalMark);
  }
}
