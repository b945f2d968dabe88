package io.luciola.craq.sim;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.membership.ClusterMembership;
import io.luciola.craq.membership.MembershipEffects;
import io.luciola.craq.membership.ProbeOutcome;
import io.luciola.craq.membership.RegistrationTickets;
import io.luciola.craq.membership.ReportedTarget;
import io.luciola.craq.membership.StoredNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One process of Mgmtd: looks for the primary's lease in the store, and while it has it, does what
 * production's {@code MembershipDriver} does, in the same order.
 */
final class SimMgmtd extends SimNetwork.Party implements MembershipEffects {

  /** The answer to a heartbeat when the node is to stop with its target. */
  static final int WITHDRAW = 1;

  /** The answer to what a node sent in another term; with it comes the term. */
  static final int OTHER_TERM = 2;

  private static final long STEP_NS = 4 * SimLoop.MILLI;
  private static final long TICK_NS = Simulation.MEMBERSHIP.failureTimeoutNs() / 20;

  private final Simulation sim;
  private final SimLoop loop;
  private final SimKv kv;
  private final int number;

  /** A new target of a node takes another one's place, in a version of the chain. */
  private record Replacement(long oldTarget, int nodeId, long newTarget, Chain next) {}

  private final List<Chain> undurable = new ArrayList<>();
  private final List<Runnable> afterWriting = new ArrayList<>();
  private @Nullable ClusterMembership membership;
  private RegistrationTickets tickets = new RegistrationTickets();
  private boolean writing;

  /** Decided, and not durable yet. */
  private @Nullable Replacement replacement;

  /** The target of each node, as far as it is durable. */
  private Map<Integer, Long> targets;

  private long term;
  private long leaseUntilNs;
  private long seenRenewals = -1;
  private long seenSinceNs;

  /** The newest chain as this process shows it. */
  private Chain shown;

  SimMgmtd(Simulation sim, SimKv kv, int number) {
    this.sim = sim;
    this.loop = sim.loop;
    this.kv = kv;
    this.number = number;
    this.shown = kv.chain;
    this.targets = kv.targets();
  }

  void start() {
    up = true;
    incarnation++;
    membership = null;
    int life = incarnation;
    step(life);
    tick(life);
  }

  /** As when its process is killed. */
  void crash() {
    up = false;
    membership = null;
    sim.network.hangUp(this);
  }

  private void step(int life) {
    later(
        loop,
        life,
        loop.delay(STEP_NS / 2, 2 * STEP_NS),
        () -> {
          if (kv.isReachableFrom(this)) {
            lookForLease();
          }
          step(life);
        });
  }

  private void lookForLease() {
    long nowNs = loop.nowNs();
    if (isPrimary()) {
      if (kv.renew(number, term)) {
        leaseUntilNs = nowNs + SimKv.LEASE_NS;
      } else {
        stepDown();
      }
      return;
    }
    stepDown();
    if (kv.renewals != seenRenewals) {
      seenRenewals = kv.renewals;
      seenSinceNs = nowNs;
    }
    if (kv.term == 0 || nowNs - seenSinceNs >= SimKv.LEASE_NS) {
      term = kv.take(number);
      tickets = new RegistrationTickets();
      leaseUntilNs = nowNs + SimKv.LEASE_NS;
      shown = kv.chain;
      targets = kv.targets();
      membership = sim.rules.membership(Simulation.MEMBERSHIP, this);
      membership.onBecamePrimary(nowNs, List.of(kv.chain), kv.nodes());
      loop.trace(10, number, term);
      loop.tell("mgmtd %d is the primary in term %d", number, term);
      if (shown.version() > sim.chain.version()) {
        sim.publish(this, shown); // stored, but not shown, by the one before
      }
    }
  }

  private void stepDown() {
    membership = null;
    undurable.clear();
    replacement = null;
    afterWriting.clear();
    writing = false;
  }

  boolean isPrimary() {
    return membership != null && (loop.nowNs() < leaseUntilNs || !sim.rules.primaryHeedsItsLease());
  }

  private void tick(int life) {
    later(
        loop,
        life,
        TICK_NS,
        () -> {
          if (isPrimary()) {
            membership.onTick(loop.nowNs());
          }
          tick(life);
        });
  }

  // ---- what nodes and operators say

  /** Answers OK when the process is known from now on, else a refusal. */
  void register(int nodeId, long process, long sentInTerm, int ticket, SimNetwork.Answer answer) {
    if (!isPrimary()) {
      answer.on(ReplicaStatus.NOT_SERVING, 0, 0);
      return;
    }
    if (sentInTerm != term || !tickets.isLast(nodeId, ticket)) {
      answer.on(OTHER_TERM, term, tickets.next(nodeId));
      return;
    }
    ClusterMembership now = membership;
    if (!now.onHeartbeat(nodeId, process, List.of(), loop.nowNs())) {
      answer.on(ReplicaStatus.STALE, 0, 0);
      return;
    }
    whenAllIsDurable(
        () -> {
          boolean done =
              now.isSettled(nodeId)
                  && kv.isReachableFrom(this)
                  && kv.register(number, term, nodeId, process);
          answer.on(done ? ReplicaStatus.OK : ReplicaStatus.NOT_SERVING, 0, 0);
        });
  }

  /** Answers with the lease in nanoseconds, 0 for none, and the newest chain's version. */
  void heartbeat(
      int nodeId,
      long process,
      long sentInTerm,
      long sequence,
      List<ReportedTarget> reports,
      SimNetwork.Answer answer) {
    if (!isPrimary()) {
      answer.on(ReplicaStatus.NOT_SERVING, 0, 0);
      return;
    }
    ClusterMembership now = membership;
    if (sentInTerm != term) {
      answer.on(OTHER_TERM, term, 0);
      return;
    }
    if (now.isOvertaken(nodeId, process, sequence)) {
      answer.on(ReplicaStatus.OK, 0, shown.version());
      return;
    }
    if (kv.processOf(nodeId) != process
        || !now.onHeartbeat(nodeId, process, reports, loop.nowNs())) {
      answer.on(ReplicaStatus.STALE, 0, 0);
      return;
    }
    long leaseNs = sim.rules.grantsLease(now, nodeId) ? Simulation.MEMBERSHIP.leaseNs() : 0;
    List<Long> toGo = now.withdrawnTargets(nodeId);
    boolean withdrawn = reports.stream().anyMatch(report -> toGo.contains(report.targetId()));
    answer.on(withdrawn ? WITHDRAW : ReplicaStatus.OK, leaseNs, shown.version());
  }

  void suspect(int nodeId) {
    if (isPrimary()) {
      membership.onSuspicion(nodeId, loop.nowNs());
    }
  }

  void takeOffline(long targetId) {
    if (isPrimary()) {
      membership.onTakenOffline(targetId);
    }
  }

  /**
   * Puts a new target of a node in the place of one that was lost, as production's {@code
   * TargetReplacement} does; when that is durable, the chain that is shown says so.
   */
  void replace(long oldTarget, int nodeId, long newTarget) {
    if (!mayWrite()) {
      return;
    }
    try {
      membership.onTargetReplaced(shown.id(), oldTarget, nodeId, newTarget);
    } catch (IllegalStateException notNow) {
      loop.tell("mgmtd %d: %s", number, notNow.getMessage());
      return;
    }
    replacement = new Replacement(oldTarget, nodeId, newTarget, undurable.getLast());
  }

  /** Whether no other target has all of the chain's data. */
  boolean needs(long targetId) {
    return mayWrite()
        && shown.stateOf(targetId) == PublicTargetState.LASTSRV
        && shown.targets().stream()
            .noneMatch(
                other ->
                    other.targetId() != targetId
                        && (other.state() == PublicTargetState.SERVING
                            || other.state() == PublicTargetState.LASTSRV));
  }

  /** Whether it is done: durable, and known to who decides. */
  boolean disable(int nodeId, boolean nowDisabled) {
    if (!mayWrite()) {
      return false;
    }
    kv.disable(nodeId, nowDisabled);
    if (nowDisabled) {
      membership.onNodeDisabled(nodeId);
    } else {
      membership.onNodeEnabled(nodeId);
    }
    return true;
  }

  /** Whether all processes were asked to go. */
  boolean shutDown() {
    if (!mayWrite()) {
      return false;
    }
    kv.stopAll();
    ClusterMembership deciding = membership;
    kv.nodes().forEach(node -> deciding.onNodeStopped(node.nodeId(), node.stoppedIncarnation()));
    return true;
  }

  private boolean mayWrite() {
    return isPrimary() && kv.isReachableFrom(this) && kv.isHeldBy(number, term);
  }

  /** Nothing that an operator did holds any more. */
  void enableAll() {
    if (membership != null) {
      ClusterMembership deciding = membership;
      kv.nodes().forEach(node -> deciding.onNodeEnabled(node.nodeId()));
    }
  }

  Chain shown() {
    return shown;
  }

  // ---- what is decided

  @Override
  public void persist(Chain next) {
    undurable.add(next);
    write();
  }

  private void whenAllIsDurable(Runnable action) {
    afterWriting.add(action);
    write();
  }

  private void write() {
    if (writing) {
      return;
    }
    writing = true;
    ClusterMembership deciding = membership;
    later(
        loop,
        incarnation,
        loop.delay(100 * SimLoop.MICRO, 5 * SimLoop.MILLI),
        () -> {
          if (membership == deciding && deciding != null) {
            writeAll(deciding);
          }
        });
  }

  private void writeAll(ClusterMembership deciding) {
    List<Chain> chains = List.copyOf(undurable);
    undurable.clear();
    boolean reached = kv.isReachableFrom(this);
    if (reached && !kv.isHeldBy(number, term)) {
      stepDown();
      return;
    }
    boolean told = !loop.chance(0.05);
    Replacement durableWith = chains.isEmpty() ? null : takeReplacement(chains);
    Map<Integer, Long> next = durableWith == null ? targets : with(durableWith);
    if (reached && (told || loop.random.nextBoolean())) {
      chains.forEach(chain -> kv.store(chain, sim.rules.storesHolders() ? next : kv.targets()));
    }
    later(
        loop,
        incarnation,
        loop.delay(50 * SimLoop.MICRO, 2 * SimLoop.MILLI),
        () -> {
          if (membership == deciding) {
            written(deciding, chains, durableWith, reached && told);
          }
        });
  }

  private @Nullable Replacement takeReplacement(List<Chain> chains) {
    Replacement taken = replacement;
    if (taken == null || !chains.contains(taken.next)) {
      return null;
    }
    replacement = null;
    return taken;
  }

  private Map<Integer, Long> with(Replacement durable) {
    Map<Integer, Long> next = new TreeMap<>(targets);
    next.put(durable.nodeId, durable.newTarget);
    return next;
  }

  private void written(
      ClusterMembership deciding,
      List<Chain> chains,
      @Nullable Replacement replaced,
      boolean durable) {
    writing = false;
    for (Chain chain : chains) {
      if (durable) {
        shown = chain;
        if (isPrimary()) {
          sim.publish(this, chain);
        }
        deciding.onPersisted(chain);
      } else {
        deciding.onPersistFailed(chain);
      }
    }
    if (durable && replaced != null) {
      targets = with(replaced);
      deciding.onTargetForgotten(replaced.oldTarget);
    }
    if (!undurable.isEmpty()) {
      write();
    } else if (!durable && !chains.isEmpty()) {
      // Decided anew with the next tick; who waits for it goes on waiting.
      later(loop, incarnation, TICK_NS, this::writeWhatWaits);
    } else {
      List<Runnable> actions = List.copyOf(afterWriting);
      afterWriting.clear();
      actions.forEach(Runnable::run);
    }
  }

  private void writeWhatWaits() {
    if (membership != null && !afterWriting.isEmpty()) {
      write();
    }
  }

  @Override
  public void probe(int nodeId) {
    SimNode node = sim.node(nodeId);
    ClusterMembership asking = membership;
    later(
        loop,
        incarnation,
        loop.delay(100 * SimLoop.MICRO, 12 * SimLoop.MILLI),
        () -> {
          if (membership != asking || asking == null) {
            return;
          }
          boolean silent = sim.network.isCut(this, node) || sim.network.isCut(node, this);
          ProbeOutcome outcome =
              silent
                  ? ProbeOutcome.TIMEOUT
                  : node.up ? ProbeOutcome.ANSWERED : ProbeOutcome.REFUSED;
          asking.onProbe(nodeId, StoredNode.NO_INCARNATION, outcome, loop.nowNs());
        });
  }
}
