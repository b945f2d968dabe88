package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import java.util.Arrays;

/** The replica's own ops: for pending versions found in the engine, and for refilling another. */
final class RecoveryOps {

  private UpdateOp[] pool = new UpdateOp[16];
  private int pooled;

  /** An op for a chunk's pending version. */
  UpdateOp take(ChunkStat stat, int chainVersion) {
    UpdateOp op = take();
    op.chunkHi = stat.chunkHi;
    op.chunkLo = stat.chunkLo;
    op.kind = stat.pendingKind;
    op.offsetBytes = 0;
    op.lengthBytes = 0;
    op.dataCrc32c = 0;
    op.dataAddress = 0;
    op.version = stat.pendingVersion;
    op.chainVersion = chainVersion;
    op.capacityBytes = stat.capacityBytes;
    op.clientId = stat.pendingClientId;
    op.channel = stat.pendingChannel;
    op.sequence = stat.pendingSequence;
    op.resultVersion = stat.pendingVersion;
    op.resultDigest = stat.pendingDigest;
    op.resultLengthBytes = stat.pendingLengthBytes;
    return op;
  }

  /** An op that refills the successor's copy of a chunk. */
  UpdateOp takeForRefill(long chunkHi, long chunkLo, int chainVersion) {
    UpdateOp op = takeForCopy(chunkHi, chunkLo, chainVersion);
    op.refill = true;
    return op;
  }

  /** An op that repairs a chunk here. */
  UpdateOp takeForRepair(long chunkHi, long chunkLo, int chainVersion) {
    UpdateOp op = takeForCopy(chunkHi, chunkLo, chainVersion);
    op.repair = true;
    op.foundCorrupt = false;
    op.attempts = 0;
    return op;
  }

  private UpdateOp takeForCopy(long chunkHi, long chunkLo, int chainVersion) {
    UpdateOp op = take();
    op.chunkHi = chunkHi;
    op.chunkLo = chunkLo;
    op.chainVersion = chainVersion;
    op.version = 0;
    op.offsetBytes = 0;
    op.lengthBytes = 0;
    op.clientId = 0;
    op.channel = 0;
    op.sequence = 0;
    op.resultDigest = 0;
    op.resultLengthBytes = 0;
    op.deadlineNs = Long.MAX_VALUE;
    return op;
  }

  /** Makes a refill or repair a copy of what is committed. */
  static void setCommitted(UpdateOp op, ChunkStat stat) {
    op.kind = ChunkUpdate.INSTALL;
    op.offsetBytes = 0;
    op.lengthBytes = stat.committedLengthBytes;
    op.version = stat.committedVersion;
    op.capacityBytes = stat.capacityBytes;
    op.clientId = stat.committedClientId;
    op.channel = stat.committedChannel;
    op.sequence = stat.committedSequence;
    op.resultVersion = stat.committedVersion;
    op.resultDigest = stat.committedDigest;
    op.resultLengthBytes = stat.committedLengthBytes;
  }

  private UpdateOp take() {
    UpdateOp op = pooled == 0 ? new UpdateOp() : pool[--pooled];
    op.recovery = true;
    op.refill = false;
    op.repair = false;
    op.unfinishedRepair = false;
    op.fromClient = false;
    op.replied = false;
    return op;
  }

  void give(UpdateOp op) {
    op.context = null;
    if (pooled == pool.length) {
      pool = Arrays.copyOf(pool, pooled * 2);
    }
    pool[pooled++] = op;
  }
}
