package io.luciola.craq;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTransition;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Mgmtd, as far as a chain can see: hears heartbeats, changes the chain, grants leases. */
final class SimManager extends SimNetwork.Party {

  static final long HEARTBEAT_NS = 8 * SimLoop.MILLI;

  /** Silence for so long is death. */
  static final long FAILURE_NS = 60 * SimLoop.MILLI;

  static final long LEASE_NS = FAILURE_NS / 2;

  private record Report(LocalTargetState state, int chainVersion, long heardNs, int life) {}

  private final Simulation sim;
  private final SimLoop loop;
  private final Map<Long, Report> reports = new HashMap<>();

  /** Targets of processes that are new: what they were before has to end first. */
  private final Set<Long> leaving = new HashSet<>();

  /** What the chain will be, once that is durable; null when nothing changes. */
  private @Nullable Chain pending;

  int changes;

  SimManager(Simulation sim) {
    this.sim = sim;
    this.loop = sim.loop;
  }

  void start() {
    loop.after(
        5 * SimLoop.MILLI,
        () -> {
          judge();
          start();
        });
  }

  /** Sends a node's heartbeat on its way. */
  void receive(SimNode node, int life, LocalTargetState state, int chainVersion) {
    long sentNs = loop.nowNs();
    sim.network.call(
        node,
        this,
        FAILURE_NS,
        answer -> {
          Report known = reports.get(node.targetId);
          if (known != null && known.life() > life) {
            return;
          }
          if (known != null && known.life() < life && !hasLeft(sim.chain, node.targetId)) {
            leaving.add(node.targetId);
          }
          reports.put(node.targetId, new Report(state, chainVersion, loop.nowNs(), life));
          judge();
          Chain now = sim.chain;
          answer.on(ReplicaStatus.OK, mayServe(node.targetId) ? LEASE_NS : 0, 0);
          answered.put(sentNs * 8 + node.targetId, now);
        },
        (status, leaseNs, length) -> {
          Chain then = answered.remove(sentNs * 8 + node.targetId);
          if (status == ReplicaStatus.OK) {
            node.onHeartbeatAnswered(sentNs + leaseNs, then);
          }
        });
  }

  private final Map<Long, Chain> answered = new HashMap<>();

  /** The process of a node has ended, and somebody has looked. */
  void onProcessGone(SimNode node, int life) {
    Report known = reports.get(node.targetId);
    if (known != null && known.life() <= life) {
      reports.put(
          node.targetId,
          new Report(LocalTargetState.OFFLINE, 0, loop.nowNs() + 1_000_000 * FAILURE_NS, life));
      judge();
    }
  }

  private void judge() {
    if (pending != null) {
      return;
    }
    Chain next = ChainTransition.next(sim.chain, this::stateOf);
    if (next.version() == sim.chain.version()) {
      return;
    }
    pending = next;
    loop.after(
        loop.delay(100 * SimLoop.MICRO, 5 * SimLoop.MILLI),
        () -> {
          pending = null;
          publish(next);
          judge();
        });
  }

  /** No lease for whoever is on the way out: a process before this one, or a target just judged. */
  private boolean mayServe(long targetId) {
    boolean goes = pending != null && sim.chain.isServing(targetId) && !pending.isServing(targetId);
    return !goes && !leaving.contains(targetId);
  }

  private LocalTargetState stateOf(long targetId) {
    Report report = reports.get(targetId);
    if (report == null) {
      return LocalTargetState.INVALID;
    }
    if (leaving.contains(targetId) || loop.nowNs() - report.heardNs() > FAILURE_NS) {
      return LocalTargetState.OFFLINE;
    }
    boolean stale = report.chainVersion() != sim.chain.version();
    return report.state() == LocalTargetState.UPTODATE && stale
        ? LocalTargetState.ONLINE
        : report.state();
  }

  private static boolean hasLeft(Chain chain, long targetId) {
    PublicTargetState state = chain.stateOf(targetId);
    return state == PublicTargetState.OFFLINE || state == PublicTargetState.LASTSRV;
  }

  private void publish(Chain next) {
    changes++;
    loop.trace(9, next.version(), next.hashCode());
    sim.chain = next;
    leaving.removeIf(target -> hasLeft(next, target));
    sim.eachNode(
        node ->
            loop.after(
                loop.delay(100 * SimLoop.MICRO, 30 * SimLoop.MILLI),
                () -> {
                  if (!sim.network.isCut(this, node)) {
                    node.onChain(next);
                  }
                }));
  }
}
