package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.craq.ChunkProgress.Phase;

/**
 * The way of updates through a replica: the queue of the chunk, prepare, forward, commit, answer.
 * One update of a chunk is in progress at a time; what becomes of the next one {@link
 * UpdateDecision} says.
 */
class UpdatePath {

  /** An engine that is busy (with a checkpoint, say) will not be for long. */
  static final long BACK_PRESSURE_RETRY_NS = 1_000_000;

  final ChainRole role;
  final ReplicaEffects effects;
  private final ReplicaOptions options;
  private final ActiveChunks chunks = new ActiveChunks();
  private final RecoveryOps recoveryOps = new RecoveryOps();
  private final WriterTable writers;
  private final UpdateDecision decision;
  private final ChunkStat stat = new ChunkStat();
  private int held;
  private long nextDueNs = Long.MAX_VALUE;

  UpdatePath(
      ChainRole role,
      ReplicaEffects effects,
      ReplicaOptions options,
      WriterTable writers,
      UpdateDecision decision) {
    this.role = role;
    this.effects = effects;
    this.options = options;
    this.writers = writers;
    this.decision = decision;
  }

  int held() {
    return held;
  }

  int activeChunks() {
    return chunks.size();
  }

  // ---- arrival

  void onUpdate(UpdateOp op, long nowNs) {
    op.fromClient = op.version == 0;
    op.recovery = false;
    op.replied = false;
    op.progress = null;
    op.next = null;
    op.resultVersion = 0;
    op.resultDigest = 0;
    op.resultLengthBytes = 0;
    held++;
    int refusal = admit(op);
    if (refusal != ReplicaStatus.OK) {
      end(op, refusal);
      return;
    }
    ChunkProgress progress = chunks.get(op.chunkHi, op.chunkLo);
    UpdateOp earlierCopy = null;
    if (progress == null) {
      progress = chunks.add(op.chunkHi, op.chunkLo);
      progress.addLast(op);
    } else {
      earlierCopy = progress.replaceEarlierCopy(op);
      if (earlierCopy == null && progress.waiters >= options.maxWaitersPerChunk()) {
        end(op, ReplicaStatus.CHUNK_BUSY);
        return;
      }
      if (earlierCopy == null) {
        progress.addLast(op);
      }
    }
    wakeAt(op.deadlineNs);
    pump(progress, nowNs);
    if (earlierCopy != null) {
      end(earlierCopy, ReplicaStatus.SUPERSEDED);
    }
  }

  private int admit(UpdateOp op) {
    int refusal = role.check(op.chainVersion);
    if (refusal != ReplicaStatus.OK) {
      return refusal;
    }
    if (op.fromClient && !role.head) {
      return ReplicaStatus.NOT_HEAD;
    }
    boolean badKind = op.kind < ChunkUpdate.WRITE || op.kind > ChunkUpdate.REPLACE;
    boolean badRange =
        op.offsetBytes < 0
            || op.lengthBytes < 0
            || (long) op.offsetBytes + op.lengthBytes > options.maxChunkBytes();
    if (op.version < 0 || (!op.fromClient && role.head) || badKind || badRange) {
      return ReplicaStatus.BAD_REQUEST;
    }
    return held > options.maxUpdates() ? ReplicaStatus.OVERLOADED : ReplicaStatus.OK;
  }

  boolean onPendingChunk(ChunkStat pending, long nowNs) {
    if (!role.serving || held >= options.maxUpdates()) {
      return false;
    }
    ChunkProgress progress = chunks.get(pending.chunkHi, pending.chunkLo);
    if (progress == null) {
      progress = chunks.add(pending.chunkHi, pending.chunkLo);
      recover(progress, pending, nowNs);
    }
    return true;
  }

  /** Lets the waiting updates of a chunk go on as far as they can; lets go of an idle chunk. */
  private void pump(ChunkProgress progress, long nowNs) {
    if (progress.pumping) {
      return;
    }
    progress.pumping = true;
    while (progress.current == null && progress.firstWaiter() != null) {
      next(progress, progress.pollFirst(), nowNs);
    }
    progress.pumping = false;
    if (progress.idle() && !progress.diverged) {
      chunks.release(progress);
    }
  }

  private void next(ChunkProgress progress, UpdateOp op, long nowNs) {
    if (progress.diverged) {
      end(op, ReplicaStatus.DIVERGED);
      return;
    }
    switch (decision.decide(op, stat, nowNs)) {
      case ANSWER -> end(op, decision.answer());
      case RECOVER_FIRST -> {
        progress.addFirst(op);
        recover(progress, stat, nowNs);
      }
      case RESUME -> {
        progress.begin(op, Phase.PREPARING);
        prepared(progress, nowNs);
      }
      case PREPARE -> {
        progress.begin(op, Phase.PREPARING);
        effects.prepare(op);
      }
    }
  }

  // ---- the steps of the current update

  void onPrepared(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {
    ChunkProgress progress = inPhase(op, Phase.PREPARING);
    if (status != EngineStatus.OK) {
      finish(progress, status, nowNs);
      return;
    }
    op.resultVersion = op.version;
    op.resultDigest = digest;
    op.resultLengthBytes = lengthBytes;
    prepared(progress, nowNs);
  }

  /** The update is pending and durable here: on to the successor, or to the commit at the tail. */
  void prepared(ChunkProgress progress, long nowNs) {
    if (!role.serving) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
    } else if (role.successor == Chain.NO_TARGET) {
      commit(progress, nowNs);
    } else {
      progress.phase = Phase.FORWARDING;
      progress.forwardedChainVersion = role.version;
      progress.current.forwardDeadlineNs = nowNs + options.forwardTimeoutNs();
      effects.forward(progress.current, role.successor, role.version);
    }
  }

  void onForwarded(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {
    ChunkProgress progress = inPhase(op, Phase.FORWARDING);
    if (progress.forwardedChainVersion != role.version) {
      prepared(progress, nowNs);
      return;
    }
    role.successorAnswered(status != ReplicaStatus.TRANSPORT);
    switch (status) {
      case ReplicaStatus.OK -> {
        boolean equal = digest == op.resultDigest && lengthBytes == op.resultLengthBytes;
        if (equal || op.kind == ChunkUpdate.REMOVE) {
          commit(progress, nowNs);
        } else {
          diverged(progress, nowNs);
        }
      }
      case ReplicaStatus.DIVERGED, ReplicaStatus.MISSING_UPDATE -> diverged(progress, nowNs);
      default -> {
        retry(progress, Phase.RETRY_FORWARD, status, nowNs);
        if (ReplicaStatus.retryClass(status) == RetryClass.PERMANENT
            && status != ReplicaStatus.DEADLINE_EXCEEDED) {
          reply(op, status);
        }
      }
    }
  }

  /** Every replica behind this one has committed the update. */
  void commit(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    op.chainVersion = role.version;
    int status = effects.commit(op);
    if (status == EngineStatus.OK) {
      writers.record(op, nowNs);
      finish(progress, ReplicaStatus.OK, nowNs);
      return;
    }
    if (status == EngineStatus.BACK_PRESSURE) {
      progress.phase = Phase.RETRY_COMMIT;
      progress.lastStatus = status;
      progress.retryNs = nowNs + BACK_PRESSURE_RETRY_NS;
      wakeAt(progress.retryNs);
      return;
    }
    if (status == EngineStatus.ENGINE_CLOSED && !op.recovery) {
      giveUp(progress, status, nowNs);
      return;
    }
    retry(progress, Phase.RETRY_COMMIT, status, nowNs);
    if (!progress.troubleReported) {
      progress.troubleReported = true;
      report(ReplicaEvent.COMMIT_FAILED, op, 0);
    }
  }

  /**
   * Nothing will be committed here in this life: whoever waits hears so, and the next life finds
   * the update pending. Reads go on taking the chunk for dirty.
   */
  private void giveUp(ChunkProgress progress, int status, long nowNs) {
    endWaiters(progress, status);
    finish(progress, status, nowNs);
  }

  private void endWaiters(ChunkProgress progress, int status) {
    boolean pumping = progress.pumping;
    progress.pumping = true;
    for (UpdateOp op = progress.pollFirst(); op != null; op = progress.pollFirst()) {
      end(op, status);
    }
    progress.pumping = pumping;
  }

  private void diverged(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    progress.diverged = true;
    report(ReplicaEvent.DIVERGED, op, role.successor);
    finish(progress, ReplicaStatus.DIVERGED, nowNs);
  }

  private void finish(ChunkProgress progress, int status, long nowNs) {
    UpdateOp op = progress.current;
    progress.clearCurrent();
    boolean pumping = progress.pumping;
    progress.pumping = true;
    end(op, status);
    progress.pumping = pumping;
    pump(progress, nowNs);
  }

  // ---- pending versions of an earlier life

  private void recover(ChunkProgress progress, ChunkStat pending, long nowNs) {
    UpdateOp op = recoveryOps.take(pending, role.version);
    held++;
    if (role.tail || op.kind == ChunkUpdate.REMOVE) {
      progress.begin(op, Phase.PREPARING);
      prepared(progress, nowNs);
    } else if (op.kind == ChunkUpdate.TRUNCATE) {
      op.offsetBytes = pending.pendingLengthBytes;
      progress.begin(op, Phase.PREPARING);
      prepared(progress, nowNs);
    } else {
      op.kind = ChunkUpdate.REPLACE;
      op.lengthBytes = pending.pendingLengthBytes;
      progress.begin(op, Phase.LOADING);
      effects.loadPending(op);
    }
  }

  void onPendingLoaded(UpdateOp op, int status, long nowNs) {
    ChunkProgress progress = inPhase(op, Phase.LOADING);
    if (status == EngineStatus.OK) {
      progress.backoffNs = 0;
      prepared(progress, nowNs);
      return;
    }
    retry(progress, Phase.RETRY_LOAD, status, nowNs);
    if (status != EngineStatus.BACK_PRESSURE && !progress.troubleReported) {
      progress.troubleReported = true;
      report(ReplicaEvent.PENDING_UNREADABLE, op, 0);
    }
  }

  /**
   * At the tail, before a version is told to anybody: commits what is pending from an earlier life,
   * since it may have been told before.
   *
   * @param pending the chunk now, with a pending version
   * @return OK when the committed version may be told now; else BACK_PRESSURE
   */
  int settleAtTail(ChunkStat pending, long nowNs) {
    ChunkProgress progress = chunks.get(pending.chunkHi, pending.chunkLo);
    if (progress == null) {
      recover(chunks.add(pending.chunkHi, pending.chunkLo), pending, nowNs);
      return chunks.get(pending.chunkHi, pending.chunkLo) == null
          ? ReplicaStatus.OK
          : EngineStatus.BACK_PRESSURE;
    }
    return progress.phase == Phase.PREPARING && !progress.current.recovery
        ? ReplicaStatus.OK
        : EngineStatus.BACK_PRESSURE;
  }

  // ---- time and chain

  void onTick(long nowNs) {
    if (nowNs < nextDueNs) {
      return;
    }
    nextDueNs = Long.MAX_VALUE;
    for (int i = chunks.size() - 1; i >= 0; i--) {
      // Fewer may be left than there were.
      if (i < chunks.size()) {
        tick(chunks.at(i), nowNs);
      }
    }
  }

  private void tick(ChunkProgress progress, long nowNs) {
    boolean pumping = progress.pumping;
    progress.pumping = true;
    for (UpdateOp op = progress.pollExpired(nowNs); op != null; op = progress.pollExpired(nowNs)) {
      end(op, overdue(progress));
    }
    UpdateOp current = progress.current;
    if (current != null && !current.recovery && nowNs >= current.deadlineNs) {
      reply(current, overdue(progress));
    }
    if (nowNs >= progress.retryNs) {
      again(progress, nowNs);
    }
    progress.pumping = pumping;
    for (UpdateOp op = progress.firstWaiter(); op != null; op = op.next) {
      wakeAt(op.deadlineNs);
    }
    current = progress.current;
    if (current != null && !current.recovery && !current.replied) {
      wakeAt(current.deadlineNs);
    }
    if (waitsForTime(progress)) {
      wakeAt(progress.retryNs);
    }
    pump(progress, nowNs);
  }

  private static int overdue(ChunkProgress progress) {
    return progress.lastStatus == ReplicaStatus.TRANSPORT
            || progress.lastStatus == ReplicaStatus.SUCCESSOR_UNREACHABLE
        ? ReplicaStatus.SUCCESSOR_UNREACHABLE
        : ReplicaStatus.DEADLINE_EXCEEDED;
  }

  private static boolean waitsForTime(ChunkProgress progress) {
    return progress.phase == Phase.RETRY_LOAD
        || progress.phase == Phase.RETRY_FORWARD
        || progress.phase == Phase.RETRY_COMMIT;
  }

  private void again(ChunkProgress progress, long nowNs) {
    switch (progress.phase) {
      case RETRY_COMMIT -> commit(progress, nowNs);
      case RETRY_FORWARD -> prepared(progress, nowNs);
      case RETRY_LOAD -> {
        progress.phase = Phase.LOADING;
        effects.loadPending(progress.current);
      }
      case IDLE, PREPARING, LOADING, FORWARDING -> {
        // Somebody else has to move first.
      }
    }
  }

  private void retry(ChunkProgress progress, Phase phase, int status, long nowNs) {
    progress.phase = phase;
    progress.lastStatus = status;
    progress.backoffNs =
        progress.backoffNs == 0
            ? options.retryMinNs()
            : Math.min(2 * progress.backoffNs, options.retryMaxNs());
    progress.retryNs = nowNs + progress.backoffNs;
    wakeAt(progress.retryNs);
  }

  /**
   * The chain has changed: who waits has to ask again under the new one, what is in progress goes
   * on under it.
   */
  void onChain(long nowNs) {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      if (i < chunks.size()) {
        rejoin(chunks.at(i), nowNs);
      }
    }
  }

  /** Says that updates of before are not remembered here. */
  void forgetUntil(long nowNs) {
    writers.forgetUntil(nowNs);
  }

  private void rejoin(ChunkProgress progress, long nowNs) {
    endWaiters(
        progress, role.serving ? ReplicaStatus.WRONG_CHAIN_VERSION : ReplicaStatus.NOT_SERVING);
    boolean pumping = progress.pumping;
    progress.pumping = true;
    progress.diverged = false;
    progress.backoffNs = 0;
    again(progress, nowNs);
    progress.pumping = pumping;
    pump(progress, nowNs);
  }

  // ---- helpers

  private void wakeAt(long timeNs) {
    nextDueNs = Math.min(nextDueNs, timeNs);
  }

  private static ChunkProgress inPhase(UpdateOp op, Phase phase) {
    ChunkProgress progress = op.progress;
    if (progress == null || progress.current != op || progress.phase != phase) {
      throw new IllegalStateException(
          "an answer for phase "
              + phase
              + " came for an update of chunk "
              + Long.toHexString(op.chunkHi)
              + ":"
              + Long.toHexString(op.chunkLo)
              + " that is "
              + (progress == null ? "not in progress" : "in " + progress.phase)
              + "; the driver answered an effect twice or after done");
    }
    return progress;
  }

  void reply(UpdateOp op, int status) {
    if (!op.replied && !op.recovery) {
      op.replied = true;
      effects.reply(op, status);
    }
  }

  private void end(UpdateOp op, int status) {
    reply(op, status);
    held--;
    op.progress = null;
    op.next = null;
    effects.done(op);
    if (op.recovery) {
      recoveryOps.give(op);
    }
  }

  private void report(ReplicaEvent event, UpdateOp op, long peer) {
    effects.report(event, role.chainId, role.targetId, peer, op.chunkHi, op.chunkLo, op.version);
  }
}
