package io.luciola.cluster.client;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import java.util.List;

/**
 * Some chunks of a target.
 *
 * @param chunks in no order; maybe none although others follow
 * @param nextCursor where to go on
 */
public record ChunkPage(List<ChunkStat> chunks, long nextCursor) {

  /** Whether nothing follows. */
  public boolean isLast() {
    return nextCursor == ChunkEngine.NO_MORE_CHUNKS;
  }
}
