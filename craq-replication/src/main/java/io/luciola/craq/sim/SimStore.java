package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.craq.UpdateOp;
import java.util.List;
import java.util.Set;

/**
 * The chunks of a simulated target. Statuses are those of {@link
 * io.luciola.blockstore.engine.EngineStatus}, contents those of {@link SimContent}. What is called
 * back is forgotten in a crash.
 */
interface SimStore extends AutoCloseable {

  /** Hears what became of a prepare. */
  interface Prepared {
    void on(int status, long digest, int lengthBytes);
  }

  /** Hears what was read; the content also where it is damaged. */
  interface Read {
    void on(int status, long content, long version);
  }

  /** Ids of all chunks, in ascending order. */
  List<Long> chunks();

  int stat(long lo, ChunkStat out);

  /** OK, and later or at once what became of it; or a refusal. */
  int prepare(UpdateOp op, long data, Prepared done);

  int commit(UpdateOp op);

  int discard(long lo, long version);

  /** Drops all that is pending, at once and for good. */
  void discardAllPending();

  /** A version up to the committed one reads the committed one. */
  void read(long lo, long version, Read done);

  /** Makes all that was committed durable. */
  void sync(Runnable done);

  /**
   * Loses what was not durable, or a part of it.
   *
   * @param brokenDisk also loses what was durable
   */
  void crash(boolean brokenDisk);

  /** Whether {@link #rot} does anything. */
  boolean canRot();

  /** Damages what is committed of a chunk, on the disk. */
  void rot(long lo);

  /** Whether what is committed of a chunk is damaged. */
  boolean isRotten(long lo);

  Set<Long> rotten();

  @Override
  void close();
}
