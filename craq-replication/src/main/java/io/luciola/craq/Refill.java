package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;

/**
 * Refills the target behind the tail: what is committed here is compared with what it has, chunk by
 * chunk, and what differs is sent; then what it has and nobody else is removed. Updates go on
 * meanwhile; they bring the chunks they meet up to date ({@link UpdatePath}). When a whole pass has
 * ended well the target is told that it is complete.
 *
 * <p>Every pass begins from the start and finds equal what was sent before, so nothing need be
 * remembered over changes of the chain or restarts.
 */
class Refill implements UpdatePath.RefillListener {

  private static final long END = ReplicaEffects.NO_MORE_CHUNKS;

  private enum Step {
    /** This target has nobody to refill, or is done with it. */
    IDLE,
    /** Our chunks are compared with the other's. */
    COMPARE,
    /** Its chunks are looked up here: what is not here has been removed. */
    LOOK_UP,
    /** The other one is told. */
    ANNOUNCE,
    /** Time has to pass before the next pass. */
    PAUSE
  }

  private final ChainRole role;
  private final ReplicaEffects effects;
  private final ReplicaOptions options;
  private final UpdatePath updates;
  private final RefillBatch batch = new RefillBatch();
  private final ChunkStat stat = new ChunkStat();
  private Step step = Step.IDLE;

  /** Numbers the passes, so that an answer to an earlier one counts for nothing. */
  private int pass;

  private boolean asked;
  private boolean failed;
  private boolean diverged;

  /** The next chunk of the batch to look at. */
  private int next;

  private int inProgress;
  private long cursor;
  private long resumeNs;

  /** When the budget of bytes allows the next chunk. */
  private long nextChunkNs;

  Refill(ChainRole role, ReplicaEffects effects, ReplicaOptions options, UpdatePath updates) {
    this.role = role;
    this.effects = effects;
    this.options = options;
    this.updates = updates;
    updates.listenToRefills(this);
  }

  boolean isBusy() {
    return step != Step.IDLE;
  }

  void onChain(long nowNs) {
    diverged = false;
    if (role.tail && role.successorSyncing) {
      begin(nowNs);
    } else {
      step = Step.IDLE;
      pass++;
    }
  }

  private void begin(long nowNs) {
    pass++;
    step = Step.COMPARE;
    failed = false;
    asked = false;
    cursor = 0;
    batch.count = 0;
    next = 0;
    nextChunkNs = Math.max(nextChunkNs, nowNs);
    advance(nowNs);
  }

  void onTick(long nowNs) {
    if (step == Step.PAUSE && nowNs >= resumeNs) {
      begin(nowNs);
    } else if (step != Step.IDLE) {
      advance(nowNs);
    }
  }

  /** The answer to {@link ReplicaEffects#compareChunks} or {@link ReplicaEffects#listChunks}. */
  void onAnswer(int answeredPass, int status, long nowNs) {
    if (answeredPass != pass || !asked) {
      return;
    }
    asked = false;
    next = 0;
    if (status != ReplicaStatus.OK) {
      pause(nowNs);
    } else {
      cursor = batch.nextCursor;
      advance(nowNs);
    }
  }

  /** The answer to {@link ReplicaEffects#announceRefilled}. */
  void onAnnounced(int answeredPass, int status, long nowNs) {
    if (answeredPass != pass || !asked) {
      return;
    }
    asked = false;
    if (status == ReplicaStatus.OK) {
      step = Step.IDLE;
    } else {
      pause(nowNs);
    }
  }

  @Override
  public void onRefilled(UpdateOp op, int status, long nowNs) {
    inProgress--;
    if (op.refillPass != pass) {
      return;
    }
    failed |= status != ReplicaStatus.OK;
    diverged |= status == ReplicaStatus.SUCCESSOR_DIVERGED;
  }

  private void pause(long nowNs) {
    step = Step.PAUSE;
    resumeNs = nowNs + options.retryMinNs();
  }

  private void advance(long nowNs) {
    if (asked || step == Step.PAUSE) {
      return;
    }
    while (next < batch.count) {
      if (inProgress >= options.maxRefills() || nowNs < nextChunkNs) {
        return;
      }
      if (wants(next) && !send(next, nowNs)) {
        return;
      }
      next++;
    }
    if (cursor != END) {
      ask();
    } else if (inProgress == 0) {
      endOfStep(nowNs);
    }
  }

  private boolean wants(int index) {
    return step == Step.COMPARE ? batch.differs[index] : !isHere(index);
  }

  /** Whether what the other one has is here, just so: chunks may have come and gone meanwhile. */
  private boolean isHere(int index) {
    int found = effects.stat(role.targetId, batch.chunkHi[index], batch.chunkLo[index], stat);
    return found == EngineStatus.OK && batch.isSame(index, stat);
  }

  private boolean send(int index, long nowNs) {
    inProgress++;
    if (updates.refill(batch.chunkHi[index], batch.chunkLo[index], pass, nowNs)) {
      double bytesPerSecond = effects.refillBytesPerSecond(options.refillBytesPerSecond());
      nextChunkNs =
          Math.max(nextChunkNs, nowNs - options.refillBurstNs())
              + (long) (batch.lengthBytes[index] * 1e9 / bytesPerSecond);
      return true;
    }
    inProgress--;
    return false;
  }

  private void ask() {
    batch.count = 0;
    next = 0;
    asked = true;
    if (step == Step.LOOK_UP) {
      batch.nextCursor = cursor;
      effects.listChunks(batch, role.successor, role.version, pass);
      return;
    }
    batch.nextCursor = effects.scanChunks(role.targetId, cursor, batch);
    effects.compareChunks(batch, role.successor, role.version, pass);
  }

  private void endOfStep(long nowNs) {
    if (diverged) {
      step = Step.IDLE; // reported; until the chain changes
    } else if (failed || !isReadable()) {
      pause(nowNs);
    } else if (step == Step.COMPARE) {
      step = Step.LOOK_UP;
      cursor = 0;
      ask();
    } else {
      step = Step.ANNOUNCE;
      asked = true;
      effects.announceRefilled(role.successor, role.version, pass);
    }
  }

  /** A disk that has failed seems to have no more chunks: nobody is complete by that. */
  boolean isReadable() {
    int status = effects.stat(role.targetId, 0, 0, stat);
    return status == EngineStatus.OK || status == EngineStatus.NO_SUCH_CHUNK;
  }

  // ---- at the target that is refilled

  /** Says which chunks of a batch are something else here; OK, or why it cannot be said. */
  int compare(RefillBatch theirs, int chainVersion) {
    int status = checkSyncing(chainVersion);
    if (status != ReplicaStatus.OK) {
      return status;
    }
    for (int i = 0; i < theirs.count; i++) {
      int found = effects.stat(role.targetId, theirs.chunkHi[i], theirs.chunkLo[i], stat);
      theirs.differs[i] = found != EngineStatus.OK || !theirs.isSame(i, stat);
    }
    return ReplicaStatus.OK;
  }

  /** Adds chunks of this target to a batch. */
  int list(RefillBatch theirs, int chainVersion) {
    int status = checkSyncing(chainVersion);
    if (status == ReplicaStatus.OK) {
      theirs.count = 0;
      theirs.nextCursor = effects.scanChunks(role.targetId, theirs.nextCursor, theirs);
    }
    return status;
  }

  /** OK for a request of whoever refills this target, under the same chain. */
  int checkSyncing(int chainVersion) {
    int status = role.checkUpdate(chainVersion);
    if (status != ReplicaStatus.OK) {
      return status;
    }
    return role.syncing ? ReplicaStatus.OK : ReplicaStatus.NOT_SERVING;
  }
}
