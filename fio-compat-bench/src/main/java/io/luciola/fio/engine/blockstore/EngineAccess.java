package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.fio.engine.EngineException;

/** The engine that a job drives: one of its own, or one that it shares with other jobs. */
interface EngineAccess extends AutoCloseable {

  /** The engine, for the job's thread. */
  ChunkEngine engine();

  /** Told after each round of work how much there was. */
  void onWork(int workCount);

  /**
   * What to do when there was nothing to do: waits for a moment, or until the engine has something.
   *
   * @param held whether the job has something to try again, so that it must not wait for long
   */
  void pause(boolean held);

  /** Ends the access; the last one closes the engine. */
  @Override
  void close();

  /** Gives a job's thread its access. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens or connects.
     *
     * @param listener of the completions, called by the job's thread
     */
    EngineAccess open(ChunkEngine.Listener listener) throws EngineException;
  }
}
