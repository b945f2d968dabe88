package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.index.Digest;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opens an engine and says what is in it. */
final class EngineInspector implements ChunkEngine.Listener, AutoCloseable {

  /** A chunk cannot be read. */
  static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;

    /** Whether the chunk is not even known. */
    final boolean isOfStat;

    UnreadableException(int chunk, int status, boolean isOfStat) {
      super(
          (isOfStat ? "stat" : "a read")
              + " of chunk "
              + chunk
              + " says "
              + EngineStatus.name(status));
      this.status = status;
      this.isOfStat = isOfStat;
    }
  }

  /** A block that {@link #onCorrupt} named. */
  record CorruptBlock(long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {}

  static final int MAX_CHUNK_BYTES = 256 << 10;

  private static final int NOT_ENDED = Integer.MIN_VALUE;
  private static final long TAG = -1;

  final BlockEngine engine;
  final List<CorruptBlock> corruptBlocks = new ArrayList<>();

  private final long buffer = Memory.allocate(MAX_CHUNK_BYTES);
  private final boolean owns;
  private final Crc32c crc = new Crc32c();
  private final ChunkStat stat = new ChunkStat();
  private int status;

  /** Opens. */
  EngineInspector(BlockDevice device, EngineOptions options) {
    boolean opened = false;
    try {
      engine = BlockEngine.open(device, options, this);
      opened = true;
    } finally {
      if (!opened) {
        Memory.free(buffer, MAX_CHUNK_BYTES);
      }
    }
    owns = true;
  }

  /**
   * Looks at an engine that somebody else has opened, whose reads with tag -1 end with {@link
   * #onRead}.
   */
  EngineInspector(BlockEngine opened) {
    engine = opened;
    owns = false;
  }

  List<Long> targets() {
    return Arrays.stream(engine.targetIds()).boxed().toList();
  }

  ChunkState stateOf(int chunk) {
    long hi = EngineModel.chunkHi(chunk);
    int answer = engine.stat(EngineModel.TARGET, hi, chunk, stat);
    require(
        targets().contains(EngineModel.TARGET) == (answer != EngineStatus.NO_SUCH_TARGET),
        "chunk " + chunk + " is half visible");
    if (answer == EngineStatus.NO_SUCH_CHUNK || answer == EngineStatus.NO_SUCH_TARGET) {
      return ChunkState.ABSENT;
    }
    if (answer != EngineStatus.OK) {
      throw new UnreadableException(chunk, answer, true);
    }
    long digest = stat.committedDigest;
    long pendingDigest = stat.pendingDigest;
    Version committed = null;
    Version pending = null;
    if (stat.committedVersion != 0) {
      committed =
          new Version(
              stat.committedVersion,
              0,
              contentOf(chunk, ChunkEngine.COMMITTED),
              stat.committedChainVersion,
              stat.committedSequence);
      require(digestOf(committed.content()) == digest, "digest of chunk " + chunk);
      require(committed.content().length == stat.committedLengthBytes, "length of " + chunk);
    }
    if (stat.pendingVersion != 0) {
      boolean removes = stat.pendingKind == ChunkUpdate.REMOVE;
      pending =
          new Version(
              stat.pendingVersion,
              stat.pendingKind,
              removes ? null : contentOf(chunk, stat.pendingVersion),
              stat.pendingChainVersion,
              stat.pendingSequence);
      require(
          removes || digestOf(pending.content()) == pendingDigest, "pending digest of " + chunk);
    }
    return new ChunkState(committed, pending);
  }

  /** Lets the engine work until every target that is being removed is gone. */
  void awaitRemovals() {
    for (int i = 0; engine.removedTargetIds().length > 0; i++) {
      require(i < 1_000_000, "a removal does not end");
      engine.doWork();
    }
  }

  /** Reads a version as a whole. */
  byte[] contentOf(int chunk, long version) {
    status = NOT_ENDED;
    int answer =
        engine.read(
            EngineModel.TARGET,
            EngineModel.chunkHi(chunk),
            chunk,
            version,
            0,
            MAX_CHUNK_BYTES,
            buffer,
            TAG);
    if (answer != EngineStatus.OK) {
      throw new UnreadableException(chunk, answer, false);
    }
    for (int i = 0; status == NOT_ENDED; i++) {
      require(i < 1_000_000, "a read hangs");
      engine.doWork();
    }
    if (status < 0) {
      throw new UnreadableException(chunk, status, false);
    }
    byte[] content = new byte[status];
    Memory.get(buffer, content, 0, content.length);
    return content;
  }

  @Override
  public void onPrepared(long tag, int outcome, long digest, int lengthBytes) {
    throw new AssertionError("nobody prepared anything");
  }

  @Override
  public void onRead(long tag, int outcome, long version) {
    status = outcome;
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    corruptBlocks.add(new CorruptBlock(chunkHi, chunkLo, offsetBytes, deviceOffsetBytes));
  }

  @Override
  public void onSynced(long tag, int outcome) {
    throw new AssertionError("nobody asked for a sync");
  }

  @Override
  public void close() {
    if (owns) {
      engine.close();
    }
    Memory.free(buffer, MAX_CHUNK_BYTES);
  }

  private long digestOf(byte[] content) {
    int blocks = (content.length + ChunkEngine.BLOCK_BYTES - 1) / ChunkEngine.BLOCK_BYTES;
    int whole = blocks * ChunkEngine.BLOCK_BYTES;
    Memory.put(buffer, content, 0, content.length);
    Memory.fill(buffer + content.length, whole - content.length, (byte) 0);
    long digest = 0;
    for (int block = 0; block < blocks; block++) {
      long at = buffer + (long) block * ChunkEngine.BLOCK_BYTES;
      digest += Digest.term(block, crc.of(at, ChunkEngine.BLOCK_BYTES));
    }
    return digest;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
