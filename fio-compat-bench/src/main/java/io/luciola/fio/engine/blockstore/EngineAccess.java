package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.fio.engine.EngineException;

/** The engine that a job drives: one of its own, or one that it shares with other jobs. */
interface EngineAccess extends AutoCloseable {

  /** The engine, for the job's thread. */
  ChunkEngine engine();

  /** Told of memory that requests will use, where that makes them cheaper. */
  void registerMemory(long address, long lengthBytes);

  /** Told before a read is handed to the engine. */
  void beforeRead();

  /** Told when a read was handed to the engine. */
  void afterRead();

  /** Told when something other than a read is handed to the engine, or waits to be. */
  void onUpdate();

  /** Told after each round of work how much there was. */
  void onWork(int workCount);

  /**
   * Waits for a moment, or until the engine has something, unless there may be something to do now.
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
