package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage;
import io.luciola.blockstore.engine.space.SpaceLevel;
import java.util.List;

/** An engine without chunks that ends each read in its next round of work, to measure the way. */
final class EchoEngine implements ChunkEngine {

  private final Listener listener;
  private final long[] tags = new long[256];
  private int reads;

  EchoEngine(Listener listener) {
    this.listener = listener;
  }

  @Override
  public int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long version,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    if (reads == tags.length) {
      return EngineStatus.BACK_PRESSURE;
    }
    tags[reads++] = tag;
    return EngineStatus.OK;
  }

  @Override
  public int doWork() {
    int ended = reads;
    reads = 0;
    for (int i = 0; i < ended; i++) {
      listener.onRead(tags[i], 0, COMMITTED);
    }
    return ended;
  }

  @Override
  public int createTarget(long targetId, long budgetBytes) {
    return EngineStatus.NO_SPACE;
  }

  @Override
  public int removeTarget(long targetId) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public EngineUsage usage() {
    return new EngineUsage(0, 0, SpaceLevel.OK, List.of());
  }

  @Override
  public void setScrubRate(long bytesPerSecond) {
    // There is nothing to scrub.
  }

  @Override
  public long[] targetIds() {
    return new long[0];
  }

  @Override
  public long usedBytes(long targetId) {
    return -1;
  }

  @Override
  public long freeBytes() {
    return 0;
  }

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int prepare(ChunkUpdate update, long tag) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int commitAll(ChunkUpdate[] updates, int count) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    return EngineStatus.NO_SUCH_TARGET;
  }

  @Override
  public int sync(long tag) {
    return EngineStatus.BAD_ARGUMENT;
  }

  @Override
  public void forEachChunk(long targetId, ChunkVisitor visitor) {}

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public String roleName() {
    return "echo";
  }

  @Override
  public void close() {}
}
