package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;

/**
 * One target's part in its chain: head, middle or tail, as the chain says. One thread drives it;
 * {@code nowNs} is any clock that never goes back. Protocol and invariants: docs/replication.md.
 */
public final class ChainReplica {

  /**
   * Creates a replica that refuses everything until {@link #onChain}.
   *
   * @param targetId the target
   * @param effects what it does to the world
   * @param options bounds and times
   */
  public ChainReplica(long targetId, ReplicaEffects effects, ReplicaOptions options) {}

  /**
   * Takes a newer chain; older ones and repeats are ignored. After the first one the driver feeds
   * {@link #onPendingChunk} with every chunk of the target that has a pending version.
   */
  public void onChain(Chain chain, long nowNs) {}

  /**
   * Drives a pending version found in the engine to its end; harmless for a chunk that is already
   * in progress. Until it was called for a chunk, the first request for the chunk does the same.
   *
   * @return whether it was taken; false when too much is in progress or the replica does not serve:
   *     feed the chunk again later
   */
  public boolean onPendingChunk(ChunkStat stat, long nowNs) {
    return false;
  }

  /** Takes an update, from a client ({@code version} 0) or the predecessor. */
  public void onUpdate(UpdateOp op, long nowNs) {}

  /** Ends {@link ReplicaEffects#prepare}; status, digest and length as the engine gave them. */
  public void onPrepared(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {}

  /** Ends {@link ReplicaEffects#forward} with the successor's answer, or TRANSPORT. */
  public void onForwarded(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {}

  /** Ends {@link ReplicaEffects#loadPending}; status as the engine gave it. */
  public void onPendingLoaded(UpdateOp op, int status, long nowNs) {}

  /** Takes a read. */
  public void onRead(ReadOp op, long nowNs) {}

  /** Ends {@link ReplicaEffects#queryTail} with the tail's answer, or TRANSPORT. */
  public void onCommittedVersion(ReadOp op, int status, long version, long nowNs) {}

  /**
   * Answers another replica's version query.
   *
   * @param chainVersion in the query
   * @return the committed version, 0 when there is no such chunk, or a negative status
   */
  public long committedVersion(int chainVersion, long chunkHi, long chunkLo) {
    return 0;
  }

  /** Retries and ends what is due. To be called about every 10 ms while there is work. */
  public void onTick(long nowNs) {}

  /** Whether anything is in progress or waiting. */
  public boolean hasWork() {
    return false;
  }

  /** Updates held, waiting ones and recovered ones included. */
  public int updates() {
    return 0;
  }

  /** Chunks with an update in progress. */
  public int activeChunks() {
    return 0;
  }

  /** Reads that wait for the tail. */
  public int reads() {
    return 0;
  }
}
