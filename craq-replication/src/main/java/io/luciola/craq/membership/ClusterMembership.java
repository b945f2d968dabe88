package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTransition;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PreferredOrder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes live, and hence how chains change: one object for each time that a cluster
 * manager is the primary. Belongs to one thread at a time; all times are of one clock that never
 * goes back.
 *
 * <p>What may be relied on:
 *
 * <ul>
 *   <li>A node that is heard more often than every {@code failureTimeoutNs} and answers when it is
 *       probed stays in its chains, whoever suspects it.
 *   <li>A node that is silent for {@code failureTimeoutNs} is out at the next tick. It has stopped
 *       to serve by itself by then, for its lease is two thirds of that and began earlier. A
 *       process that is known to be dead is out at once.
 *   <li>Who was out, even for a moment, is refilled before it serves again, or was among the last
 *       to serve.
 *   <li>A chain goes from one version to the next only by {@link MembershipEffects#persist}
 *       followed by {@link #onPersisted}.
 *   <li>Nobody is judged by silence or by a probe before {@code failureTimeoutNs} has passed since
 *       {@link #onBecamePrimary}; what nodes say of themselves counts at once.
 * </ul>
 */
public class ClusterMembership {

  private final MembershipOptions options;
  private final MembershipEffects effects;
  private final Map<Integer, MemberNode> nodes = new TreeMap<>();
  private final ManagedChains chains;
  private long primarySinceNs;
  private long listeningSinceNs;
  private long tickedNs;
  private long failureTimeoutNs;

  /** Knows nobody; {@link #onBecamePrimary} comes first. */
  public ClusterMembership(MembershipOptions options, MembershipEffects effects) {
    this(options, effects, ChainTransition::next);
  }

  /**
   * Knows nobody, and changes chains by another rule than {@link ChainTransition}, to show what
   * that leads to.
   */
  public ClusterMembership(MembershipOptions options, MembershipEffects effects, ChainRule rule) {
    this.options = options;
    this.effects = effects;
    this.failureTimeoutNs = options.failureTimeoutNs();
    this.chains = new ManagedChains(rule);
  }

  /**
   * Judges silence by another time from now on. The caller sees to it that no node has a lease, by
   * whomever, for longer than two thirds of it.
   */
  public void judgeBy(long newFailureTimeoutNs) {
    failureTimeoutNs = newFailureTimeoutNs;
  }

  /** Begins with the chains and storage nodes as they were made durable, by whomever. */
  public void onBecamePrimary(long nowNs, List<Chain> storedChains, List<StoredNode> storedNodes) {
    primarySinceNs = nowNs;
    listeningSinceNs = nowNs;
    tickedNs = nowNs;
    nodes.clear();
    chains.clear();
    onPlaced(nowNs, storedChains, storedNodes);
  }

  /**
   * Takes in chains that are new and durable, and the nodes that hold their targets. What is known
   * of the nodes otherwise stays.
   */
  public void onPlaced(long nowNs, List<Chain> newChains, List<StoredNode> holders) {
    newChains.forEach(chains::add);
    for (StoredNode holder : holders) {
      MemberNode node = nodes.get(holder.nodeId());
      if (node == null) {
        node = new MemberNode(holder.nodeId(), holder.incarnation());
        node.assumeHeard(nowNs);
        node.disable(holder.disabled());
        node.stop(holder.stoppedIncarnation());
        nodes.put(holder.nodeId(), node);
      }
      for (long targetId : holder.targetIds()) {
        node.hold(chains.hold(targetId));
      }
    }
  }

  /**
   * Whether a later heartbeat of the process was heard already, as when this one was tried again or
   * overtaken on its way: what it says is not true any more, and must not reach {@link
   * #onHeartbeat}. Takes note of this one otherwise.
   *
   * @param sequence grows with every heartbeat of a process, from 1 on
   */
  public boolean isOvertaken(int nodeId, long incarnation, long sequence) {
    MemberNode node = nodes.get(nodeId);
    return node != null && node.isOvertaken(incarnation, sequence);
  }

  /**
   * A node has said that it is alive. A process with another incarnation than the last one takes
   * its place: the former is dead, as the new one holds its disks. Reports about targets that are
   * not the node's are passed over.
   *
   * @param incarnation a number that a process draws at its start, not 0
   * @param nowNs when the message was received
   * @return false when the process was replaced or has left; what it says does not count
   */
  public boolean onHeartbeat(
      int nodeId, long incarnation, List<ReportedTarget> reports, long nowNs) {
    MemberNode node = nodes.computeIfAbsent(nodeId, id -> new MemberNode(id, incarnation));
    if (node.isRetired(incarnation)) {
      return false;
    }
    if (node.isReplacedBy(incarnation)) {
      node.retire();
      die(node);
    }
    node.adopt(incarnation);
    node.heard(nowNs);
    for (ReportedTarget report : reports) {
      HeldTarget target = chains.target(report.targetId());
      if (target != null && node.targets.contains(target)) {
        target.onReport(report, nowNs);
        chains.touch(report.targetId());
      }
    }
    settle();
    return true;
  }

  /** Somebody could not reach a node, or its connection was closed: it is worth a look. */
  public void onSuspicion(int nodeId, long nowNs) {
    MemberNode node = nodes.get(nodeId);
    if (node != null && !node.isDead()) {
      node.suspect();
      probe(node, nowNs);
    }
  }

  /**
   * A probe has ended. Only a refusal by all addresses proves that a process is dead, and only if
   * the node has not been heard meanwhile.
   *
   * @param incarnation of the process that answered; {@link StoredNode#NO_INCARNATION} when it did
   *     not say, or none answered
   */
  public void onProbe(int nodeId, long incarnation, ProbeOutcome outcome, long nowNs) {
    MemberNode node = nodes.get(nodeId);
    if (node == null || !node.endProbe()) {
      return;
    }
    switch (outcome) {
      case REFUSED -> onRefused(node, nowNs);
      case ANSWERED -> onAnswer(node, incarnation);
      case TIMEOUT -> {
        // The failure timeout decides.
      }
    }
    probe(node, nowNs);
    settle();
  }

  private void onRefused(MemberNode node, long nowNs) {
    boolean tooEarly = nowNs - primarySinceNs < failureTimeoutNs;
    if (tooEarly || node.heardSinceProbeBegan()) {
      node.suspect(); // look again later
    } else {
      die(node);
    }
  }

  private void onAnswer(MemberNode node, long incarnation) {
    boolean told = incarnation != StoredNode.NO_INCARNATION && !node.isRetired(incarnation);
    if (told && node.isReplacedBy(incarnation)) {
      node.retire();
      node.adopt(incarnation);
      die(node);
    }
  }

  /** A node has stopped to serve and ends; nothing that this process still says counts. */
  public void onLeaving(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    if (node != null) {
      node.retire();
      die(node);
      settle();
    }
  }

  /**
   * An operator wants a target out of its chain; when it lives, it is refilled afterwards. Its node
   * is told first, by {@link #withdrawnTargets}: as long as it holds a lease, only the node itself
   * can say that the target does not serve any more.
   */
  public void onTakenOffline(long targetId) {
    HeldTarget target = chains.target(targetId);
    if (target != null) {
      target.withdraw();
      chains.touch(targetId);
      settle();
    }
  }

  /**
   * An operator gives up the first of a chain's last serving targets, with what only it has.
   *
   * @throws IllegalArgumentException when there is no such chain
   * @throws IllegalStateException when the chain serves, has no other target, or is just changing
   */
  public void onLastServingGivenUp(int chainId) {
    ManagedChain chain = managed(chainId);
    effects.persist(chain.change(LastServingRotation::rotate));
  }

  /**
   * An operator wants a chain's targets in another order: the one that has to move next is taken
   * out and comes back as the tail. To be repeated until nothing is left to move.
   *
   * @param preferred the chain's targets, head first
   * @return the target that moves; {@link Chain#NO_TARGET} when the order is as wanted
   * @throws IllegalArgumentException when there is no such chain, or these are not its targets
   * @throws IllegalStateException when one of its targets does not serve or is on its way out
   */
  public long onRotation(int chainId, List<Long> preferred) {
    ManagedChain chain = managed(chainId);
    long next = PreferredOrder.nextToMove(chain.current(), preferred);
    if (next != Chain.NO_TARGET) {
      if (!chains.isCalm(chain)) {
        throw new IllegalStateException(
            "a chain is rotated only while all its targets serve: " + chain.current());
      }
      onTakenOffline(next);
    }
    return next;
  }

  /**
   * An operator gives a chain one more target, of a node that is known. It is refilled before it
   * serves.
   *
   * @throws IllegalArgumentException when there is no such chain or target
   * @throws IllegalStateException when the target is in a chain, or the chain is just changing
   */
  public void onTargetAdded(int chainId, long targetId) {
    ManagedChain chain = managed(chainId);
    if (chains.target(targetId) == null) {
      throw new IllegalArgumentException("there is no target " + targetId);
    }
    if (chains.isPlaced(targetId)) {
      throw new IllegalStateException("target " + targetId + " is in a chain");
    }
    effects.persist(chain.change(before -> ChainMembers.with(before, targetId)));
  }

  /**
   * An operator takes the place of a target that is OFFLINE out of a chain, for good.
   *
   * @throws IllegalArgumentException when there is no such chain, or the target is not in it
   * @throws IllegalStateException when the target is not OFFLINE, or the chain is just changing
   */
  public void onTargetRemoved(int chainId, long targetId) {
    ManagedChain chain = managed(chainId);
    effects.persist(chain.change(before -> ChainMembers.without(before, targetId)));
  }

  /**
   * An operator puts a new, empty target of a node that is known in the place of one that was lost
   * with its disk. It is refilled before it serves; the old one is to be forgotten as soon as that
   * is durable.
   *
   * @throws IllegalArgumentException when there is no such chain or node, or the old target is not
   *     in the chain
   * @throws IllegalStateException when the chain needs the old target or is just changing, or the
   *     new one is in a chain
   */
  public void onTargetReplaced(int chainId, long oldTargetId, int nodeId, long newTargetId) {
    ManagedChain chain = managed(chainId);
    MemberNode node = nodes.get(nodeId);
    if (node == null) {
      throw new IllegalArgumentException("there is no node " + nodeId);
    }
    if (chains.isPlaced(newTargetId)) {
      throw new IllegalStateException("target " + newTargetId + " is in a chain");
    }
    Chain next = chain.change(before -> ChainMembers.replaced(before, oldTargetId, newTargetId));
    node.hold(chains.hold(newTargetId));
    effects.persist(next);
  }

  /** A target is not in the cluster any more; nothing happens while it has a place in a chain. */
  public void onTargetForgotten(long targetId) {
    HeldTarget target = chains.target(targetId);
    if (target != null && !chains.isPlaced(targetId)) {
      nodes.values().forEach(node -> node.targets.remove(target));
      chains.drop(targetId);
    }
  }

  /** An operator does not want a node to be counted on: all its targets go, and stay out. */
  public void onNodeDisabled(int nodeId) {
    change(nodeId, node -> node.disable(true));
  }

  /** An operator wants a node to be counted on again: its targets are refilled and come back. */
  public void onNodeEnabled(int nodeId) {
    change(nodeId, node -> node.disable(false));
  }

  /**
   * An operator is about to end a process: its targets go, and stay out until the node's next
   * process. Targets of one chain that are asked to go at the same time go together.
   */
  public void onNodeStopped(int nodeId, long incarnation) {
    change(nodeId, node -> node.stop(incarnation));
  }

  /**
   * A target was found different from the others of its chain, and nobody knows why: it goes, and
   * stays out as it is until an operator has looked at it.
   */
  public void onTargetQuarantined(long targetId) {
    quarantine(targetId, true);
  }

  /** An operator lets a target come back that had been found different; it is refilled. */
  public void onTargetReleased(long targetId) {
    quarantine(targetId, false);
  }

  private void quarantine(long targetId, boolean from) {
    HeldTarget target = chains.target(targetId);
    if (target != null) {
      target.quarantine(from);
      chains.touch(targetId);
      settle();
    }
  }

  /** A node that holds no target in any chain is forgotten, with its targets. */
  public void onNodeUnregistered(int nodeId) {
    MemberNode node = nodes.remove(nodeId);
    if (node != null) {
      node.targets.forEach(target -> chains.drop(target.targetId));
    }
  }

  private void change(int nodeId, Consumer<MemberNode> action) {
    MemberNode node = nodes.get(nodeId);
    if (node != null) {
      action.accept(node);
      node.targets.forEach(target -> chains.touch(target.targetId));
      settle();
    }
  }

  /** The chains that serve now and would not without a node. */
  public List<Integer> chainsServedOnlyBy(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node == null ? List.of() : chains.servedOnlyBy(node.targets);
  }

  /**
   * Time has passed; to be called several times per quarter of the failure timeout. After a longer
   * pause it is the cluster manager that was deaf, and nobody is judged by silence before the whole
   * timeout has passed again.
   */
  public void onTick(long nowNs) {
    if (nowNs - tickedNs > failureTimeoutNs / 4) {
      listeningSinceNs = nowNs;
    }
    tickedNs = nowNs;
    for (MemberNode node : nodes.values()) {
      if (nowNs - listeningSinceNs >= failureTimeoutNs) {
        judgeSilence(node, nowNs);
      }
      probe(node, nowNs);
    }
    settle();
  }

  private void judgeSilence(MemberNode node, long nowNs) {
    if (!node.isDead() && node.isSilent(nowNs, failureTimeoutNs)) {
      die(node);
    }
    for (HeldTarget target : node.targets) {
      if (target.fallsSilent(nowNs, failureTimeoutNs)) {
        lose(target);
      }
    }
  }

  /** The next version of a chain is durable and shown. */
  public void onPersisted(Chain chain) {
    chains.onPersisted(chain);
    settle();
  }

  /** The next version of a chain could not be made durable; it is decided anew. */
  public void onPersistFailed(Chain chain) {
    chains.onPersistFailed(chain);
  }

  /**
   * Whether a node that has just been heard may be granted a lease, together with the newest
   * version of every chain. Not while one of its targets is on its way out: the change that is not
   * durable yet must not find readers there, and a new process of a node must not serve by the
   * chain that counts on the former one.
   */
  public boolean mayServe(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node != null && node.isAlive() && node.targets.stream().allMatch(chains::countOn);
  }

  /**
   * Whether all that follows from the losses of a node's targets is durable. Before that, a new
   * process of the node must not be made durable as the node's: whoever becomes the primary next
   * would take it for the one that was in the chains all the time.
   */
  public boolean isSettled(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node == null || node.targets.stream().noneMatch(chains::miss);
  }

  /** Targets of a node with which it is to stop to serve, and then to report as OFFLINE. */
  public List<Long> withdrawnTargets(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node == null
        ? List.of()
        : node.targets.stream()
            .filter(HeldTarget::isWithdrawn)
            .map(target -> target.targetId)
            .toList();
  }

  /** Whether a node was heard and nothing speaks against it since. */
  public boolean isAlive(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node != null && node.isAlive();
  }

  /** Whether a node was silent for too long, or its process is known to have ended. */
  public boolean isDead(int nodeId) {
    MemberNode node = nodes.get(nodeId);
    return node != null && node.isDead();
  }

  /** Whether a process may not come back, because another has taken its place or it has left. */
  public boolean isRetired(int nodeId, long incarnation) {
    MemberNode node = nodes.get(nodeId);
    return node != null && node.isRetired(incarnation);
  }

  /** What is known of a target; INVALID until its node is heard. */
  public LocalTargetState localState(long targetId) {
    HeldTarget target = chains.target(targetId);
    return target == null ? LocalTargetState.INVALID : target.reported();
  }

  /** A chain in its last durable version; null when there is none with this id. */
  public @Nullable Chain chain(int chainId) {
    return chains.find(chainId);
  }

  /** All chains in their last durable version, by ascending ids. */
  public Collection<Chain> chains() {
    return chains.all();
  }

  private ManagedChain managed(int chainId) {
    ManagedChain chain = chains.managed(chainId);
    if (chain == null) {
      throw new IllegalArgumentException("there is no chain " + chainId);
    }
    return chain;
  }

  private void die(MemberNode node) {
    node.dies();
    node.targets.forEach(this::lose);
  }

  private void lose(HeldTarget target) {
    target.lose();
    chains.touch(target.targetId);
  }

  private void probe(MemberNode node, long nowNs) {
    if (node.beginProbe(nowNs, options.probeIntervalNs())) {
      effects.probe(node.nodeId);
    }
  }

  private void settle() {
    chains.settle(effects::persist);
  }
}
