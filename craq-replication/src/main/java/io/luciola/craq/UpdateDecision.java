package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an update whose turn it is, by what the chunk holds: the version rules
 * and the exactly-once rules.
 */
class UpdateDecision {

  /** What to do with the update. */
  enum Verdict {
    /** It is over: see {@link #answer()}. */
    ANSWER,
    /** Drive the chunk's pending version to its end, then ask again. */
    RECOVER_FIRST,
    /** It is the pending version: go on behind its prepare. */
    RESUME,
    /** Prepare it, at the version it has now. */
    PREPARE
  }

  private final ChainRole role;
  private final ReplicaEffects effects;
  private final WriterTable writers;
  private final long repeatWindowNs;
  private int answer;

  UpdateDecision(ChainRole role, ReplicaEffects effects, WriterTable writers, long repeatWindowNs) {
    this.role = role;
    this.effects = effects;
    this.writers = writers;
    this.repeatWindowNs = repeatWindowNs;
  }

  /** The status of the last {@link Verdict#ANSWER}. */
  int answer() {
    return answer;
  }

  /**
   * Decides.
   *
   * @param op result fields are filled in for an OK answer, the version for a client's update
   * @param stat filled in with what the chunk holds
   */
  Verdict decide(UpdateOp op, ChunkStat stat, long nowNs) {
    int status = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    if (status == EngineStatus.NO_SUCH_CHUNK) {
      stat.committedVersion = 0;
      stat.pendingVersion = 0;
    } else if (status != EngineStatus.OK) {
      return answer(status);
    }
    if (role.syncing) {
      return decideWhileSyncing(op, stat);
    }
    if (stat.pendingVersion != 0) {
      if (!op.fromClient && op.version == stat.pendingVersion) {
        if (sameWriter(op, stat.pendingClientId, stat.pendingChannel, stat.pendingSequence)) {
          op.resultVersion = stat.pendingVersion;
          op.resultDigest = stat.pendingDigest;
          op.resultLengthBytes = stat.pendingLengthBytes;
          return Verdict.RESUME;
        }
        return ChunkUpdate.setsWholeContent(op.kind) ? Verdict.PREPARE : diverged(op);
      }
      return Verdict.RECOVER_FIRST;
    }
    return op.fromClient ? decideAtHead(op, stat, nowNs) : decideBehindHead(op, stat, nowNs);
  }

  private Verdict decideAtHead(UpdateOp op, ChunkStat stat, long nowNs) {
    if (nowNs >= op.deadlineNs) {
      return answer(ReplicaStatus.DEADLINE_EXCEEDED);
    }
    boolean written = stat.committedVersion != 0;
    if (written
        && sameWriter(op, stat.committedClientId, stat.committedChannel, stat.committedSequence)) {
      return committedAlready(op, stat);
    }
    boolean sameChannel =
        written && op.clientId == stat.committedClientId && op.channel == stat.committedChannel;
    if (sameChannel && op.sequence < stat.committedSequence) {
      return answer(ReplicaStatus.STALE);
    }
    int entry = writers.find(op.clientId, op.channel);
    if (entry >= 0 && writers.sequence(entry) == op.sequence) {
      writers.result(entry, op);
      return answer(ReplicaStatus.OK);
    }
    if (entry >= 0 && writers.sequence(entry) > op.sequence) {
      return answer(ReplicaStatus.STALE);
    }
    // Another client has written since: whether this one had been done before is not on the disk.
    if (op.repeat
        && entry < 0
        && written
        && !sameChannel
        && writers.mayHaveForgotten(op.deadlineNs - repeatWindowNs)) {
      return answer(ReplicaStatus.REPEAT_UNKNOWN);
    }
    if (op.kind == ChunkUpdate.REMOVE && !written) {
      writers.record(op, nowNs);
      return answer(ReplicaStatus.OK);
    }
    op.version = stat.committedVersion + 1;
    op.chainVersion = role.version;
    return Verdict.PREPARE;
  }

  private Verdict decideBehindHead(UpdateOp op, ChunkStat stat, long nowNs) {
    if (op.kind == ChunkUpdate.REMOVE && stat.committedVersion == 0) {
      op.resultVersion = op.version;
      writers.record(op, nowNs);
      return answer(ReplicaStatus.OK);
    }
    if (op.version < stat.committedVersion) {
      return committedAlready(op, stat);
    }
    if (op.version == stat.committedVersion) {
      return sameWriter(op, stat.committedClientId, stat.committedChannel, stat.committedSequence)
          ? committedAlready(op, stat)
          : diverged(op);
    }
    if (op.version > stat.committedVersion + 1 && !ChunkUpdate.setsWholeContent(op.kind)) {
      return answer(ReplicaStatus.MISSING_UPDATE);
    }
    return Verdict.PREPARE;
  }

  /**
   * A target that is being refilled may hold anything from before: it takes what builds on what it
   * has, and asks for the rest. Pending versions of an earlier life may never have been forwarded;
   * whatever of them counts is complete at the predecessor.
   */
  private Verdict decideWhileSyncing(UpdateOp op, ChunkStat stat) {
    boolean written = stat.committedVersion != 0;
    boolean bySame =
        sameWriter(op, stat.committedClientId, stat.committedChannel, stat.committedSequence);
    if (op.kind == ChunkUpdate.REMOVE) {
      return removeWhileSyncing(op, stat);
    }
    if (ChunkUpdate.setsWholeContent(op.kind)) {
      boolean same =
          written
              && bySame
              && op.version == stat.committedVersion
              && isBase(op, stat.committedDigest, stat.committedLengthBytes);
      Verdict over = dropPending(op, stat);
      if (over != null) {
        return over;
      }
      op.kind = ChunkUpdate.INSTALL; // what is here may have a higher version
      return same ? committedAlready(op, stat) : Verdict.PREPARE;
    }
    if (stat.pendingVersion == 0 && written && bySame && op.version == stat.committedVersion) {
      return committedAlready(op, stat);
    }
    boolean fits =
        op.version == stat.committedVersion + 1
            && (written
                ? isBase(op, stat.committedDigest, stat.committedLengthBytes)
                : isBase(op, 0, 0));
    if (!fits) {
      return answer(ReplicaStatus.NOT_SYNCED);
    }
    Verdict over = dropPending(op, stat);
    return over != null ? over : Verdict.PREPARE;
  }

  /** What is there goes, whatever it is. */
  private Verdict removeWhileSyncing(UpdateOp op, ChunkStat stat) {
    Verdict over = dropPending(op, stat);
    if (over != null) {
      return over;
    }
    if (stat.committedVersion == 0) {
      op.resultVersion = op.version;
      return answer(ReplicaStatus.OK);
    }
    op.version = stat.committedVersion + 1;
    return Verdict.PREPARE;
  }

  /** Null when nothing is pending any more. */
  private @Nullable Verdict dropPending(UpdateOp op, ChunkStat stat) {
    if (stat.pendingVersion == 0) {
      return null;
    }
    int status = effects.discardPending(role.targetId, op.chunkHi, op.chunkLo, stat.pendingVersion);
    return status == EngineStatus.OK ? null : answer(status);
  }

  private static boolean isBase(UpdateOp op, long digest, int lengthBytes) {
    return op.baseDigest == digest && op.baseLengthBytes == lengthBytes;
  }

  /**
   * Whether the update is the one that made a version; the heart of telling repeats from rivals.
   */
  boolean sameWriter(UpdateOp op, long clientId, int channel, long sequence) {
    return op.sameWriter(clientId, channel, sequence);
  }

  private Verdict committedAlready(UpdateOp op, ChunkStat stat) {
    op.resultVersion = stat.committedVersion;
    op.resultDigest = stat.committedDigest;
    op.resultLengthBytes = stat.committedLengthBytes;
    return answer(ReplicaStatus.OK);
  }

  private Verdict diverged(UpdateOp op) {
    effects.report(
        ReplicaEvent.DIVERGED, role.chainId, role.targetId, 0, op.chunkHi, op.chunkLo, op.version);
    return answer(ReplicaStatus.DIVERGED);
  }

  private Verdict answer(int status) {
    answer = status;
    return Verdict.ANSWER;
  }
}
