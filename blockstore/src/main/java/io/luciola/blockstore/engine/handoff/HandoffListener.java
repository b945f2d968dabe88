package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;

/**
 * Receives a client's completions, out of {@link EngineClient#doWork()}, on the client's thread.
 */
public interface HandoffListener extends ChunkEngine.Listener {

  /**
   * A commit or discard, which the client's call took with OK, was refused by the engine: another
   * client was in between, or the engine is closed. The chunk is as the engine says, not as the
   * caller thought. Called for each chunk of a {@link EngineClient#commitAll}.
   */
  void onCommitRefused(long targetId, long chunkHi, long chunkLo, long version, int status);

  /**
   * What was known of a chunk when the engine came to the matching {@link EngineClient#askStat}.
   *
   * @param status as of {@link ChunkEngine#stat}
   * @param stat filled in when the status is OK; only valid during the call
   */
  void onStat(long tag, int status, ChunkStat stat);
}
