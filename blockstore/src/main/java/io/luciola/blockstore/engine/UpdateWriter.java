package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.Digest;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Carries the data of updates: merges partial blocks with committed content that was read and
 * verified, writes straight to extents, and computes checksums and digest on the way.
 */
final class UpdateWriter implements AutoCloseable {

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final int memoryAlignmentBytes;
  private final PreparePath path;
  private final StagingBuffers staging = new StagingBuffers();

  UpdateWriter(
      ChunkStates states,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc,
      int memoryAlignmentBytes,
      PreparePath path) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    this.memoryAlignmentBytes = memoryAlignmentBytes;
    this.path = path;
  }

  void start(PrepareOp op) {
    op.phase = PrepareOp.MERGING;
    op.cursor = 0;
    op.committedRead = false;
    op.staging = 0;
    advance(op);
  }

  void onIo(PrepareOp op, int error) {
    Io io = op.io;
    if (error != 0) {
      PendingUpdate update = op.update;
      health.requestFailed(
          io.kind == Io.READ ? "a read" : "a write",
          states.targets.id(update.target),
          update.chunkHi,
          update.chunkLo,
          io.offsetBytes,
          error);
      fail(op, EngineStatus.DEVICE_ERROR);
      return;
    }
    if (io.kind == Io.READ) {
      op.committedRead = true;
    } else {
      op.cursor += op.run;
      op.committedRead = false;
    }
    advance(op);
  }

  @Override
  public void close() {
    staging.close();
  }

  private void advance(PrepareOp op) {
    if (op.phase == PrepareOp.MERGING) {
      if (!merge(op)) {
        return;
      }
      op.phase = PrepareOp.WRITING;
      op.cursor = op.directFirst;
      op.committedRead = false;
    }
    if (!write(op)) {
      return;
    }
    op.update.digest = digest(op);
    releaseStaging(op);
    path.onWritten(op);
  }

  private void fail(PrepareOp op, int status) {
    releaseStaging(op);
    path.onFailed(op, status);
  }

  private void releaseStaging(PrepareOp op) {
    PrepareOp waiting = staging.release(op);
    if (waiting != null) {
      advance(waiting);
    }
  }

  /**
   * Builds the blocks that travel in the journal; false while a read is under way or after it
   * failed.
   */
  private boolean merge(PrepareOp op) {
    PendingUpdate update = op.update;
    while (op.cursor < update.journaledCount) {
      int block = update.journaledBlock[op.cursor];
      int slot = update.journaledSlot[op.cursor];
      long address = states.journaled.address(slot);
      if (!op.covers(block)) {
        long place = states.index.extent(op.slot) + block;
        boolean fromMemory = !op.committedRead && loadFromMemory(place, address);
        if (!op.committedRead && !fromMemory) {
          readCommitted(op, block, 1, address);
          return false;
        }
        if (fromMemory && !isIntact(place, address)) {
          failCorrupt(op, block);
          return false;
        }
        if (op.committedRead && !isIntact(place, address)) {
          if (isUnchanged(op)) {
            failCorrupt(op, block);
            return false;
          }
          op.committedRead = false;
          continue;
        }
      }
      addPayload(op, block, address);
      states.journaled.setChecksum(slot, BlockChecksums.kept(crc.of(address, BLOCK_BYTES)));
      op.committedRead = false;
      op.cursor++;
    }
    return true;
  }

  /** Writes the blocks that go straight to the extent; false while that is under way. */
  private boolean write(PrepareOp op) {
    while (op.cursor < op.directEnd) {
      if (op.committedRead) {
        int corrupt = assemble(op, true);
        if (corrupt < 0) {
          writeRun(op, op.staging);
        } else if (isUnchanged(op)) {
          failCorrupt(op, corrupt);
        } else {
          readCommitted(op, op.cursor, committedRun(op), op.staging);
        }
        return false;
      }
      if (isZeroCopy(op, op.cursor)) {
        op.run = Math.min(op.directEnd, op.payloadEnd / BLOCK_BYTES) - op.cursor;
        long payload = op.payloadOf(op.cursor);
        for (int i = 0; i < op.run; i++) {
          putChecksum(op, op.cursor + i, payload + (long) i * BLOCK_BYTES);
        }
        writeRun(op, payload);
        return false;
      }
      if (isHole(op, op.cursor)) {
        op.cursor++;
        continue;
      }
      if (!staging.acquire(op)) {
        return false;
      }
      op.run = stagedRun(op);
      if (needsCommitted(op)) {
        readCommitted(op, op.cursor, committedRun(op), op.staging);
      } else {
        int corrupt = assemble(op, false);
        if (corrupt < 0) {
          writeRun(op, op.staging);
        } else {
          failCorrupt(op, corrupt);
        }
      }
      return false;
    }
    return true;
  }

  private void writeRun(PrepareOp op, long address) {
    long place = extent(op) + op.cursor;
    ioQueue.write(op.io, states.layout.blockOffset(place), address, op.run * BLOCK_BYTES);
  }

  private void readCommitted(PrepareOp op, int block, int count, long address) {
    op.generation = states.index.generation(op.slot);
    op.committedRead = false;
    long place = states.index.extent(op.slot) + block;
    ioQueue.read(op.io, states.layout.blockOffset(place), address, count * BLOCK_BYTES);
  }

  /** Builds a run in the staging buffer; returns a block that is corrupt, or -1. */
  private int assemble(PrepareOp op, boolean wasRead) {
    for (int i = 0; i < op.run; i++) {
      int block = op.cursor + i;
      long address = op.staging + (long) i * BLOCK_BYTES;
      if (!op.covers(block)) {
        if (block >= op.committedBlocks) {
          Zeros.put(address, BLOCK_BYTES);
        } else {
          long place = states.index.extent(op.slot) + block;
          boolean there = loadFromMemory(place, address) || wasRead;
          if (!there || !isIntact(place, address)) {
            return block;
          }
        }
      }
      addPayload(op, block, address);
      putChecksum(op, block, address);
    }
    return -1;
  }

  private int stagedRun(PrepareOp op) {
    int block = op.cursor + 1;
    int end = Math.min(op.directEnd, op.cursor + StagingBuffers.BLOCKS);
    while (block < end && !isZeroCopy(op, block) && !isHole(op, block)) {
      block++;
    }
    return block - op.cursor;
  }

  /** How many blocks of the run the committed content has; its extent may end behind them. */
  private static int committedRun(PrepareOp op) {
    return Math.min(op.run, op.committedBlocks - op.cursor);
  }

  private boolean needsCommitted(PrepareOp op) {
    long committed = states.index.extent(op.slot);
    int end = Math.min(op.cursor + op.run, op.committedBlocks);
    for (int block = op.cursor; block < end; block++) {
      if (!op.covers(block)
          && states.checksums.get(committed + block) != BlockChecksums.HOLE
          && states.journaled.find(committed + block) == JournaledBlocks.NONE) {
        return true;
      }
    }
    return false;
  }

  private boolean isZeroCopy(PrepareOp op, int block) {
    return op.covers(block) && op.payloadOf(block) % memoryAlignmentBytes == 0;
  }

  /** Whether a block of the new content was never written and is not written now. */
  private boolean isHole(PrepareOp op, int block) {
    if (op.update.punches(block)) {
      return true;
    }
    return !op.touches(block)
        && (block >= op.committedBlocks
            || states.checksums.get(states.index.extent(op.slot) + block) == BlockChecksums.HOLE);
  }

  /** Fills in committed content that needs no read: holes, and blocks not yet at their place. */
  private boolean loadFromMemory(long place, long address) {
    if (states.checksums.get(place) == BlockChecksums.HOLE) {
      Zeros.put(address, BLOCK_BYTES);
      return true;
    }
    int slot = states.journaled.find(place);
    if (slot == JournaledBlocks.NONE) {
      return false;
    }
    Memory.copy(states.journaled.address(slot), address, BLOCK_BYTES);
    return true;
  }

  private boolean isIntact(long place, long address) {
    int expected = states.checksums.get(place);
    return expected == BlockChecksums.HOLE
        || BlockChecksums.kept(crc.ofArrived(address, BLOCK_BYTES)) == expected;
  }

  private boolean isUnchanged(PrepareOp op) {
    return op.generation == states.index.generation(op.slot);
  }

  private void failCorrupt(PrepareOp op, int block) {
    PendingUpdate update = op.update;
    long place = states.index.extent(op.slot) + block;
    health.corrupt(
        states.targets.id(update.target),
        update.chunkHi,
        update.chunkLo,
        block * BLOCK_BYTES,
        states.layout.blockOffset(place));
    fail(op, EngineStatus.CHUNK_CORRUPT);
  }

  /** Lays the payload over a block, and zeros over what is punched or behind the new length. */
  private static void addPayload(PrepareOp op, int block, long address) {
    int start = block * BLOCK_BYTES;
    int from = Math.max(op.payloadOffset, start);
    int to = Math.min(op.payloadEnd, start + BLOCK_BYTES);
    if (from < to) {
      Memory.copy(
          op.payloadAddress + (from - op.payloadOffset), address + (from - start), to - from);
    }
    int zerosFrom = Math.max(op.zerosFrom, start);
    int zerosEnd = Math.min(op.zerosEnd, start + BLOCK_BYTES);
    if (zerosFrom < zerosEnd) {
      Zeros.put(address + (zerosFrom - start), zerosEnd - zerosFrom);
    }
    int kept = op.update.lengthBytes - start;
    if (kept < BLOCK_BYTES) {
      Zeros.put(address + kept, BLOCK_BYTES - kept);
    }
  }

  private static long extent(PrepareOp op) {
    return op.update.extent;
  }

  private void putChecksum(PrepareOp op, int block, long address) {
    states.checksums.put(extent(op) + block, BlockChecksums.kept(crc.of(address, BLOCK_BYTES)));
  }

  private long digest(PrepareOp op) {
    PendingUpdate update = op.update;
    int blocks = ChunkStates.blocks(update.lengthBytes);
    long extent = extent(op);
    if (update.kind == ChunkUpdate.REMOVE) {
      return 0;
    }
    long digest = 0;
    int from = 0;
    if (!update.fresh) {
      digest = states.index.digest(op.slot);
      from = ChunkStates.blocks(states.index.lengthBytes(op.slot));
      for (int block = blocks; block < from; block++) {
        digest -= Digest.term(block, states.checksums.get(extent + block));
      }
      for (int i = 0; i < update.journaledCount; i++) {
        int block = update.journaledBlock[i];
        digest -= Digest.term(block, states.checksums.get(extent + block));
        digest += Digest.term(block, states.journaled.checksum(update.journaledSlot[i]));
      }
      for (int i = 0; i < update.punchedCount; i++) {
        int block = update.punchedFirst + i;
        digest -= Digest.term(block, states.checksums.get(extent + block));
        digest += Digest.term(block, BlockChecksums.HOLE);
      }
    }
    for (int block = from; block < blocks; block++) {
      digest += Digest.term(block, states.checksums.get(extent + block));
    }
    return digest;
  }
}
