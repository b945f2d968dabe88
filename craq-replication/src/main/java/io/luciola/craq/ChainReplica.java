package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.LocalTargetState;

/**
 * One target's part in its chain: head, middle or tail, as the chain says. One thread drives it;
 * {@code nowNs} is any clock that never goes back. Protocol and invariants: docs/replication.md.
 */
public final class ChainReplica {

  private final ChainRole role;
  private final UpdatePath updates;
  private final ReadPath reads;
  private final Refill refill;
  private boolean refilled;
  private long lastNowNs;

  /**
   * Creates a replica that refuses everything until {@link #onChain}.
   *
   * @param targetId the target
   * @param effects what it does to the world
   * @param options bounds and times
   * @param lease of its node
   */
  public ChainReplica(
      long targetId, ReplicaEffects effects, ReplicaOptions options, NodeLease lease) {
    role = new ChainRole(targetId, effects, lease);
    WriterTable writers = new WriterTable(options.writerTableEntries());
    UpdateDecision decision = new UpdateDecision(role, effects, writers, options.repeatWindowNs());
    updates = new UpdatePath(role, effects, options, writers, decision);
    reads = new ReadPath(role, effects, options, updates);
    refill = new Refill(role, effects, options, updates);
  }

  /** Puts a replica together from its parts. */
  ChainReplica(ChainRole role, UpdatePath updates, ReadPath reads, Refill refill) {
    this.role = role;
    this.updates = updates;
    this.reads = reads;
    this.refill = refill;
  }

  /**
   * Takes a newer chain; older ones and repeats are ignored. After each one by which the target
   * begins to serve the driver feeds {@link #onPendingChunk} with every chunk of the target that
   * has a pending version.
   */
  public void onChain(Chain chain, long nowNs) {
    lastNowNs = nowNs;
    if (role.known() && chain.id() != role.chainId) {
      throw new IllegalArgumentException(
          "target " + role.targetId + " is in chain " + role.chainId + ", not in " + chain.id());
    }
    if (chain.version() <= role.version) {
      return;
    }
    boolean served = role.serving;
    int session = role.session;
    role.become(chain);
    refilled &= role.session == session;
    if (!served) {
      updates.forgetUntil(nowNs);
    }
    updates.onChain(nowNs);
    reads.onChain(nowNs);
    refill.onChain(nowNs);
  }

  /**
   * Mgmtd wants the target out of its chain: it refuses everything from now on, until the chain
   * says that it is out.
   */
  public void withdraw() {
    role.withdrawn = role.written();
  }

  /**
   * What the node tells Mgmtd of this target, under {@link #chainVersion}: UPTODATE when it serves
   * or its refill has ended, OFFLINE when it was withdrawn, else ONLINE.
   */
  public LocalTargetState localState() {
    if (role.withdrawn) {
      return LocalTargetState.OFFLINE;
    }
    return role.serving || refilled ? LocalTargetState.UPTODATE : LocalTargetState.ONLINE;
  }

  /**
   * The successor, when a chunk of it was found different under {@link #chainVersion}; else {@link
   * Chain#NO_TARGET}. Mgmtd is to take it out; until then the chunk takes no updates.
   */
  public long divergedSuccessor() {
    return role.divergedSuccessor;
  }

  /** The version of the chain that the replica goes by; 0 before there is one. */
  public int chainVersion() {
    return role.version;
  }

  /**
   * Drives a pending version found in the engine to its end; harmless for a chunk that is already
   * in progress. Until it was called for a chunk, the first update of the chunk does the same, and
   * reads treat the chunk as dirty.
   *
   * @return whether it was taken; false when too much is in progress or the replica does not serve:
   *     feed the chunk again later
   */
  public boolean onPendingChunk(ChunkStat stat, long nowNs) {
    lastNowNs = nowNs;
    return updates.onPendingChunk(stat, nowNs);
  }

  /** Takes an update, from a client ({@code version} 0) or the predecessor. */
  public void onUpdate(UpdateOp op, long nowNs) {
    lastNowNs = nowNs;
    updates.onUpdate(op, nowNs);
  }

  /** Ends {@link ReplicaEffects#prepare}; status, digest and length as the engine gave them. */
  public void onPrepared(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {
    lastNowNs = nowNs;
    updates.onPrepared(op, status, digest, lengthBytes, nowNs);
  }

  /** Ends {@link ReplicaEffects#forward} with the successor's answer, or TRANSPORT. */
  public void onForwarded(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {
    lastNowNs = nowNs;
    updates.onForwarded(op, status, digest, lengthBytes, nowNs);
  }

  /**
   * Ends {@link ReplicaEffects#loadPending} and {@link ReplicaEffects#loadFromPeer}; status as the
   * engine gave it.
   */
  public void onPendingLoaded(UpdateOp op, int status, long nowNs) {
    lastNowNs = nowNs;
    updates.onPendingLoaded(op, status, nowNs);
  }

  /**
   * The engine has met a block of the chunk that does not match its checksum: the chunk is repaired
   * from another replica when its turn comes. Harmless for a chunk that is not corrupt, or in
   * repair already.
   */
  public void onCorruptChunk(long chunkHi, long chunkLo, long nowNs) {
    lastNowNs = nowNs;
    updates.onCorruptChunk(chunkHi, chunkLo, nowNs);
  }

  /** Takes a read. */
  public void onRead(ReadOp op, long nowNs) {
    lastNowNs = nowNs;
    reads.onRead(op, nowNs);
  }

  /**
   * Ends {@link ReplicaEffects#queryTail}.
   *
   * @param status OK, the tail's refusal, or TRANSPORT
   * @param version the tail's committed version when OK
   */
  public void onCommittedVersion(ReadOp op, int status, long version, long nowNs) {
    lastNowNs = nowNs;
    reads.onCommittedVersion(op, status, version, nowNs);
  }

  /**
   * Answers another replica's version query.
   *
   * @param chainVersion in the query
   * @return the committed version, 0 when there is no such chunk, or a negative status
   */
  public long committedVersion(int chainVersion, long chunkHi, long chunkLo) {
    return reads.committedVersion(chainVersion, chunkHi, chunkLo, lastNowNs);
  }

  // ---- refilling the target behind this one

  /** Ends {@link ReplicaEffects#compareChunks} and {@link ReplicaEffects#listChunks}. */
  public void onRefillAnswer(int pass, int status, long nowNs) {
    lastNowNs = nowNs;
    refill.onAnswer(pass, status, nowNs);
  }

  /** Ends {@link ReplicaEffects#announceRefilled}. */
  public void onRefillAnnounced(int pass, int status, long nowNs) {
    lastNowNs = nowNs;
    refill.onAnnounced(pass, status, nowNs);
  }

  // ---- being refilled

  /** Says, in the batch, which chunks are something else here; OK, or why it cannot be said. */
  public int compareChunks(RefillBatch theirs, int chainVersion) {
    return refill.compare(theirs, chainVersion);
  }

  /** Adds chunks to a batch, from its cursor on; OK, or why not. */
  public int listChunks(RefillBatch batch, int chainVersion) {
    return refill.list(batch, chainVersion);
  }

  /**
   * The predecessor says that this target has all that is committed; OK, or why that is not so. The
   * driver calls this when all that the target did before is durable in its engine.
   */
  public int onRefilled(int chainVersion) {
    int status = refill.checkSyncing(chainVersion);
    refilled |= status == ReplicaStatus.OK;
    return status;
  }

  /** Retries and ends what is due. Cheap when nothing is: may be called with every duty cycle. */
  public void onTick(long nowNs) {
    lastNowNs = nowNs;
    updates.onTick(nowNs);
    reads.onTick(nowNs);
    refill.onTick(nowNs);
  }

  /** Whether anything is in progress or waiting. */
  public boolean hasWork() {
    return updates.held() > 0 || reads.held() > 0 || refill.isBusy();
  }

  /** Updates held, waiting ones and recovered ones included. */
  public int updates() {
    return updates.held();
  }

  /** Chunks with an update in progress, or out of order since their replicas differ. */
  public int activeChunks() {
    return updates.activeChunks();
  }

  /** Reads that wait for the tail. */
  public int reads() {
    return reads.held();
  }
}
