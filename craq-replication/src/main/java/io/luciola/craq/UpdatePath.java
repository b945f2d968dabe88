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

  /** Hears how refills of single chunks ended. */
  interface RefillListener {
    void onRefilled(UpdateOp op, int status, long nowNs);
  }

  /** How often a repair asks the others. */
  private static final int REPAIR_ATTEMPTS = 8;

  /** After what time a repair that failed is tried again, if somebody wants the chunk. */
  private static final long REPAIR_AGAIN_NS = 10_000_000_000L;

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
  private final FailedRepairs failedRepairs = new FailedRepairs();
  private RefillListener refillListener = (op, status, nowNs) -> {};
  private int held;
  private long lastNowNs;
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

  void listenToRefills(RefillListener listener) {
    refillListener = listener;
  }

  // ---- arrival

  void onUpdate(UpdateOp op, long nowNs) {
    lastNowNs = nowNs;
    op.fromClient = op.version == 0;
    op.recovery = false;
    op.refill = false;
    op.repair = false;
    op.repairTried = false;
    op.replied = false;
    op.progress = null;
    op.next = null;
    op.resultVersion = 0;
    op.resultDigest = 0;
    op.resultLengthBytes = 0;
    held++;
    int refusal = admit(op, nowNs);
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

  private int admit(UpdateOp op, long nowNs) {
    int refusal =
        op.fromClient
            ? role.checkServing(op.chainVersion, nowNs)
            : role.checkUpdate(op.chainVersion);
    if (refusal != ReplicaStatus.OK) {
      return refusal;
    }
    if (op.fromClient && !role.head) {
      return ReplicaStatus.NOT_HEAD;
    }
    boolean badKind =
        (op.kind < ChunkUpdate.WRITE || op.kind > ChunkUpdate.REPLACE)
            && (op.fromClient || op.kind != ChunkUpdate.INSTALL);
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

  /**
   * Makes the successor's copy of a chunk what is committed here, when its turn comes; tells {@link
   * RefillListener} of the end, whatever it is.
   *
   * @return false when too much is in progress
   */
  boolean refill(long chunkHi, long chunkLo, int pass, long nowNs) {
    ChunkProgress progress = chunks.get(chunkHi, chunkLo);
    if (held >= options.maxUpdates()
        || (progress != null && progress.waiters >= options.maxWaitersPerChunk())) {
      return false;
    }
    if (progress == null) {
      progress = chunks.add(chunkHi, chunkLo);
    }
    held++;
    UpdateOp op = recoveryOps.takeForRefill(chunkHi, chunkLo, role.version);
    op.refillPass = pass;
    progress.addLast(op);
    pump(progress, nowNs);
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
      end(op, ReplicaStatus.SUCCESSOR_DIVERGED);
      return;
    }
    if (op.refill) {
      beginRefill(progress, op, nowNs);
      return;
    }
    if (op.repair) {
      beginRepair(progress, op, nowNs);
      return;
    }
    switch (decision.decide(op, stat, nowNs)) {
      case ANSWER -> end(op, decision.answer());
      case RECOVER_FIRST -> {
        progress.addFirst(op);
        recover(progress, stat, nowNs);
      }
      case RESUME -> {
        buildOn(op, stat);
        begin(progress, op, Phase.PREPARING);
        prepared(progress, nowNs);
      }
      case PREPARE -> {
        buildOn(op, stat);
        begin(progress, op, Phase.PREPARING);
        effects.prepare(op);
      }
    }
  }

  private void begin(ChunkProgress progress, UpdateOp op, Phase phase) {
    progress.session = role.session;
    progress.begin(op, phase);
  }

  private static void buildOn(UpdateOp op, ChunkStat stat) {
    boolean exists = stat.committedVersion != 0;
    op.baseDigest = exists ? stat.committedDigest : 0;
    op.baseLengthBytes = exists ? stat.committedLengthBytes : 0;
  }

  // ---- the steps of the current update

  void onPrepared(UpdateOp op, int status, long digest, int lengthBytes, long nowNs) {
    ChunkProgress progress = inPhase(op, Phase.PREPARING);
    if (op.repair) {
      onRepairPrepared(progress, status, digest, lengthBytes, nowNs);
      return;
    }
    lastNowNs = nowNs;
    if (status == EngineStatus.CHUNK_CORRUPT && mayRepairFor(op)) {
      afterRepair(progress, nowNs);
      return;
    }
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
    if (progress.session != role.session) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
    } else if (progress.current.refill && !role.successorSyncing) {
      finish(progress, ReplicaStatus.WRONG_CHAIN_VERSION, nowNs);
    } else if (role.successor == Chain.NO_TARGET) {
      commit(progress, nowNs);
    } else {
      progress.phase = Phase.FORWARDING;
      progress.forwardedChainVersion = role.version;
      progress.current.forwardDeadlineNs = nowNs + options.forwardTimeoutNs();
      if (ChunkUpdate.setsWholeContent(progress.current.kind)) {
        progress.current.baseDigest = progress.current.resultDigest;
        progress.current.baseLengthBytes = progress.current.resultLengthBytes;
      }
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
        if (!equal && op.kind != ChunkUpdate.REMOVE) {
          differs(progress, nowNs);
        } else if (op.refill) {
          finish(progress, ReplicaStatus.OK, nowNs);
        } else {
          commit(progress, nowNs);
        }
      }
      case ReplicaStatus.NOT_SYNCED, ReplicaStatus.DIVERGED, ReplicaStatus.MISSING_UPDATE ->
          differs(progress, nowNs);
      default -> {
        if (op.refill) {
          finish(progress, status, nowNs);
          return;
        }
        retry(progress, Phase.RETRY_FORWARD, status, nowNs);
        if (ReplicaStatus.retryClass(status) == RetryClass.PERMANENT
            && status != ReplicaStatus.DEADLINE_EXCEEDED) {
          reply(op, status);
        }
      }
    }
  }

  /**
   * The successor's chunk is not like this one: a target that is being refilled gets all of it, any
   * other one has gone astray.
   */
  private void differs(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    if (!role.successorSyncing || op.kind == ChunkUpdate.INSTALL) {
      diverged(progress, nowNs);
      return;
    }
    op.kind = ChunkUpdate.INSTALL;
    op.offsetBytes = 0;
    op.lengthBytes = op.resultLengthBytes;
    if (effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat) == EngineStatus.OK) {
      // The update may have needed less space than the chunk, which the other one may not have.
      op.capacityBytes = Math.max(op.capacityBytes, stat.capacityBytes);
    }
    progress.phase = Phase.LOADING;
    effects.loadPending(op);
  }

  /** Every replica behind this one has committed the update. */
  void commit(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    if (progress.session != role.session) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
      return;
    }
    op.chainVersion = role.version;
    int status = effects.commit(op);
    if (status == EngineStatus.OK && op.repair) {
      failedRepairs.remove(op.chunkHi, op.chunkLo);
      report(ReplicaEvent.CHUNK_REPAIRED, op, 0);
      finish(progress, ReplicaStatus.OK, nowNs);
      return;
    }
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
    role.divergedSuccessor = role.successor;
    report(ReplicaEvent.DIVERGED, op, role.successor);
    finish(progress, ReplicaStatus.SUCCESSOR_DIVERGED, nowNs);
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

  // ---- refilling the successor

  /** What is committed goes to the successor as a whole. */
  private void beginRefill(ChunkProgress progress, UpdateOp op, long nowNs) {
    if (op.chainVersion != role.version || !role.successorSyncing) {
      end(op, ReplicaStatus.WRONG_CHAIN_VERSION);
      return;
    }
    int status = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    if (status != ReplicaStatus.OK && status != EngineStatus.NO_SUCH_CHUNK) {
      end(op, status);
    } else if (status == ReplicaStatus.OK && stat.pendingVersion != 0) {
      progress.addFirst(op);
      recover(progress, stat, nowNs);
    } else if (status == EngineStatus.NO_SUCH_CHUNK) {
      op.kind = ChunkUpdate.REMOVE;
      op.version = 1;
      begin(progress, op, Phase.PREPARING);
      prepared(progress, nowNs);
    } else {
      RecoveryOps.setCommitted(op, stat);
      begin(progress, op, Phase.LOADING);
      effects.loadPending(op);
    }
  }

  // ---- repairing a chunk here

  /** The engine has met a corrupt block of the chunk. */
  void onCorruptChunk(long chunkHi, long chunkLo, long nowNs) {
    lastNowNs = nowNs;
    ChunkProgress progress = chunks.get(chunkHi, chunkLo);
    if (!role.serving
        || held >= options.maxUpdates()
        || (progress != null && progress.hasRepair())
        || !failedRepairs.mayTry(chunkHi, chunkLo, nowNs)) {
      return;
    }
    if (progress == null) {
      progress = chunks.add(chunkHi, chunkLo);
    }
    addRepair(progress);
    pump(progress, nowNs);
  }

  private void addRepair(ChunkProgress progress) {
    held++;
    progress.addFirst(recoveryOps.takeForRepair(progress.chunkHi, progress.chunkLo, role.version));
  }

  private boolean mayRepairFor(UpdateOp op) {
    return role.serving
        && !op.repairTried
        && !op.recovery
        && failedRepairs.mayTry(op.chunkHi, op.chunkLo, lastNowNs);
  }

  /** The current update met a corrupt block: it takes its turn again when that is repaired. */
  private void afterRepair(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    op.repairTried = true;
    progress.clearCurrent();
    if (!progress.hasRepair()) {
      addRepair(progress);
    }
    progress.addBehindRepair(op);
    wakeAt(op.deadlineNs);
    pump(progress, nowNs);
  }

  /** First it is seen whether the chunk is corrupt at all: it may have been replaced meanwhile. */
  private void beginRepair(ChunkProgress progress, UpdateOp op, long nowNs) {
    int status = effects.stat(role.targetId, op.chunkHi, op.chunkLo, stat);
    if (status != ReplicaStatus.OK) {
      end(op, status);
    } else if (stat.pendingVersion != 0) {
      progress.addFirst(op);
      recover(progress, stat, nowNs);
    } else {
      RecoveryOps.setCommitted(op, stat);
      begin(progress, op, Phase.LOADING);
      effects.loadPending(op);
    }
  }

  private void onRepairLoaded(ChunkProgress progress, int status, long nowNs) {
    UpdateOp op = progress.current;
    if (progress.session != role.session || !role.serving) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
    } else if (status == EngineStatus.OK && !op.foundCorrupt) {
      finish(progress, ReplicaStatus.OK, nowNs);
    } else if (status == EngineStatus.OK) {
      op.chainVersion = role.version;
      progress.phase = Phase.PREPARING;
      effects.prepare(op);
    } else if (status == EngineStatus.BACK_PRESSURE) {
      retry(progress, Phase.RETRY_LOAD, status, nowNs);
    } else if (!op.foundCorrupt && status != EngineStatus.CHUNK_CORRUPT) {
      finish(progress, status, nowNs);
    } else if (!op.foundCorrupt) {
      op.foundCorrupt = true;
      if (!failedRepairs.has(op.chunkHi, op.chunkLo)) {
        report(ReplicaEvent.CHUNK_CORRUPT, op, 0);
      }
      effects.loadFromPeer(op, role.version);
    } else if (++op.attempts < REPAIR_ATTEMPTS) {
      retry(progress, Phase.RETRY_LOAD, status, nowNs);
    } else {
      repairFailed(progress, status, nowNs);
    }
  }

  private void onRepairPrepared(
      ChunkProgress progress, int status, long digest, int lengthBytes, long nowNs) {
    UpdateOp op = progress.current;
    if (status == EngineStatus.BACK_PRESSURE) {
      retry(progress, Phase.RETRY_LOAD, status, nowNs);
    } else if (status != EngineStatus.OK) {
      repairFailed(progress, status, nowNs);
    } else if (digest != op.resultDigest || lengthBytes != op.resultLengthBytes) {
      effects.discardPending(role.targetId, op.chunkHi, op.chunkLo, op.version);
      repairFailed(progress, ReplicaStatus.DIVERGED, nowNs);
    } else {
      commit(progress, nowNs);
    }
  }

  private void repairFailed(ChunkProgress progress, int status, long nowNs) {
    UpdateOp op = progress.current;
    if (failedRepairs.add(op.chunkHi, op.chunkLo, nowNs + REPAIR_AGAIN_NS)) {
      report(ReplicaEvent.REPAIR_FAILED, op, 0);
    }
    finish(progress, status, nowNs);
  }

  // ---- pending versions of an earlier life

  private void recover(ChunkProgress progress, ChunkStat pending, long nowNs) {
    UpdateOp op = recoveryOps.take(pending, role.version);
    buildOn(op, pending);
    held++;
    if (isUnfinishedRepair(pending)) {
      op.unfinishedRepair = true;
      begin(progress, op, Phase.PREPARING);
      dropUnfinishedRepair(progress, nowNs);
    } else if (role.successor == Chain.NO_TARGET || op.kind == ChunkUpdate.REMOVE) {
      begin(progress, op, Phase.PREPARING);
      prepared(progress, nowNs);
    } else if (op.kind == ChunkUpdate.TRUNCATE) {
      op.offsetBytes = pending.pendingLengthBytes;
      begin(progress, op, Phase.PREPARING);
      prepared(progress, nowNs);
    } else {
      op.kind = ChunkUpdate.REPLACE;
      op.lengthBytes = pending.pendingLengthBytes;
      begin(progress, op, Phase.LOADING);
      effects.loadPending(op);
    }
  }

  /** A copy of what is committed already, which nobody else was told of. */
  private static boolean isUnfinishedRepair(ChunkStat pending) {
    return pending.pendingKind == ChunkUpdate.INSTALL
        && pending.pendingVersion <= pending.committedVersion;
  }

  private void dropUnfinishedRepair(ChunkProgress progress, long nowNs) {
    UpdateOp op = progress.current;
    int status = effects.discardPending(role.targetId, op.chunkHi, op.chunkLo, op.version);
    if (status == EngineStatus.OK || status == EngineStatus.NO_SUCH_CHUNK) {
      finish(progress, ReplicaStatus.OK, nowNs);
    } else if (progress.session != role.session) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
    } else {
      retry(progress, Phase.RETRY_LOAD, status, nowNs);
    }
  }

  void onPendingLoaded(UpdateOp op, int status, long nowNs) {
    ChunkProgress progress = inPhase(op, Phase.LOADING);
    if (op.repair) {
      onRepairLoaded(progress, status, nowNs);
      return;
    }
    if (progress.session != role.session) {
      finish(progress, ReplicaStatus.NOT_SERVING, nowNs);
      return;
    }
    if (status == EngineStatus.OK) {
      progress.backoffNs = 0;
      prepared(progress, nowNs);
      return;
    }
    if (op.refill && status != EngineStatus.BACK_PRESSURE) {
      finish(progress, status, nowNs);
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
    lastNowNs = nowNs;
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
        if (progress.current.unfinishedRepair) {
          dropUnfinishedRepair(progress, nowNs);
          return;
        }
        load(progress);
      }
      case IDLE, PREPARING, LOADING, FORWARDING -> {
        // Somebody else has to move first.
      }
    }
  }

  private void load(ChunkProgress progress) {
    UpdateOp op = progress.current;
    progress.phase = Phase.LOADING;
    if (op.repair && op.foundCorrupt) {
      effects.loadFromPeer(op, role.version);
    } else {
      effects.loadPending(op);
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
    failedRepairs.onChain();
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
        progress, role.written() ? ReplicaStatus.WRONG_CHAIN_VERSION : ReplicaStatus.NOT_SERVING);
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
    if (op.refill) {
      refillListener.onRefilled(op, status, lastNowNs);
    }
    if (op.recovery) {
      recoveryOps.give(op);
    }
  }

  private void report(ReplicaEvent event, UpdateOp op, long peer) {
    effects.report(event, role.chainId, role.targetId, peer, op.chunkHi, op.chunkLo, op.version);
  }
}
