package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import org.jspecify.annotations.Nullable;

/**
 * What an engine on another thread just said of one chunk. Good for as long as the node deals with
 * that answer, and until it commits the chunk; then the engine must be asked again.
 */
final class KnownChunk {

  private @Nullable ChunkStat stat;
  private int status;
  private long targetId;
  private long chunkHi;
  private long chunkLo;

  void set(long target, long hi, long lo, int newStatus, ChunkStat newStat) {
    targetId = target;
    chunkHi = hi;
    chunkLo = lo;
    status = newStatus;
    stat = newStat;
  }

  void forget() {
    stat = null;
  }

  boolean is(long target, long hi, long lo) {
    return stat != null && target == targetId && hi == chunkHi && lo == chunkLo;
  }

  /** As {@code ChunkEngine.stat}; the chunk is the known one. */
  int stat(ChunkStat out) {
    if (status == EngineStatus.OK) {
      out.copyFrom(stat);
    }
    return status;
  }
}
