package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.ChunkEntry;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Crc32c;

/**
 * Takes updates in: checks them, takes what they need, has their data written, and brings them to
 * the journal.
 */
final class PreparePath implements Journal.Listener {

  private final ChunkStates states;
  private final Journal journal;
  private final EngineHealth health;
  private final Completions completions;
  private final Crc32c crc;
  private final UpdatePlan plan;
  private final UpdateWriter writer;
  private final Checkpointer checkpointer;
  private final DeviceSpace space;
  private PrepareBatch freeBatches = new PrepareBatch();
  private PrepareOp freeHead;
  private PrepareOp readyHead;
  private PrepareOp readyTail;
  private PrepareOp accepted;
  private int active;

  PreparePath(
      ChunkStates states,
      Journal journal,
      IoQueue ioQueue,
      EngineHealth health,
      Completions completions,
      Crc32c crc,
      int memoryAlignmentBytes,
      Checkpointer checkpointer,
      DeviceSpace space,
      EngineOptions options) {
    this.checkpointer = checkpointer;
    this.space = space;
    this.states = states;
    this.journal = journal;
    this.health = health;
    this.completions = completions;
    this.crc = crc;
    plan = new UpdatePlan(states, options.journaledLimitBytes());
    writer = new UpdateWriter(states, ioQueue, health, crc, memoryAlignmentBytes, this);
    for (int i = 0; i < options.maxPrepares(); i++) {
      PrepareOp op = new PrepareOp(ioQueue, writer);
      op.next = freeHead;
      freeHead = op;
    }
  }

  /** Prepares that have not ended. */
  int active() {
    return active;
  }

  int prepare(ChunkUpdate update, long tag) {
    int answer = accept(update);
    if (answer != EngineStatus.OK) {
      return answer;
    }
    accepted.tag = tag;
    writer.start(accepted);
    return EngineStatus.OK;
  }

  /** All updates become pending in one record, or none does. */
  int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    if (count < 1 || count > updates.length) {
      return EngineStatus.BAD_ARGUMENT;
    }
    PrepareBatch batch = acquireBatch(tag);
    int answer = EngineStatus.OK;
    for (int i = 0; i < count && answer == EngineStatus.OK; i++) {
      answer = accept(updates[i]);
      if (answer == EngineStatus.OK) {
        accepted.batch = batch;
        batch.add(accepted);
      }
    }
    if (answer == EngineStatus.OK && !journal.canHold(batch.entryBytes(), batch.journaledCount())) {
      answer = EngineStatus.BAD_ARGUMENT;
    }
    if (answer != EngineStatus.OK) {
      for (int i = 0; i < batch.size(); i++) {
        states.abandon(batch.op(i).slot, batch.op(i).update);
        release(batch.op(i));
      }
      release(batch);
      return answer;
    }
    int size = batch.size();
    for (int i = 0; i < size; i++) {
      writer.start(batch.op(i));
    }
    return EngineStatus.OK;
  }

  /** Brings updates whose data is written to the journal. */
  int doWork() {
    int work = 0;
    while (readyHead != null) {
      PrepareOp op = readyHead;
      PrepareOp following = op.next;
      if (health.isFailed()) {
        readyHead = following;
        failReady(op);
      } else if (addToJournal(op)) {
        readyHead = following;
      } else {
        break;
      }
      work++;
    }
    return work;
  }

  /** The update's data is written, or in memory for the journal. */
  void onWritten(PrepareOp op) {
    if (op.batch == null) {
      enqueue(op);
    } else if (op.batch.countDown()) {
      onBatchWritten(op.batch);
    }
  }

  /** The update cannot be made. */
  void onFailed(PrepareOp op, int status) {
    if (op.batch == null) {
      states.abandon(op.slot, op.update);
      end(op, status, 0, 0);
      return;
    }
    op.batch.failure = status;
    if (op.batch.countDown()) {
      onBatchWritten(op.batch);
    }
  }

  @Override
  public void onRecordDurable(PrepareOp prepares) {
    PrepareOp op = prepares;
    while (op != null) {
      PrepareOp following = op.next;
      states.attach(op.slot, op.update);
      if (op.batch == null) {
        end(op, EngineStatus.OK, op.update.digest, op.update.lengthBytes);
      } else {
        endOfBatch(op, EngineStatus.OK);
      }
      op = following;
    }
  }

  @Override
  public void onRecordFailed(PrepareOp prepares) {
    PrepareOp op = prepares;
    while (op != null) {
      PrepareOp following = op.next;
      states.abandon(op.slot, op.update);
      if (op.batch == null) {
        end(op, EngineStatus.DEVICE_ERROR, 0, 0);
      } else {
        endOfBatch(op, EngineStatus.DEVICE_ERROR);
      }
      op = following;
    }
  }

  void close() {
    writer.close();
  }

  private void enqueue(PrepareOp op) {
    op.next = null;
    if (readyHead == null) {
      readyHead = op;
    } else {
      readyTail.next = op;
    }
    readyTail = op;
  }

  /** Its first update stands in line for all of a batch. */
  private void onBatchWritten(PrepareBatch batch) {
    if (batch.failure == EngineStatus.OK) {
      enqueue(batch.op(0));
    } else {
      failBatch(batch, batch.failure);
    }
  }

  private boolean addToJournal(PrepareOp op) {
    return op.batch == null ? journal.addPrepared(op) : journal.addPrepared(op.batch);
  }

  private void failReady(PrepareOp op) {
    if (op.batch == null) {
      states.abandon(op.slot, op.update);
      end(op, EngineStatus.ENGINE_CLOSED, 0, 0);
    } else {
      failBatch(op.batch, EngineStatus.ENGINE_CLOSED);
    }
  }

  private void failBatch(PrepareBatch batch, int status) {
    int size = batch.size();
    for (int i = 0; i < size; i++) {
      PrepareOp op = batch.op(i);
      states.abandon(op.slot, op.update);
      endOfBatch(op, status);
    }
  }

  private void end(PrepareOp op, int status, long digest, int lengthBytes) {
    completions.prepared(op.tag, status, digest, lengthBytes);
    release(op);
  }

  /** One update of a batch has ended; the caller of the batch hears of it with the last one. */
  private void endOfBatch(PrepareOp op, int status) {
    PrepareBatch batch = op.batch;
    if (op == batch.op(batch.size() - 1)) {
      completions.prepared(batch.tag, status, 0, status == EngineStatus.OK ? batch.size() : 0);
      release(batch);
    }
    release(op);
  }

  private void release(PrepareOp op) {
    op.update = null;
    op.batch = null;
    op.next = freeHead;
    freeHead = op;
    active--;
  }

  private PrepareBatch acquireBatch(long tag) {
    PrepareBatch batch = freeBatches;
    if (batch == null) {
      batch = new PrepareBatch();
    } else {
      freeBatches = batch.next;
    }
    batch.begin(tag);
    return batch;
  }

  private void release(PrepareBatch batch) {
    batch.next = freeBatches;
    freeBatches = batch;
  }

  /** Checks an update and takes what it needs; then {@link #accepted} is the operation. */
  private int accept(ChunkUpdate update) {
    if (!health.takesUpdates()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    int target = states.targets.numberOf(update.targetId);
    if (target == Targets.NONE) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    ChunkIndex index = states.index;
    int slot = index.find(target, update.chunkHi, update.chunkLo);
    boolean exists = slot != ChunkIndex.NONE && index.version(slot) > 0;
    int order = extentOrder(update, slot, exists);
    int refusal = refusal(update, target, slot, exists, order);
    if (refusal != EngineStatus.OK) {
      return refusal;
    }
    boolean looksAtCommitted = exists && update.kind != ChunkUpdate.REMOVE;
    long committed = looksAtCommitted ? index.extent(slot) : 0;
    long committedBlocks = looksAtCommitted ? 1L << index.order(slot) : 0;
    if (!states.checksumCache.acquire(committed, committedBlocks)) {
      return EngineStatus.BACK_PRESSURE;
    }
    plan.make(update, slot, exists, order);
    refusal = take(update, target, slot, exists, order);
    if (refusal != EngineStatus.OK) {
      states.checksumCache.release(committed, committedBlocks);
      return refusal;
    }
    begin(update, target, slot, exists, order);
    accepted.update.pinnedCommitted = committed;
    accepted.update.pinnedCommittedBlocks = committedBlocks;
    accepted.update.pinnedOwnBlocks = plan.fresh ? 1L << order : 0;
    return EngineStatus.OK;
  }

  private int refusal(ChunkUpdate update, int target, int slot, boolean exists, int order) {
    long end = (long) update.offsetBytes + update.lengthBytes;
    boolean legal =
        switch (update.kind) {
          case ChunkUpdate.WRITE -> update.offsetBytes >= 0 && update.lengthBytes > 0;
          case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL ->
              update.offsetBytes == 0 && update.lengthBytes >= 0;
          case ChunkUpdate.TRUNCATE -> update.offsetBytes >= 0 && update.lengthBytes == 0;
          case ChunkUpdate.PUNCH -> update.offsetBytes >= 0 && update.lengthBytes > 0;
          case ChunkUpdate.REMOVE -> true;
          default -> false;
        };
    if (!legal || update.version > ChunkEntry.MAX_VERSION) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (slot == ChunkIndex.NONE
        && states.targets.isLossy(target)
        && !ChunkUpdate.setsWholeContent(update.kind)) {
      return EngineStatus.CHUNK_CORRUPT;
    }
    long committed = exists ? states.index.version(slot) : 0;
    if (update.ifVersion != ChunkUpdate.ANY_VERSION && update.ifVersion != committed) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (!exists && (update.kind == ChunkUpdate.REMOVE || update.kind == ChunkUpdate.PUNCH)) {
      return slot == ChunkIndex.NONE ? EngineStatus.NO_SUCH_CHUNK : EngineStatus.UPDATE_PENDING;
    }
    if (update.kind == ChunkUpdate.PUNCH && end > states.index.lengthBytes(slot)) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (order < 0
        || (update.kind != ChunkUpdate.REMOVE && end > ChunkStates.capacityBytes(order))) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (!ChunkUpdate.mayFollow(update.kind, update.version, committed)) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (slot != ChunkIndex.NONE
        && (states.index.isPreparing(slot) || states.index.pending(slot) != ChunkIndex.NONE)) {
      return EngineStatus.UPDATE_PENDING;
    }
    return EngineStatus.OK;
  }

  /** Whether all that the plan needs can be had; takes nothing yet but the extent. */
  private int take(ChunkUpdate update, int target, int slot, boolean exists, int order) {
    if (freeHead == null || !states.pendings.hasRoom() || checkpointer.mustWait()) {
      return EngineStatus.BACK_PRESSURE;
    }
    if (!states.journaled.hasRoom(plan.journaledCount) || mustWait(slot, exists)) {
      journal.hurry();
      return EngineStatus.BACK_PRESSURE;
    }
    boolean hasPayload = ChunkUpdate.carriesData(update.kind);
    if (hasPayload && crc.of(update.dataAddress, update.lengthBytes) != update.dataCrc32c) {
      return EngineStatus.PAYLOAD_CORRUPT;
    }
    int capacity = ChunkStates.capacityBytes(order);
    boolean grows = !exists || order > states.index.order(slot);
    if (grows && !states.targets.hasBudget(target, capacity)) {
      return EngineStatus.BUDGET_EXCEEDED;
    }
    if (!exists && !states.index.hasRoom()) {
      return EngineStatus.NO_SPACE;
    }
    plan.extent = 0;
    if (plan.fresh) {
      plan.extent = space.take(update, order, grows);
      if (plan.extent == EngineStatus.BACK_PRESSURE) {
        journal.hurry();
      }
      if (plan.extent < 0) {
        return (int) plan.extent;
      }
      if (!states.checksumCache.acquire(plan.extent, 1L << order)) {
        states.allocator.free(plan.extent, order);
        return EngineStatus.BACK_PRESSURE;
      }
    }
    return EngineStatus.OK;
  }

  /** Whether blocks behind the committed content may still be needed, or are being written. */
  private boolean mustWait(int slot, boolean exists) {
    int count = plan.directEnd - plan.directFirst;
    return exists
        && !plan.fresh
        && count > 0
        && (states.index.barrier(slot) > journal.durableSequence()
            || states.journaled.isBusy(states.index.extent(slot) + plan.directFirst, count));
  }

  private void begin(ChunkUpdate source, int target, int found, boolean exists, int order) {
    int slot = exists ? found : states.index.add(target, source.chunkHi, source.chunkLo);
    PendingUpdate update = states.pendings.acquire();
    update.target = target;
    update.targetId = source.targetId;
    update.chunkHi = source.chunkHi;
    update.chunkLo = source.chunkLo;
    update.kind = source.kind;
    update.version = source.version;
    update.chainVersion = source.chainVersion;
    update.clientId = source.clientId;
    update.channel = source.channel;
    update.clientSequence = source.sequence;
    update.order = order;
    update.lengthBytes = plan.lengthBytes;
    update.directFirst = plan.directFirst;
    update.directCount = plan.directEnd - plan.directFirst;
    update.punchedFirst = plan.punchedFirst;
    update.punchedCount = plan.punchedCount;
    for (int i = 0; i < plan.journaledCount; i++) {
      update.journaledBlock[i] = plan.journaledBlock[i];
      update.journaledSlot[i] = states.journaled.acquire();
    }
    update.journaledCount = plan.journaledCount;
    takePlace(update, slot);
    states.index.setPreparing(slot);

    PrepareOp op = freeHead;
    freeHead = op.next;
    op.next = null;
    active++;
    op.slot = slot;
    op.update = update;
    boolean hasPayload = ChunkUpdate.carriesData(source.kind);
    op.payloadOffset = hasPayload ? source.offsetBytes : plan.lengthBytes;
    op.payloadEnd = hasPayload ? source.offsetBytes + source.lengthBytes : plan.lengthBytes;
    op.payloadAddress = source.dataAddress;
    boolean punches = source.kind == ChunkUpdate.PUNCH;
    op.zerosFrom = punches ? source.offsetBytes : 0;
    op.zerosEnd = punches ? source.offsetBytes + source.lengthBytes : 0;
    op.committedBlocks =
        exists && plan.copies ? ChunkStates.blocks(states.index.lengthBytes(slot)) : 0;
    op.directFirst = plan.directFirst;
    op.directEnd = plan.directEnd;
    accepted = op;
  }

  private void takePlace(PendingUpdate update, int slot) {
    boolean removes = update.kind == ChunkUpdate.REMOVE;
    update.fresh = plan.fresh && !removes;
    if (!update.fresh) {
      update.extent = states.index.extent(slot);
      if (!removes) {
        states.onExtended(slot, update);
      }
      return;
    }
    update.extent = plan.extent;
    states.onExtentTaken(update);
    if (update.directCount > 0) {
      // Replay needs the checksums of all blocks; those before the first are holes.
      update.directFirst = 0;
      update.directCount = plan.directEnd;
    }
  }

  /**
   * The extent that the content needs after the update: the present one while it is large enough.
   */
  private int extentOrder(ChunkUpdate update, int slot, boolean exists) {
    if (!exists) {
      return orderOf(update.capacityBytes);
    }
    int present = states.index.order(slot);
    long end = (long) update.offsetBytes + update.lengthBytes;
    boolean fits = update.kind == ChunkUpdate.REMOVE || end <= ChunkStates.capacityBytes(present);
    return fits ? present : Math.max(present, orderOf(update.capacityBytes));
  }

  private static int orderOf(int capacityBytes) {
    if (capacityBytes < ChunkEngine.BLOCK_BYTES
        || capacityBytes > DeviceLayout.MAX_CAPACITY_BYTES
        || Integer.bitCount(capacityBytes) != 1) {
      return -1;
    }
    return Integer.numberOfTrailingZeros(capacityBytes / ChunkEngine.BLOCK_BYTES);
  }
}
