package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.craq.ChainReplica;
import io.luciola.craq.ReplicaOptions;
import java.util.ArrayDeque;

/** A target that the node holds: its replica, and what an earlier life left pending. */
final class HostedTarget {

  final long targetId;
  final int chainId;
  final DiskAgent disk;
  final ChainReplica replica;

  private final ArrayDeque<PendingChunk> pending = new ArrayDeque<>();
  private final ChunkStat stat = new ChunkStat();
  private boolean pendingCollected;
  private long usedBytes;

  HostedTarget(
      long targetId, int chainId, DiskAgent disk, ReplicaOptions options, DriverFactory drivers) {
    this.targetId = targetId;
    this.chainId = chainId;
    this.disk = disk;
    this.replica = new ChainReplica(targetId, drivers.driverOf(this), options);
  }

  void onChain(Chain chain, long nowNs) {
    replica.onChain(chain, nowNs);
    if (!pendingCollected) {
      pendingCollected = true;
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

  private record PendingChunk(long hi, long lo) {}

  /** Makes the replica's hands. */
  @FunctionalInterface
  interface DriverFactory {
    ReplicaDriver driverOf(HostedTarget target);
  }
}
