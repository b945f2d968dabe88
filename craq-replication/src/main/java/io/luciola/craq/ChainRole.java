package io.luciola.craq;

import io.luciola.chaintable.Chain;

/** What the chain makes of a target, read once per chain change; and which peers do not answer. */
class ChainRole {

  final long targetId;
  int chainId;
  int version;
  boolean serving;

  /**
   * Numbers the times in which what is in progress here may go on. A target that stops to serve
   * begins a new one: the others have gone on without it, so nothing of before may be committed.
   */
  int session;

  /** Written, but not read: being refilled. */
  boolean syncing;

  /** Mgmtd has asked that the target stop to serve; until the chain says that it is out. */
  boolean withdrawn;

  boolean head;

  /** The last one that serves; a syncing one may be behind it. */
  boolean tail;

  long successor = Chain.NO_TARGET;
  boolean successorSyncing;

  /** The successor, once a chunk of it was found different in this version of the chain. */
  long divergedSuccessor = Chain.NO_TARGET;

  long tailTarget = Chain.NO_TARGET;

  private final ReplicaEffects effects;
  private final NodeLease lease;
  private boolean successorUnreachable;
  private boolean tailUnreachable;

  ChainRole(long targetId, ReplicaEffects effects, NodeLease lease) {
    this.targetId = targetId;
    this.effects = effects;
    this.lease = lease;
  }

  boolean known() {
    return version != 0;
  }

  /** Whether updates reach this target. */
  boolean written() {
    return serving || syncing;
  }

  void become(Chain chain) {
    // What a target was in versions that it has not seen is not known.
    boolean syncedTillNow = syncing && chain.version() == version + 1;
    boolean goesOn =
        (serving && chain.isServing(targetId))
            || (syncedTillNow && (chain.isSyncing(targetId) || chain.isServing(targetId)));
    session += goesOn ? 0 : 1;
    chainId = chain.id();
    version = chain.version();
    serving = chain.isServing(targetId);
    syncing = chain.isSyncing(targetId);
    withdrawn &= serving || syncing;
    head = serving && chain.head() == targetId;
    tail = serving && chain.tail() == targetId;
    successor = serving ? chain.successorOf(targetId) : Chain.NO_TARGET;
    successorSyncing = successor != Chain.NO_TARGET && chain.isSyncing(successor);
    divergedSuccessor = Chain.NO_TARGET;
    tailTarget = chain.tail();
    successorUnreachable = false;
    tailUnreachable = false;
  }

  /** OK, or why an update that the predecessor sent under a chain version is refused. */
  int checkUpdate(int requestChainVersion) {
    if (known() && requestChainVersion != version) {
      return ReplicaStatus.WRONG_CHAIN_VERSION;
    }
    return written() && !withdrawn ? ReplicaStatus.OK : ReplicaStatus.NOT_SERVING;
  }

  /** OK, or why what was asked under a chain version must not be answered from here. */
  int checkServing(int requestChainVersion, long nowNs) {
    if (known() && requestChainVersion != version) {
      return ReplicaStatus.WRONG_CHAIN_VERSION;
    }
    if (!serving || withdrawn) {
      return ReplicaStatus.NOT_SERVING;
    }
    return holdsLease(nowNs) ? ReplicaStatus.OK : ReplicaStatus.LEASE_EXPIRED;
  }

  boolean holdsLease(long nowNs) {
    return lease.holds(nowNs);
  }

  void successorAnswered(boolean answered) {
    if (successorUnreachable == answered) {
      successorUnreachable = !answered;
      report(
          answered ? ReplicaEvent.SUCCESSOR_REACHABLE : ReplicaEvent.SUCCESSOR_UNREACHABLE,
          successor);
    }
  }

  void tailAnswered(boolean answered) {
    if (tailUnreachable == answered) {
      tailUnreachable = !answered;
      report(answered ? ReplicaEvent.TAIL_REACHABLE : ReplicaEvent.TAIL_UNREACHABLE, tailTarget);
    }
  }

  private void report(ReplicaEvent event, long peer) {
    effects.report(event, chainId, targetId, peer, 0, 0, 0);
  }
}
