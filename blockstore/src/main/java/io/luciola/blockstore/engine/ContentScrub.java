package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.index.ChunkIndex;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Goes through the chunks slot by slot and holds their blocks, committed and pending, against their
 * checksums: those on the device after reading them, those in memory where they are.
 *
 * <p>A block that does not match is read once more, alone, and held against what the chunk is
 * <em>then</em>, as for every other read.
 */
final class ContentScrub extends OrderedRequest implements IoOwner, AutoCloseable {

  /** What {@link #start} says when it has gone through all chunks. */
  static final int DONE = -1;

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;
  private static final int PIECE_BLOCKS = 64;
  private static final long MEMORY_BYTES = (PIECE_BLOCKS + 1L) * BLOCK_BYTES;
  private static final int MAX_SLOTS_PER_CALL = 1024;

  // Each new attempt means that an update of the same chunk ended meanwhile.
  private static final int MAX_ATTEMPTS = 100;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final Io io;
  private final long buffer = Memory.allocate(MEMORY_BYTES);
  private boolean inFlight;
  private long badBlocks;

  // Where the pass is: a slot, its committed or its pending content, a block of it.
  private int slot;
  private boolean inPending;
  private int block;

  // What locate() found of that content.
  private long extent;
  private int firstBlock;
  private int endBlock;
  private long version;

  // The piece that was read.
  private int target;
  private long chunkHi;
  private long chunkLo;
  private long pieceExtent;
  private long pieceVersion;
  private int pieceFirst;
  private int pieceEnd;
  private long pinnedFirst;
  private int pinnedCount;
  private int pieceError;
  private boolean rereading;
  private int generation;
  private int attempts;

  ContentScrub(ChunkStates states, IoQueue ioQueue, EngineHealth health, Crc32c crc) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    io = ioQueue.register(this);
  }

  boolean isInFlight() {
    return inFlight;
  }

  /** Bad blocks found. */
  long badBlocks() {
    return badBlocks;
  }

  /** How much of the chunk table lies behind. */
  double fraction() {
    int slots = states.index.highWater();
    return slots == 0 ? 0 : Math.min(1, (double) slot / slots);
  }

  /** Begins again with the first chunk. */
  void rewind() {
    slot = 0;
    inPending = false;
    block = 0;
  }

  /**
   * Reads the next piece that is on the device.
   *
   * @return its bytes; 0 when none was found yet; {@link #DONE} behind the last chunk
   */
  int start() {
    for (int looked = 0; looked < MAX_SLOTS_PER_CALL; looked++) {
      if (slot >= states.index.highWater()) {
        return DONE;
      }
      if (!locate()) {
        nextContent();
        continue;
      }
      block = Math.max(block, firstBlock);
      pieceEnd = Math.min(endBlock, block + PIECE_BLOCKS);
      if (!pin()) {
        return 0;
      }
      while (block < pieceEnd && !isOnDevice(block)) {
        block++;
      }
      if (block < pieceEnd) {
        return readPiece();
      }
      unpin();
      if (block >= endBlock) {
        nextContent();
      }
    }
    return 0;
  }

  @Override
  public void onIo(Io request, int error) {
    states.requests.end(this);
    inFlight = false;
    if (!health.takesUpdates()) {
      return;
    }
    if (rereading) {
      judge(error);
    } else {
      pieceError = error;
      attempts = 0;
    }
    verify();
  }

  @Override
  public void close() {
    Memory.free(buffer, MEMORY_BYTES);
  }

  /** Whether the slot has content at this turn; then says where. */
  private boolean locate() {
    ChunkIndex index = states.index;
    if (!index.isUsed(slot) || states.targets.isRemoving(index.targetNumber(slot))) {
      return false;
    }
    if (!inPending) {
      extent = index.extent(slot);
      firstBlock = 0;
      endBlock = ChunkStates.blocks(index.lengthBytes(slot));
      version = 0;
      return index.version(slot) > 0;
    }
    PendingUpdate pending = states.pending(slot);
    if (pending == null || pending.kind == ChunkUpdate.REMOVE) {
      return false;
    }
    extent = pending.extent;
    firstBlock = pending.fresh ? 0 : pending.directFirst;
    endBlock =
        pending.fresh
            ? ChunkStates.blocks(pending.lengthBytes)
            : pending.directFirst + pending.directCount;
    version = pending.version;
    return true;
  }

  private void nextContent() {
    if (inPending) {
      slot++;
    } else {
      checkPendingInMemory();
    }
    inPending = !inPending;
    block = 0;
  }

  /** Has the checksums of the piece in memory; false: they are being read, try again later. */
  private boolean pin() {
    int count = pieceEnd - block;
    if (!states.checksumCache.acquire(extent + block, count)) {
      return false;
    }
    pinnedFirst = extent + block;
    pinnedCount = count;
    return true;
  }

  private void unpin() {
    states.checksumCache.release(pinnedFirst, pinnedCount);
    pinnedCount = 0;
  }

  /**
   * Whether the device must have a block; one that waits in memory is held against its checksum.
   */
  private boolean isOnDevice(int candidate) {
    int expected = states.checksums.get(extent + candidate);
    if (expected == BlockChecksums.HOLE) {
      return false;
    }
    int memorySlot = states.journaled.find(extent + candidate);
    if (memorySlot == JournaledBlocks.NONE) {
      return true;
    }
    if (!isIntact(states.journaled.address(memorySlot), expected)) {
      report(candidate);
    }
    return false;
  }

  private void checkPendingInMemory() {
    PendingUpdate pending = states.pending(slot);
    if (pending == null) {
      return;
    }
    for (int i = 0; i < pending.journaledCount; i++) {
      int memorySlot = pending.journaledSlot[i];
      long address = states.journaled.address(memorySlot);
      if (!isIntact(address, states.journaled.checksum(memorySlot))) {
        extent = pending.extent;
        report(pending.journaledBlock[i]);
      }
    }
  }

  private int readPiece() {
    target = states.index.targetNumber(slot);
    chunkHi = states.index.chunkHi(slot);
    chunkLo = states.index.chunkLo(slot);
    pieceExtent = extent;
    pieceVersion = version;
    pieceFirst = block;
    rereading = false;
    int bytes = (pieceEnd - pieceFirst) * BLOCK_BYTES;
    read(pieceFirst, buffer, bytes);
    return bytes;
  }

  private void reread() {
    rereading = true;
    generation = states.index.generation(slot);
    read(block, buffer + (long) PIECE_BLOCKS * BLOCK_BYTES, BLOCK_BYTES);
  }

  private void read(int first, long address, int bytes) {
    inFlight = true;
    states.requests.begin(this);
    ioQueue.read(io, states.layout.blockOffset(pieceExtent + first), address, bytes);
  }

  /** Goes on with the piece from the present block. */
  private void verify() {
    if (inFlight) {
      return;
    }
    if (!isStillThere()) {
      unpin();
      nextContent();
      return;
    }
    int end = Math.min(pieceEnd, endBlock);
    while (block < end) {
      if (isOnDevice(block)) {
        long address = buffer + (long) (block - pieceFirst) * BLOCK_BYTES;
        boolean intact = pieceError == 0 && isIntact(address, states.checksums.get(extent + block));
        if (!intact) {
          reread();
          return;
        }
      }
      block++;
    }
    unpin();
  }

  /** What came of reading a block for the second time. */
  private void judge(int error) {
    if (!isStillThere() || block >= endBlock) {
      return;
    }
    long address = buffer + (long) PIECE_BLOCKS * BLOCK_BYTES;
    boolean intact =
        !isOnDevice(block)
            || (error == 0 && isIntact(address, states.checksums.get(extent + block)));
    if (!intact && generation != states.index.generation(slot) && attempts++ < MAX_ATTEMPTS) {
      reread();
      return;
    }
    if (!intact) {
      report(block);
    }
    attempts = 0;
    block++;
  }

  private boolean isStillThere() {
    return slot < states.index.highWater()
        && states.index.isUsed(slot)
        && states.index.targetNumber(slot) == target
        && states.index.chunkHi(slot) == chunkHi
        && states.index.chunkLo(slot) == chunkLo
        && locate()
        && extent == pieceExtent
        && version == pieceVersion;
  }

  private boolean isIntact(long address, int expected) {
    return BlockChecksums.kept(crc.ofArrived(address, BLOCK_BYTES)) == expected;
  }

  private void report(int badBlock) {
    badBlocks++;
    health.corrupt(
        states.targets.id(states.index.targetNumber(slot)),
        states.index.chunkHi(slot),
        states.index.chunkLo(slot),
        badBlock * BLOCK_BYTES,
        states.layout.blockOffset(extent + badBlock));
  }
}
