package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.index.ChunkIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes targets. When the journal has the beginning, neither the target nor any chunk of it
 * counts any longer: recovery leaves its chunks out. So they are dropped from memory in slices,
 * without further records, and their extents go the usual way. When all are gone and no request is
 * under way that began before, a second record ends it, and the target's number is free.
 */
final class TargetRemoval {

  // What a slice takes stays far below a millisecond.
  private static final int SLOTS_PER_SLICE = 1024;
  private static final int CHUNKS_PER_SLICE = 32;
  private static final int BLOCKS_PER_SLICE = 16 << 10;

  private static final int NONE = Targets.NONE;
  private static final long NOT_EMPTY = -1;

  private static final Logger LOG = LoggerFactory.getLogger(BlockEngine.class);

  private final ChunkStates states;
  private final Journal journal;
  private final Checkpointer checkpointer;
  private final EngineHealth health;
  private final String deviceName;

  /** The target whose chunks are dropped now. */
  private int target = NONE;

  /** The record that says that its removal began; 0: an earlier life of the engine wrote it. */
  private long beginSequence;

  private int slot;
  private boolean droppedInPass;

  /** What the requests must have come to that began while it had chunks. */
  private long emptySince = NOT_EMPTY;

  TargetRemoval(
      ChunkStates states,
      Journal journal,
      Checkpointer checkpointer,
      EngineHealth health,
      String deviceName) {
    this.states = states;
    this.journal = journal;
    this.checkpointer = checkpointer;
    this.health = health;
    this.deviceName = deviceName;
    findNext();
  }

  /**
   * Begins; the caller has asked {@link Journal#fitsShort} and waits until the record is durable.
   */
  void begin(int number) {
    journal.addRemoval(Entry.REMOVING, states.targets.id(number));
    LOG.info("{}: target {} is being removed", deviceName, states.targets.id(number));
    states.targets.beginRemoval(number);
    beginSequence = journal.gatheringSequence();
    if (target == NONE) {
      findNext();
    }
  }

  /** Does a slice of what is to be done. */
  int doWork() {
    if (target == NONE || !health.takesUpdates() || beginSequence > journal.durableSequence()) {
      return 0;
    }
    if (!isEmpty()) {
      return checkpointer.mustWait() ? 0 : dropSome();
    }
    return end();
  }

  /** Whether the target has no chunks any longer. */
  private boolean isEmpty() {
    return states.targets.usedBytes(target) == 0;
  }

  private int dropSome() {
    ChunkIndex index = states.index;
    if (slot >= index.highWater()) {
      // What is left has updates on their way; they end by themselves.
      boolean waits = !droppedInPass;
      slot = 0;
      droppedInPass = false;
      if (waits) {
        return 0;
      }
    }
    int end = Math.min(index.highWater(), slot + SLOTS_PER_SLICE);
    int chunks = 0;
    long blocks = 0;
    for (; slot < end && chunks < CHUNKS_PER_SLICE && blocks < BLOCKS_PER_SLICE; slot++) {
      if (index.isUsed(slot) && index.targetNumber(slot) == target && !isBusy(slot)) {
        blocks += 1L << index.order(slot);
        states.drop(slot, beginSequence);
        chunks++;
      }
    }
    droppedInPass |= chunks > 0;
    return 1;
  }

  /** Whether an update of the chunk is on its way; it ends first. */
  private boolean isBusy(int chunk) {
    return states.index.isPreparing(chunk);
  }

  private int end() {
    if (emptySince == NOT_EMPTY) {
      emptySince = states.requests.nextNumber();
    }
    if (states.requests.oldestNumber() < emptySince || !journal.fitsShort(1)) {
      return 0;
    }
    long id = states.targets.id(target);
    journal.addRemoval(Entry.REMOVED, id);
    states.targets.endRemoval(target);
    LOG.info("{}: target {} is removed", deviceName, id);
    target = NONE;
    findNext();
    return 1;
  }

  private void findNext() {
    for (int number = 0; number < states.targets.size() && target == NONE; number++) {
      if (states.targets.exists(number) && states.targets.isRemoving(number)) {
        target = number;
        slot = 0;
        droppedInPass = true;
        emptySince = NOT_EMPTY;
      }
    }
  }
}
