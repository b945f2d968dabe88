package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import java.util.Arrays;

/** Ends pending updates: commits or discards them, at once in memory, durably with a record. */
final class CommitPath {

  private static final int NOT_FOUND = ChunkStates.NONE;

  private final ChunkStates states;
  private final Journal journal;
  private final EngineHealth health;
  private int[] batchSlots = new int[64];

  /** Why {@link #find} found nothing. */
  private int refusal;

  CommitPath(ChunkStates states, Journal journal, EngineHealth health) {
    this.states = states;
    this.journal = journal;
    this.health = health;
  }

  int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    return end(Entry.COMMITTED, targetId, chunkHi, chunkLo, version, chainVersion);
  }

  int discard(long targetId, long chunkHi, long chunkLo, long version) {
    return end(Entry.DISCARDED, targetId, chunkHi, chunkLo, version, 0);
  }

  /** Commits all in one record, or none: then the answer is that of the first refused. */
  int commitAll(ChunkUpdate[] updates, int count) {
    if (count < 1 || count > updates.length || !journal.canHoldShort(count)) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (!findAll(updates, count)) {
      return refusal;
    }
    if (!hasRoom(count)) {
      return EngineStatus.BACK_PRESSURE;
    }
    for (int i = 0; i < count; i++) {
      ChunkUpdate update = updates[i];
      journal.addEnd(
          Entry.COMMITTED,
          update.targetId,
          update.chunkHi,
          update.chunkLo,
          update.version,
          update.chainVersion);
      states.commit(batchSlots[i], update.chainVersion, journal.gatheringSequence());
    }
    return EngineStatus.OK;
  }

  /** Finds the updates of a batch; false when one is refused. */
  private boolean findAll(ChunkUpdate[] updates, int count) {
    if (count > batchSlots.length) {
      batchSlots = Arrays.copyOf(batchSlots, Math.max(count, batchSlots.length * 2));
    }
    int found = 0;
    while (found < count && findForBatch(updates[found], found)) {
      found++;
    }
    for (int i = 0; i < found; i++) {
      states.pending(batchSlots[i]).inBatch = false;
    }
    return found == count;
  }

  /** Finds an update and marks it, so that the batch cannot name it again. */
  private boolean findForBatch(ChunkUpdate update, int place) {
    int slot = find(update.targetId, update.chunkHi, update.chunkLo, update.version);
    if (slot == NOT_FOUND) {
      return false;
    }
    PendingUpdate pending = states.pending(slot);
    if (pending.inBatch) {
      refusal = EngineStatus.BAD_ARGUMENT;
      return false;
    }
    pending.inBatch = true;
    batchSlots[place] = slot;
    return true;
  }

  private int end(
      int type, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    int slot = find(targetId, chunkHi, chunkLo, version);
    if (slot == NOT_FOUND) {
      return refusal;
    }
    if (!hasRoom(1)) {
      return EngineStatus.BACK_PRESSURE;
    }
    journal.addEnd(type, targetId, chunkHi, chunkLo, version, chainVersion);
    if (type == Entry.COMMITTED) {
      states.commit(slot, chainVersion, journal.gatheringSequence());
    } else {
      states.discard(slot, journal.gatheringSequence());
    }
    return EngineStatus.OK;
  }

  private boolean hasRoom(int count) {
    boolean fits = journal.fitsShort(count);
    if (!fits) {
      journal.hurry();
    }
    return fits;
  }

  /** The slot of the chunk whose pending update has that version. */
  private int find(long targetId, long chunkHi, long chunkLo, long version) {
    if (!health.takesUpdates()) {
      refusal = EngineStatus.ENGINE_CLOSED;
      return NOT_FOUND;
    }
    int slot = states.find(targetId, chunkHi, chunkLo);
    if (!states.isVisible(slot)) {
      refusal = states.absent(targetId);
      return NOT_FOUND;
    }
    PendingUpdate pending = states.pending(slot);
    if (pending == null || pending.version != version) {
      refusal = EngineStatus.VERSION_MISMATCH;
      return NOT_FOUND;
    }
    return slot;
  }
}
