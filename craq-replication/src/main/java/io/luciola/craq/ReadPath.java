package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;

/**
 * The way of reads through a replica: clean chunks are read here, for dirty ones the tail is asked
 * what it has committed.
 */
class ReadPath {

  private final ChainRole role;
  private final ReplicaEffects effects;
  private final ReplicaOptions options;
  private final UpdatePath updates;
  private final ChunkStat stat = new ChunkStat();

  /** Reads that wait for time to pass, in no order. */
  private ReadOp waiting;

  private int held;
  private long nextDueNs = Long.MAX_VALUE;

  ReadPath(ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
    this.role = role;
    this.effects = effects;
    this.options = options;
    this.updates = updates;
  }

  int held() {
    return held;
  }

  void onRead(ReadOp op, long nowNs) {
    op.backoffNs = 0;
    op.next = null;
    held++;
    if (held > options.maxReads()) {
      refuse(op, ReplicaStatus.OVERLOADED);
    } else if (op.mode < ReadOp.LINEARIZABLE
        || op.mode > ReadOp.MONOTONIC
        || op.offsetBytes < 0
        || op.lengthBytes < 0
        || (long) op.offsetBytes + op.lengthBytes > options.maxChunkBytes()) {
      refuse(op, ReplicaStatus.BAD_REQUEST);
    } else {
      serve(op, nowNs);
    }
  }

  private void serve(ReadOp op, long nowNs) {
    int status = role.checkServing(op.chainVersion, nowNs);
    if (status == ReplicaStatus.OK && nowNs >= op.deadlineNs) {
      status = ReplicaStatus.DEADLINE_EXCEEDED;
    }
    if (status == ReplicaStatus.OK) {
      status = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    }
    if (status != ReplicaStatus.OK) {
      refuse(op, status);
    } else if (stat.pendingVersion == 0 || isEnough(op)) {
      readCommitted(op);
    } else if (role.tail) {
      serveDirtyAtTail(op, nowNs);
    } else {
      ask(op, stat);
    }
  }

  /** Whether what is committed here will do, though more may be committed elsewhere. */
  private boolean isEnough(ReadOp op) {
    return switch (op.mode) {
      case ReadOp.COMMITTED_LOCAL -> true;
      case ReadOp.MONOTONIC -> stat.committedVersion != 0 && stat.committedVersion >= op.minVersion;
      default -> false;
    };
  }

  private void serveDirtyAtTail(ReadOp op, long nowNs) {
    if (updates.settleAtTail(stat, nowNs) != ReplicaStatus.OK) {
      waitUntil(op, nowNs + UpdatePath.BACK_PRESSURE_RETRY_NS);
      return;
    }
    int status = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    if (status != ReplicaStatus.OK) {
      refuse(op, status);
    } else {
      readCommitted(op);
    }
  }

  /** Asks the tail, and notes what the chunk is like now. */
  void ask(ReadOp op, ChunkStat now) {
    op.seenCommittedVersion = now.committedVersion;
    op.seenPendingVersion = now.pendingVersion;
    op.seenClientId = now.pendingClientId;
    op.seenChannel = now.pendingChannel;
    op.seenSequence = now.pendingSequence;
    op.seenChainVersion = role.version;
    effects.queryTail(op, role.tailTarget, role.version);
  }

  void onCommittedVersion(ReadOp op, int status, long version, long nowNs) {
    if (op.seenChainVersion != role.version) {
      serve(op, nowNs);
      return;
    }
    role.tailAnswered(status != ReplicaStatus.TRANSPORT);
    if (status != ReplicaStatus.OK) {
      if (ReplicaStatus.retryClass(status) == RetryClass.PERMANENT) {
        refuse(op, status);
      } else {
        waitAndTryAgain(op, nowNs);
      }
      return;
    }
    int here = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    if (here != ReplicaStatus.OK) {
      refuse(op, here);
    } else if (stat.pendingVersion == 0) {
      readCommitted(op);
    } else if (pendingIsAsSeen(op)) {
      readAsOfTail(op, version);
    } else if (stat.committedVersion != op.seenCommittedVersion) {
      // What was pending has been committed meanwhile, so the tail had it during this read.
      readCommitted(op);
    } else {
      serve(op, nowNs);
    }
  }

  /** The chunk is dirty by the update about which the tail was asked. */
  private void readAsOfTail(ReadOp op, long tailVersion) {
    if (tailVersion == stat.pendingVersion) {
      read(op, tailVersion);
    } else if (tailVersion == stat.committedVersion) {
      readCommitted(op);
    } else if (stat.pendingKind == ChunkUpdate.REMOVE && tailVersion < stat.committedVersion) {
      // The tail has removed the chunk and forgotten its version.
      refuse(op, EngineStatus.NO_SUCH_CHUNK);
    } else {
      refuse(op, ReplicaStatus.DIVERGED);
    }
  }

  private boolean pendingIsAsSeen(ReadOp op) {
    return stat.pendingVersion == op.seenPendingVersion
        && stat.pendingClientId == op.seenClientId
        && stat.pendingChannel == op.seenChannel
        && stat.pendingSequence == op.seenSequence;
  }

  private void readCommitted(ReadOp op) {
    if (stat.committedVersion == 0) {
      refuse(op, EngineStatus.NO_SUCH_CHUNK);
    } else {
      read(op, ChunkEngine.COMMITTED);
    }
  }

  /** Hands the read to the driver, which answers it. */
  void read(ReadOp op, long version) {
    held--;
    effects.readLocal(op, version);
  }

  private void refuse(ReadOp op, int status) {
    held--;
    effects.replyRead(op, status);
  }

  private void waitAndTryAgain(ReadOp op, long nowNs) {
    op.backoffNs =
        op.backoffNs == 0 ? options.retryMinNs() : Math.min(2 * op.backoffNs, options.retryMaxNs());
    waitUntil(op, nowNs + op.backoffNs);
  }

  private void waitUntil(ReadOp op, long timeNs) {
    op.retryNs = Math.min(timeNs, op.deadlineNs);
    op.next = waiting;
    waiting = op;
    nextDueNs = Math.min(nextDueNs, op.retryNs);
  }

  void onTick(long nowNs) {
    if (nowNs >= nextDueNs) {
      serveWaiting(nowNs, false);
    }
  }

  /** The chain has changed: everybody who waits is looked at again. */
  void onChain(long nowNs) {
    serveWaiting(nowNs, true);
  }

  private void serveWaiting(long nowNs, boolean all) {
    ReadOp op = waiting;
    waiting = null;
    nextDueNs = Long.MAX_VALUE;
    while (op != null) {
      ReadOp following = op.next;
      op.next = null;
      if (all || nowNs >= op.retryNs) {
        serve(op, nowNs);
      } else {
        op.next = waiting;
        waiting = op;
        nextDueNs = Math.min(nextDueNs, op.retryNs);
      }
      op = following;
    }
  }

  /** Answers a version query of another replica. */
  long committedVersion(int chainVersion, long chunkHi, long chunkLo, long nowNs) {
    int status = role.checkServing(chainVersion, nowNs);
    if (status == ReplicaStatus.OK && !role.tail) {
      status = ReplicaStatus.NOT_TAIL;
    }
    if (status == ReplicaStatus.OK) {
      status = effects.stat(role.targetId, chunkHi, chunkLo, stat);
    }
    if (status == ReplicaStatus.OK && stat.pendingVersion != 0) {
      status = updates.settleAtTail(stat, nowNs);
      if (status == ReplicaStatus.OK) {
        status = effects.stat(role.targetId, chunkHi, chunkLo, stat);
      }
    }
    if (status == EngineStatus.NO_SUCH_CHUNK) {
      return 0;
    }
    return status == ReplicaStatus.OK ? stat.committedVersion : status;
  }
}
