package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Reads chunks. Bytes go straight to the caller; when they have arrived they are held against what
 * the chunk is <em>then</em>: a block waiting in memory replaces them, every other one must match
 * its checksum. A read that met an update half-way begins again.
 */
final class ReadPath {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  // Each new attempt means that an update of the same blocks ended meanwhile.
  private static final int MAX_ATTEMPTS = 100;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Completions completions;
  private final Crc32c crc;
  private ReadOp freeHead;
  private int active;

  // The content that a version argument names; the result of resolve().
  private int slot;
  private PendingUpdate pending;
  private long version;
  private long extent;
  private int contentBytes;

  ReadPath(
      ChunkStates states,
      IoQueue ioQueue,
      EngineHealth health,
      Completions completions,
      Crc32c crc,
      int maxReads) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.completions = completions;
    this.crc = crc;
    for (int i = 0; i < maxReads; i++) {
      ReadOp op = new ReadOp(ioQueue, this);
      op.next = freeHead;
      freeHead = op;
    }
  }

  int active() {
    return active;
  }

  int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long askedVersion,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    if (health.isClosed()) {
      return EngineStatus.ENGINE_CLOSED;
    }
    if (offsetBytes < 0 || lengthBytes < 0 || address % BLOCK_BYTES != 0) {
      return EngineStatus.BAD_ARGUMENT;
    }
    int refusal = resolve(targetId, chunkHi, chunkLo, askedVersion);
    if (refusal != EngineStatus.OK) {
      return refusal;
    }
    ReadOp op = freeHead;
    if (op == null) {
      return EngineStatus.BACK_PRESSURE;
    }
    op.offsetBytes = offsetBytes;
    op.lengthBytes = lengthBytes;
    if (!pin(op)) {
      return EngineStatus.BACK_PRESSURE;
    }
    freeHead = op.next;
    active++;
    op.targetId = targetId;
    op.chunkHi = chunkHi;
    op.chunkLo = chunkLo;
    op.askedVersion = askedVersion;
    op.address = address;
    op.tag = tag;
    op.attempts = 0;
    begin(op);
    return EngineStatus.OK;
  }

  void onRead(ReadOp op, int error) {
    states.requests.end(op);
    if (error != 0) {
      health.requestFailed("a read", op.targetId, op.chunkHi, op.chunkLo, op.io.offsetBytes, error);
      complete(op, EngineStatus.DEVICE_ERROR, 0);
      return;
    }
    int refusal = resolveAgain(op);
    if (refusal != EngineStatus.OK) {
      complete(op, refusal, 0);
      return;
    }
    int corrupt = -1;
    if (extent == op.extent && endOf(op) == op.end) {
      corrupt = verify(op);
      if (corrupt < 0) {
        complete(op, op.end - op.offsetBytes, version);
        return;
      }
    }
    if (op.generation != states.index.generation(slot)) {
      unpin(op);
      if (++op.attempts < MAX_ATTEMPTS && pin(op)) {
        begin(op);
      } else {
        complete(op, EngineStatus.BACK_PRESSURE, 0);
      }
      return;
    }
    failCorrupt(op, corrupt);
  }

  private void failCorrupt(ReadOp op, int block) {
    health.corrupt(
        op.targetId,
        op.chunkHi,
        op.chunkLo,
        block * BLOCK_BYTES,
        states.layout.blockOffset(extent + block));
    complete(op, EngineStatus.CHUNK_CORRUPT, 0);
  }

  /** Has the checksums of what {@link #resolve} found in memory; false: try again later. */
  private boolean pin(ReadOp op) {
    int first = op.offsetBytes / BLOCK_BYTES;
    int count = Math.max(0, ChunkStates.blocks(endOf(op)) - first);
    if (!states.checksumCache.acquire(extent + first, count)) {
      return false;
    }
    op.pinnedFirst = extent + first;
    op.pinnedCount = count;
    return true;
  }

  private void unpin(ReadOp op) {
    states.checksumCache.release(op.pinnedFirst, op.pinnedCount);
    op.pinnedCount = 0;
  }

  /** Starts the device read of what {@link #resolve} found. */
  private void begin(ReadOp op) {
    op.slot = slot;
    op.isOfCommitted = pending == null;
    op.version = version;
    op.extent = extent;
    op.contentBytes = contentBytes;
    op.end = endOf(op);
    op.generation = states.index.generation(slot);
    if (op.end <= op.offsetBytes) {
      complete(op, 0, version);
      return;
    }
    int first = op.offsetBytes / BLOCK_BYTES;
    int count = ChunkStates.blocks(op.end) - first;
    if (!needsDevice(first, count)) {
      int corrupt = verify(op);
      if (corrupt < 0) {
        complete(op, op.end - op.offsetBytes, version);
      } else {
        failCorrupt(op, corrupt);
      }
      return;
    }
    states.requests.begin(op);
    ioQueue.read(op.io, states.layout.blockOffset(extent + first), op.address, count * BLOCK_BYTES);
  }

  private int resolve(long targetId, long chunkHi, long chunkLo, long askedVersion) {
    ChunkIndex index = states.index;
    slot = states.find(targetId, chunkHi, chunkLo);
    if (!states.isVisible(slot)) {
      return states.absent(targetId);
    }
    long committed = index.version(slot);
    pending = null;
    if (askedVersion == ChunkEngine.COMMITTED && committed == 0) {
      // The committed version may have been lost, and only the pending one be known.
      return states.absent(targetId);
    }
    PendingUpdate found = askedVersion == ChunkEngine.COMMITTED ? null : states.pending(slot);
    boolean asksForPending = found != null && found.version == askedVersion;
    if (askedVersion >= 0 && askedVersion <= committed && !asksForPending) {
      version = committed;
      extent = index.extent(slot);
      contentBytes = index.lengthBytes(slot);
      return EngineStatus.OK;
    }
    if (!asksForPending) {
      return EngineStatus.VERSION_MISMATCH;
    }
    pending = found;
    if (pending.kind == ChunkUpdate.REMOVE) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    version = pending.version;
    extent = pending.extent;
    contentBytes = pending.lengthBytes;
    return EngineStatus.OK;
  }

  /** What a read names when its blocks have arrived; mostly that is what it was. */
  private int resolveAgain(ReadOp op) {
    if (!op.isOfCommitted || op.generation != states.index.generation(op.slot)) {
      return resolve(op.targetId, op.chunkHi, op.chunkLo, op.askedVersion);
    }
    slot = op.slot;
    pending = null;
    version = op.version;
    extent = op.extent;
    contentBytes = op.contentBytes;
    return EngineStatus.OK;
  }

  private int endOf(ReadOp op) {
    return (int) Math.min((long) op.offsetBytes + op.lengthBytes, contentBytes);
  }

  private int inMemory(int block) {
    int found = pending == null ? JournaledBlocks.NONE : pending.journaledSlotOf(block);
    return found == JournaledBlocks.NONE ? states.journaled.find(extent + block) : found;
  }

  /** The checksum that a block of the resolved content must have. */
  private int expected(int block) {
    if (pending != null) {
      if (pending.punches(block)) {
        return BlockChecksums.HOLE;
      }
      int memorySlot = pending.journaledSlotOf(block);
      if (memorySlot != JournaledBlocks.NONE) {
        return states.journaled.checksum(memorySlot);
      }
    }
    return states.checksums.get(extent + block);
  }

  private boolean isIntact(long address, int expected) {
    return BlockChecksums.kept(crc.ofArrived(address, BLOCK_BYTES)) == expected;
  }

  private boolean needsDevice(int first, int count) {
    for (int block = first; block < first + count; block++) {
      if (expected(block) != BlockChecksums.HOLE && inMemory(block) == JournaledBlocks.NONE) {
        return true;
      }
    }
    return false;
  }

  /** Makes the buffer hold what was resolved; returns a block that does not match, or -1. */
  private int verify(ReadOp op) {
    int first = op.offsetBytes / BLOCK_BYTES;
    int end = ChunkStates.blocks(op.end);
    for (int block = first; block < end; block++) {
      long at = op.address + (long) (block - first) * BLOCK_BYTES;
      int expected = expected(block);
      if (expected == BlockChecksums.HOLE) {
        Zeros.put(at, BLOCK_BYTES);
        continue;
      }
      int memorySlot = inMemory(block);
      if (memorySlot != JournaledBlocks.NONE) {
        Memory.copy(states.journaled.address(memorySlot), at, BLOCK_BYTES);
      }
      if (!isIntact(at, expected)) {
        return block;
      }
    }
    return -1;
  }

  private void complete(ReadOp op, int status, long readVersion) {
    unpin(op);
    completions.read(op.tag, status, readVersion);
    op.next = freeHead;
    freeHead = op;
    active--;
  }
}
