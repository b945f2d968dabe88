package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import java.util.Arrays;

/** The replica's own ops, for pending versions found in the engine. */
final class RecoveryOps {

  private UpdateOp[] pool = new UpdateOp[16];
  private int pooled;

  /** An op for a chunk's pending version. */
  UpdateOp take(ChunkStat stat, int chainVersion) {
    UpdateOp op = pooled == 0 ? new UpdateOp() : pool[--pooled];
    op.recovery = true;
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

  void give(UpdateOp op) {
    op.context = null;
    if (pooled == pool.length) {
      pool = Arrays.copyOf(pool, pooled * 2);
    }
    pool[pooled++] = op;
  }
}
