package io.luciola.craq;

import io.luciola.chaintable.Chain;

/** What the chain makes of a target, read once per chain change; and which peers do not answer. */
final class ChainRole {

  final long targetId;
  int chainId;
  int version;
  boolean serving;
  boolean head;
  boolean tail;
  long successor = Chain.NO_TARGET;
  long tailTarget = Chain.NO_TARGET;

  private final ReplicaEffects effects;
  private boolean successorUnreachable;
  private boolean tailUnreachable;

  ChainRole(long targetId, ReplicaEffects effects) {
    this.targetId = targetId;
    this.effects = effects;
  }

  boolean known() {
    return version != 0;
  }

  void become(Chain chain) {
    chainId = chain.id();
    version = chain.version();
    serving = chain.isServing(targetId);
    head = serving && chain.head() == targetId;
    tail = serving && chain.tail() == targetId;
    successor = serving ? chain.successorOf(targetId) : Chain.NO_TARGET;
    tailTarget = chain.tail();
    successorUnreachable = false;
    tailUnreachable = false;
  }

  /** OK, or why a request made under a chain version is refused. */
  int check(int requestChainVersion) {
    if (known() && requestChainVersion != version) {
      return ReplicaStatus.WRONG_CHAIN_VERSION;
    }
    return serving ? ReplicaStatus.OK : ReplicaStatus.NOT_SERVING;
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
