package io.luciola.blockstore.engine;

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
  private PrepareOp freeHead;
  private PrepareOp readyHead;
  private PrepareOp readyTail;
  private int active;

  PreparePath(
      ChunkStates states,
      Journal journal,
      IoQueue ioQueue,
      EngineHealth health,
      Completions completions,
      Crc32c crc,
      int memoryAlignmentBytes,
      EngineOptions options) {
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
    if (!health.takesUpdates()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    if (!states.targets.contains(update.targetId)) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    ChunkIndex index = states.index;
    int slot = index.find(update.targetId, update.chunkHi, update.chunkLo);
    boolean exists = slot != ChunkIndex.NONE && index.version(slot) > 0;
    int order = extentOrder(update, slot, exists);
    int refusal = refusal(update, slot, exists, order);
    if (refusal != EngineStatus.OK) {
      return refusal;
    }
    plan.make(update, slot, exists, order);
    refusal = take(update, slot, exists, order);
    if (refusal != EngineStatus.OK) {
      return refusal;
    }
    begin(update, slot, exists, order, tag);
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
        onFailed(op, EngineStatus.ENGINE_CLOSED);
      } else if (journal.addPrepared(op)) {
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
    op.next = null;
    if (readyHead == null) {
      readyHead = op;
    } else {
      readyTail.next = op;
    }
    readyTail = op;
  }

  /** The update cannot be made. */
  void onFailed(PrepareOp op, int status) {
    states.abandon(op.slot, op.update);
    end(op, status, 0, 0);
  }

  @Override
  public void onRecordDurable(PrepareOp prepares) {
    PrepareOp op = prepares;
    while (op != null) {
      PrepareOp following = op.next;
      states.attach(op.slot, op.update);
      end(op, EngineStatus.OK, op.update.digest, op.update.lengthBytes);
      op = following;
    }
  }

  @Override
  public void onRecordFailed(PrepareOp prepares) {
    PrepareOp op = prepares;
    while (op != null) {
      PrepareOp following = op.next;
      onFailed(op, EngineStatus.DEVICE_ERROR);
      op = following;
    }
  }

  void close() {
    writer.close();
  }

  private void end(PrepareOp op, int status, long digest, int lengthBytes) {
    completions.prepared(op.tag, status, digest, lengthBytes);
    op.update = null;
    op.next = freeHead;
    freeHead = op;
    active--;
  }

  private int refusal(ChunkUpdate update, int slot, boolean exists, int order) {
    long end = (long) update.offsetBytes + update.lengthBytes;
    boolean legal =
        switch (update.kind) {
          case ChunkUpdate.WRITE -> update.offsetBytes >= 0 && update.lengthBytes > 0;
          case ChunkUpdate.REPLACE -> update.offsetBytes == 0 && update.lengthBytes >= 0;
          case ChunkUpdate.TRUNCATE -> update.offsetBytes >= 0 && update.lengthBytes == 0;
          case ChunkUpdate.REMOVE -> true;
          default -> false;
        };
    if (!legal) {
      return EngineStatus.BAD_ARGUMENT;
    }
    if (!exists && update.kind == ChunkUpdate.REMOVE) {
      return slot == ChunkIndex.NONE ? EngineStatus.NO_SUCH_CHUNK : EngineStatus.UPDATE_PENDING;
    }
    if (order < 0
        || (update.kind != ChunkUpdate.REMOVE && end > ChunkStates.capacityBytes(order))) {
      return EngineStatus.BAD_ARGUMENT;
    }
    long committed = exists ? states.index.version(slot) : 0;
    if (update.kind == ChunkUpdate.REPLACE
        ? update.version <= committed
        : update.version != committed + 1) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (slot != ChunkIndex.NONE
        && (states.index.isPreparing(slot) || states.index.pending(slot) != ChunkIndex.NONE)) {
      return EngineStatus.UPDATE_PENDING;
    }
    return EngineStatus.OK;
  }

  /** Whether all that the plan needs can be had; takes nothing yet but the extent. */
  private int take(ChunkUpdate update, int slot, boolean exists, int order) {
    if (freeHead == null || !states.pendings.hasRoom()) {
      return EngineStatus.BACK_PRESSURE;
    }
    if (!states.journaled.hasRoom(plan.journaledCount) || mustWait(slot, exists)) {
      journal.hurry();
      return EngineStatus.BACK_PRESSURE;
    }
    boolean hasPayload = update.kind == ChunkUpdate.WRITE || update.kind == ChunkUpdate.REPLACE;
    if (hasPayload && crc.of(update.dataAddress, update.lengthBytes) != update.dataCrc32c) {
      return EngineStatus.PAYLOAD_CORRUPT;
    }
    int capacity = ChunkStates.capacityBytes(order);
    boolean grows = !exists || order > states.index.order(slot);
    if (grows && !states.targets.hasBudget(update.targetId, capacity)) {
      return EngineStatus.BUDGET_EXCEEDED;
    }
    if (!exists && !states.index.hasRoom()) {
      return EngineStatus.NO_SPACE;
    }
    plan.extent = 0;
    if (plan.fresh) {
      plan.extent = states.allocator.allocate(order);
      if (plan.extent < 0 && states.quarantine.blocks() > 0) {
        journal.hurry();
        return EngineStatus.BACK_PRESSURE;
      }
      return plan.extent < 0 ? EngineStatus.NO_SPACE : EngineStatus.OK;
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

  private void begin(ChunkUpdate source, int found, boolean exists, int order, long tag) {
    int slot = exists ? found : states.index.add(source.targetId, source.chunkHi, source.chunkLo);
    PendingUpdate update = states.pendings.acquire();
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
    boolean removes = source.kind == ChunkUpdate.REMOVE;
    update.fresh = plan.fresh && !removes;
    update.extent = plan.extent;
    if (update.fresh) {
      states.onExtentTaken(update);
    }
    update.directFirst = plan.directFirst;
    update.directCount = plan.directEnd - plan.directFirst;
    for (int i = 0; i < plan.journaledCount; i++) {
      update.journaledBlock[i] = plan.journaledFirst + i;
      update.journaledSlot[i] = states.journaled.acquire();
    }
    update.journaledCount = plan.journaledCount;
    if (update.fresh && update.directCount > 0) {
      // Replay needs the checksums of all blocks; those before the first are holes.
      update.directFirst = 0;
      update.directCount = plan.directEnd;
    }
    states.index.setPreparing(slot, true);

    PrepareOp op = freeHead;
    freeHead = op.next;
    op.next = null;
    active++;
    op.tag = tag;
    op.slot = slot;
    op.update = update;
    boolean hasPayload = source.kind == ChunkUpdate.WRITE || source.kind == ChunkUpdate.REPLACE;
    op.payloadOffset = hasPayload ? source.offsetBytes : plan.lengthBytes;
    op.payloadEnd = hasPayload ? source.offsetBytes + source.lengthBytes : plan.lengthBytes;
    op.payloadAddress = source.dataAddress;
    op.committedBlocks =
        exists && plan.copies ? ChunkStates.blocks(states.index.lengthBytes(slot)) : 0;
    op.directFirst = plan.directFirst;
    op.directEnd = plan.directEnd;
    writer.start(op);
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
