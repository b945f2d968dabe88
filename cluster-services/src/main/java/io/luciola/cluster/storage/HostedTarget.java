package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.cluster.service.NodeGrant;
import io.luciola.cluster.wire.ChunkRecords;
import io.luciola.craq.ChainReplica;
import io.luciola.craq.NodeLease;
import io.luciola.craq.ReplicaOptions;
import java.util.ArrayDeque;

/** A target that the node holds: its replica, and what an earlier life left pending. */
final class HostedTarget {

  private static final long NEVER = Long.MAX_VALUE;

  final long targetId;
  final int chainId;
  final DiskAgent disk;
  final ChainReplica replica;

  /** Of the target behind it. */
  final RefillFigures refill;

  private final ArrayDeque<PendingChunk> pending = new ArrayDeque<>();
  private final ChunkStat stat = new ChunkStat();

  /** Where the questions of its refills are put together; allocated with the first. */
  private long refillBuffer;

  /** Its own, when its node has said that the target is OFFLINE; else the node's. */
  private final NodeLease lease;

  /** Grants count for its own lease that were asked for since; not yet: {@link #NEVER}. */
  private long leaseSinceNs = NEVER;

  private LocalTargetState lastState = LocalTargetState.ONLINE;
  private long lastDiverged = Chain.NO_TARGET;
  private boolean serving;
  private long usedBytes;

  HostedTarget(
      long targetId,
      int chainId,
      DiskAgent disk,
      ReplicaOptions options,
      NodeLease lease,
      RefillTotals refillTotals,
      DriverFactory drivers) {
    this.targetId = targetId;
    this.chainId = chainId;
    this.disk = disk;
    this.refill = new RefillFigures(refillTotals);
    this.lease = lease;
    this.replica = new ChainReplica(targetId, drivers.driverOf(this), options, lease);
  }

  /** What the node says of itself from now on says that the target is back. */
  void onReported(long nowNs) {
    if (leaseSinceNs == NEVER) {
      leaseSinceNs = nowNs;
    }
  }

  /**
   * A heartbeat was answered. A lease that was granted before the node said that the target is back
   * does not count: Mgmtd may hear of its being OFFLINE late, and takes that for proof that nothing
   * is read here.
   */
  void onGrant(NodeGrant grant) {
    if (grant.sentNs() >= leaseSinceNs) {
      lease.extendTo(grant.leaseUntilNs());
    }
  }

  void onChain(Chain chain, long nowNs) {
    if (chain.version() <= replica.chainVersion()) {
      return;
    }
    boolean served = serving;
    serving = chain.isServing(targetId);
    replica.onChain(chain, nowNs);
    pending.clear();
    if (serving && !served) {
      disk.forEachChunk(
          targetId,
          chunk -> {
            if (chunk.pendingVersion != 0) {
              pending.add(new PendingChunk(chunk.chunkHi, chunk.chunkLo));
            }
          });
    }
    feedPending(nowNs);
  }

  void onTick(long nowNs) {
    feedPending(nowNs);
    replica.onTick(nowNs);
  }

  /** Whether something that Mgmtd has to know at once is other than the last time. */
  boolean takeStateChange() {
    LocalTargetState state = replica.localState();
    long diverged = replica.divergedSuccessor();
    boolean changed = state != lastState || diverged != lastDiverged;
    lastState = state;
    lastDiverged = diverged;
    return changed;
  }

  /** Bytes in use; as they were last when the disk has failed. */
  long usedBytes() {
    if (disk.works()) {
      usedBytes = disk.usedBytes(targetId);
    }
    return usedBytes;
  }

  boolean hasWork() {
    return !pending.isEmpty() || replica.hasWork();
  }

  private void feedPending(long nowNs) {
    while (!pending.isEmpty()) {
      PendingChunk chunk = pending.peek();
      int status = disk.stat(targetId, chunk.hi, chunk.lo, stat);
      if (status == EngineStatus.OK
          && stat.pendingVersion != 0
          && !replica.onPendingChunk(stat, nowNs)) {
        return;
      }
      pending.poll();
    }
  }

  /** Room for the largest question or answer of a refill; one is under way at a time. */
  long refillBuffer() {
    if (refillBuffer == 0) {
      refillBuffer = Memory.allocate(ChunkRecords.MAX_BYTES);
    }
    return refillBuffer;
  }

  /** The target is let go of. */
  void close() {
    if (refillBuffer != 0) {
      Memory.free(refillBuffer, ChunkRecords.MAX_BYTES);
      refillBuffer = 0;
    }
  }

  private record PendingChunk(long hi, long lo) {}

  /** Makes the replica's hands. */
  @FunctionalInterface
  interface DriverFactory {
    ReplicaDriver driverOf(HostedTarget target);
  }
}
