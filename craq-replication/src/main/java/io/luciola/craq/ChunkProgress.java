package io.luciola.craq;

/** The update in progress of one chunk, and those that wait for it in order of arrival. */
final class ChunkProgress {

  /** What the current update waits for. */
  enum Phase {
    /** There is no current update. */
    IDLE,
    /** The engine's onPrepared. */
    PREPARING,
    /** The engine's onPendingLoaded. */
    LOADING,
    /** The successor's answer. */
    FORWARDING,
    /** Time to load again. */
    RETRY_LOAD,
    /** Time to forward again. */
    RETRY_FORWARD,
    /** Time to commit again. */
    RETRY_COMMIT
  }

  long chunkHi;
  long chunkLo;
  Phase phase = Phase.IDLE;
  UpdateOp current;

  /** Chain version of the last forward; an answer under another one counts for nothing. */
  int forwardedChainVersion;

  /** {@link ChainRole#session} in which the current update began. */
  int session;

  /** Why the last effect has to be tried again. */
  int lastStatus;

  long retryNs;
  long backoffNs;
  boolean troubleReported;

  /** Replicas differ: no updates until the chain changes. */
  boolean diverged;

  /** Somebody up the call stack looks after the queue. */
  boolean pumping;

  /** Position among the active ones; -1 when in the pool. */
  int index = -1;

  int waiters;
  private UpdateOp first;
  private UpdateOp last;

  void begin(UpdateOp op, Phase newPhase) {
    current = op;
    phase = newPhase;
    lastStatus = ReplicaStatus.OK;
    backoffNs = 0;
    troubleReported = false;
    op.progress = this;
  }

  void clearCurrent() {
    current.progress = null;
    current = null;
    phase = Phase.IDLE;
  }

  boolean idle() {
    return current == null && first == null;
  }

  UpdateOp firstWaiter() {
    return first;
  }

  void addLast(UpdateOp op) {
    op.next = null;
    if (last == null) {
      first = op;
    } else {
      last.next = op;
    }
    last = op;
    waiters++;
  }

  void addFirst(UpdateOp op) {
    op.next = first;
    first = op;
    if (last == null) {
      last = op;
    }
    waiters++;
  }

  /** Whether the chunk is in repair, or is to be. */
  boolean hasRepair() {
    for (UpdateOp op = first; op != null; op = op.next) {
      if (op.repair) {
        return true;
      }
    }
    return current != null && current.repair;
  }

  /** Puts an update behind the repair that waits in front, or in front when none does. */
  void addBehindRepair(UpdateOp op) {
    UpdateOp repair = first != null && first.repair ? pollFirst() : null;
    addFirst(op);
    if (repair != null) {
      addFirst(repair);
    }
  }

  UpdateOp pollFirst() {
    UpdateOp op = first;
    if (op != null) {
      remove(null, op);
    }
    return op;
  }

  /** Takes out the first waiter whose deadline has passed; null when there is none. */
  UpdateOp pollExpired(long nowNs) {
    UpdateOp before = null;
    for (UpdateOp op = first; op != null; before = op, op = op.next) {
      if (nowNs >= op.deadlineNs) {
        remove(before, op);
        return op;
      }
    }
    return null;
  }

  /** Puts an update in the place of a waiting earlier copy, which it returns; null if none. */
  UpdateOp replaceEarlierCopy(UpdateOp op) {
    UpdateOp before = null;
    for (UpdateOp other = first; other != null; before = other, other = other.next) {
      if (other.fromClient == op.fromClient
          && other.sameWriter(op.clientId, op.channel, op.sequence)
          && (op.fromClient || other.version == op.version)) {
        op.next = other.next;
        other.next = null;
        if (before == null) {
          first = op;
        } else {
          before.next = op;
        }
        if (last == other) {
          last = op;
        }
        return other;
      }
    }
    return null;
  }

  private void remove(UpdateOp before, UpdateOp op) {
    if (before == null) {
      first = op.next;
    } else {
      before.next = op.next;
    }
    if (last == op) {
      last = before;
    }
    op.next = null;
    waiters--;
  }
}
