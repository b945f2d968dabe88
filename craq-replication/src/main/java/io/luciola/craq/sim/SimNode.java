package io.luciola.craq.sim;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.craq.NodeLease;
import io.luciola.craq.ReadOp;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;
import io.luciola.craq.membership.ReportedTarget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node with one disk and one target on it: its process, what it says to the Mgmtds, its lease,
 * and what becomes of its disk.
 */
final class SimNode extends SimNetwork.Party {

  /** A disk that was taken away, and the target on it. */
  private record Away(long targetId, SimStore store) {}

  private static final long HEARTBEAT_NS = Simulation.MEMBERSHIP.failureTimeoutNs() / 8;
  private static final long CALL_NS = Simulation.MEMBERSHIP.failureTimeoutNs();

  /** Ids of the targets that take one another's place on a node are so far apart. */
  private static final int NEXT_TARGET = 10;

  final int nodeId;

  /** Of the target on the disk that is in. */
  long targetId;

  SimStore store;
  boolean healthy;

  /** Nothing can be had from its disk until that is opened anew. */
  boolean diskFailed;

  /** How much longer the engine takes than usual. */
  int slowness = 1;

  /** What it holds in this life; null until it knows a chain with a target that it has. */
  private @Nullable SimTarget target;

  /** Targets of the chain that it did not have, and has said so. */
  private final Set<Long> missed = new HashSet<>();

  private @Nullable Away away;
  private final Simulation sim;
  private final SimLoop loop;
  private final double clockRate;
  private final boolean synchronous;
  private final Map<String, Long> versionsOfWriters = new HashMap<>();
  private @Nullable Chain chain;
  private NodeLease lease;
  private long process;
  private long heartbeats;

  /** Of the primary, as far as it is known. */
  private long term;

  private int ticket;

  private boolean registered;
  private int mgmtd;
  private long grantedUntilNs;
  private int grantedUnder;

  /** What was granted for an earlier heartbeat was granted without the target that it has now. */
  private long leaseSinceNs;

  SimNode(int nodeId, Simulation sim, boolean synchronous, double clockRate) {
    this.nodeId = nodeId;
    this.targetId = nodeId;
    this.sim = sim;
    this.loop = sim.loop;
    this.clockRate = clockRate;
    this.synchronous = synchronous;
    this.store = newStore();
  }

  /** The node that has, or had, a target. */
  static int nodeOf(long targetId) {
    return (int) (targetId % NEXT_TARGET);
  }

  private SimStore newStore() {
    return sim.usesEngine
        ? new EngineStore(loop, targetId, this::clockNs)
        : new ModelStore(
            loop, action -> afterAwhile(incarnation, action), sim.rules.preparesAreDurable());
  }

  /** The node's own clock. */
  long clockNs() {
    return (long) (loop.nowNs() * clockRate);
  }

  long toClock(long timeNs) {
    return clockNs() + timeNs - loop.nowNs();
  }

  long fromClock(long clockTimeNs) {
    return loop.nowNs() + clockTimeNs - clockNs();
  }

  /** Starts a new process. */
  void start(Chain current) {
    up = true;
    diskFailed = false;
    process = loop.random.nextLong(1, Long.MAX_VALUE);
    registered = false;
    heartbeats = 0;
    term = 0;
    ticket = 0;
    grantedUntilNs = 0;
    leaseSinceNs = 0;
    if (sim.mgmtds.isEmpty()) {
      lease = NodeLease.unlimited();
      live();
      later(loop, incarnation, loop.delay(0, 3 * SimLoop.MILLI), () -> onChain(current));
    } else {
      lease = sim.rules.lease();
      live();
    }
  }

  private void live() {
    incarnation++;
    chain = null;
    target = null;
    missed.clear();
    tick(incarnation);
    if (!sim.mgmtds.isEmpty()) {
      talk(incarnation);
    }
  }

  /** Heartbeats go out whether or not the last one was answered. */
  private void talk(int life) {
    later(
        loop,
        life,
        loop.delay(SimLoop.MILLI, 2 * HEARTBEAT_NS),
        () -> {
          if (registered) {
            beat();
          } else {
            register();
          }
          talk(life);
        });
  }

  private void register() {
    SimMgmtd asked = sim.mgmtds.get(mgmtd);
    long sender = process;
    long inTerm = term;
    int withTicket = ticket;
    sim.network.callWithStrays(
        this,
        asked,
        CALL_NS,
        answer -> asked.register(nodeId, sender, inTerm, withTicket, answer),
        (status, value, length) -> {
          registered |= status == ReplicaStatus.OK;
          if (status == SimMgmtd.OTHER_TERM) {
            term = Math.max(term, value);
            ticket = length;
          } else if (status != ReplicaStatus.OK) {
            leave(asked);
          }
        });
  }

  private void beat() {
    SimMgmtd asked = sim.mgmtds.get(mgmtd);
    List<ReportedTarget> reports = reports();
    long sender = process;
    long sequence = ++heartbeats;
    long inTerm = term;
    long sentNs = clockNs();
    sim.network.callWithStrays(
        this,
        asked,
        CALL_NS,
        answer -> asked.heartbeat(nodeId, sender, inTerm, sequence, reports, answer),
        (status, value, newestVersion) -> {
          if (status == SimMgmtd.OTHER_TERM) {
            if (value > term) {
              term = value;
              beat();
            }
          } else if (status == ReplicaStatus.OK || status == SimMgmtd.WITHDRAW) {
            if (status == SimMgmtd.WITHDRAW) {
              withdraw(reports);
            }
            onHeard(asked, sentNs, value, newestVersion);
          } else {
            leave(asked);
          }
        });
  }

  /** Asks the next one from now on, unless that was done already. */
  private void leave(SimMgmtd asked) {
    if (sim.mgmtds.get(mgmtd) == asked) {
      mgmtd = (mgmtd + 1) % sim.mgmtds.size();
    }
  }

  private List<ReportedTarget> reports() {
    Chain current = chain;
    if (current == null) {
      return List.of();
    }
    return current.targets().stream()
        .map(ChainTarget::targetId)
        .filter(id -> nodeOf(id) == nodeId)
        .map(id -> report(id, current))
        .toList();
  }

  private ReportedTarget report(long id, Chain current) {
    SimTarget held = hosted(id);
    if (held == null) {
      return new ReportedTarget(id, LocalTargetState.OFFLINE, current.version());
    }
    int version = sim.rules.reportedVersion(held.replica, sim.chain);
    return new ReportedTarget(id, held.reportedState(), version);
  }

  /** Stops with its target, if it is one of these still. */
  private void withdraw(List<ReportedTarget> told) {
    SimTarget now = target;
    if (now != null && told.stream().anyMatch(report -> report.targetId() == now.targetId)) {
      sim.rules.withdraw(now.replica);
    }
  }

  private void onHeard(SimMgmtd asked, long sentNs, long leaseNs, int newestVersion) {
    if (leaseNs > 0 && sentNs > leaseSinceNs) {
      grantedUntilNs = sim.rules.leaseBeginNs(sentNs, clockNs()) + leaseNs;
      grantedUnder = newestVersion;
      countLease();
    }
    if (chain == null || chain.version() < newestVersion) {
      sim.network.call(
          this,
          asked,
          CALL_NS,
          answer -> {
            Chain newest = asked.shown();
            onItsWay.put(newest.version(), newest);
            answer.on(ReplicaStatus.OK, 0, newest.version());
          },
          (status, value, version) -> {
            if (status == ReplicaStatus.OK) {
              onChain(onItsWay.get(version));
            }
          });
    }
  }

  private final Map<Integer, Chain> onItsWay = new HashMap<>();

  private void countLease() {
    if (chain != null && chain.version() >= grantedUnder) {
      lease.extendTo(grantedUntilNs);
    }
  }

  /** Whether it would answer readers of a target now, as one that serves in a chain. */
  boolean couldServe(long asked) {
    SimTarget serving = hosted(asked);
    return up
        && serving != null
        && !serving.isClosed()
        && chain != null
        && chain.isServing(asked)
        && serving.replica.localState() != LocalTargetState.OFFLINE
        && lease.holds(clockNs());
  }

  /** The target as the node has it now; null when it does not. */
  @Nullable SimTarget hosted(long asked) {
    return target != null && target.targetId == asked ? target : null;
  }

  // ---- its disk

  /** The disk fails, what was not durable may be lost; the process and its connections live on. */
  void failDisk() {
    diskFailed = true;
    store.crash(false);
    if (target != null) {
      target.close();
    }
  }

  /** The disk is opened anew, in the same process. */
  void reopenDisk() {
    diskFailed = false;
    follow();
  }

  /** The disk is taken away, and an empty one with a new target comes in. */
  void changeDisk() {
    if (up && !diskFailed) {
      failDisk();
    }
    away = new Away(targetId, store);
    targetId += NEXT_TARGET;
    store = newStore();
    diskFailed = false;
  }

  /** The target on the disk that was taken away; {@link Chain#NO_TARGET} when none was. */
  long awayTarget() {
    return away == null ? Chain.NO_TARGET : away.targetId;
  }

  /** The disk that was taken away does not come back. */
  void forgetAway() {
    away.store.close();
    away = null;
  }

  /** The disk that was taken away takes its place again. */
  void bringBack() {
    store.close();
    targetId = away.targetId;
    store = away.store;
    away = null;
    reopenDisk();
  }

  /** Gives back what it has; it is not used any more. */
  void close() {
    store.close();
    if (away != null) {
      away.store.close();
    }
  }

  void onChain(Chain newer) {
    if (!up || (chain != null && newer.version() <= chain.version())) {
      return;
    }
    chain = newer;
    follow();
    countLease();
  }

  /** Holds what the chain gives it on the disk that is in, as {@code TargetHosting} does. */
  private void follow() {
    Chain current = chain;
    if (!up || current == null) {
      return;
    }
    boolean given = current.stateOf(targetId) != PublicTargetState.INVALID;
    if (given && !diskFailed && mayBegin(current)) {
      begin();
    }
    for (ChainTarget place : current.targets()) {
      long id = place.targetId();
      if (nodeOf(id) == nodeId && hosted(id) == null) {
        missed.add(id);
      }
    }
    if (target != null) {
      target.onChain(current);
    }
  }

  private void begin() {
    SimTarget former = hosted(targetId);
    boolean wasSaidOffline = missed.remove(targetId) || former != null;
    if (wasSaidOffline && !sim.rules.leaseOutlivesDisk()) {
      lease = sim.rules.lease();
      leaseSinceNs = clockNs();
      grantedUntilNs = 0;
    }
    if (former != null && sim.rules.keepsReplicaOfFailedDisk()) {
      former.goOn();
      return;
    }
    loop.tell("node %d holds target %d", nodeId, targetId);
    target = new SimTarget(this, targetId, store, lease, sim);
  }

  /**
   * Who has said that it does not have a target, or that its disk has failed, waits until the chain
   * goes on without it: a lease may still hold that was granted before.
   */
  private boolean mayBegin(Chain current) {
    SimTarget former = hosted(targetId);
    if (former == null && !missed.contains(targetId)) {
      return true;
    }
    boolean closed = former == null || former.isClosed();
    return closed && sim.rules.mayBeOpenedAnew(current.stateOf(targetId));
  }

  void crash() {
    up = false;
    store.crash(sim.rules.losesDurableRecords());
    if (!sim.rules.keepsPending()) {
      store.discardAllPending();
    }
    sim.network.hangUp(this);
  }

  private void tick(int life) {
    later(
        loop,
        life,
        5 * SimLoop.MILLI,
        () -> {
          if (target != null) {
            target.replica.onTick(clockNs());
          }
          tick(life);
        });
  }

  // ---- what arrives

  void receiveUpdate(long asked, UpdateOp message, long data, SimNetwork.Answer answer) {
    SimTarget at = hosted(asked);
    if (at == null) {
      answer.on(EngineStatus.NO_SUCH_TARGET, 0, 0);
    } else {
      at.receiveUpdate(message, data, answer);
    }
  }

  void receiveRead(long asked, ReadOp message, SimNetwork.Answer answer) {
    SimTarget at = hosted(asked);
    if (at == null) {
      answer.on(EngineStatus.NO_SUCH_TARGET, 0, 0);
    } else {
      at.receiveRead(message, answer);
    }
  }

  /** An update was committed here. */
  void onDone(String writer, long version) {
    Long earlier = versionsOfWriters.putIfAbsent(writer, version);
    if (earlier != null && earlier != version) {
      sim.violation("update " + writer + " was done as " + earlier + " and as " + version);
    }
  }

  /** Answers of the engine come later, or (in some seeds) at times before the call returns. */
  void afterAwhile(int life, Runnable action) {
    if (synchronous && loop.chance(0.3)) {
      action.run();
    } else {
      later(loop, life, slowness * loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI), action);
    }
  }

  /** Looks over all chunks, as the scrub does. */
  void scrub() {
    if (target != null) {
      target.scrub();
    }
  }

  /** What its replica must not own at rest; null when that is nothing. */
  @Nullable String leftovers() {
    return target == null ? null : target.leftovers();
  }
}
