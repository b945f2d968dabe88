package io.luciola.craq.sim;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.craq.membership.StoredNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The key-value store that Mgmtds share: who is the primary, the chain, the nodes' processes. */
final class SimKv {

  /** How long a primary may act after the sending of its last renewal. */
  static final long LEASE_NS = 24 * SimLoop.MILLI;

  private final SimLoop loop;

  /** The target of each node. */
  private Map<Integer, Long> targets = new TreeMap<>();

  private final Map<Integer, Long> processes = new TreeMap<>();
  private final Map<Integer, Long> stopped = new TreeMap<>();
  private final Set<Integer> disabled = new TreeSet<>();
  private final Map<SimMgmtd, Long> cutUntilNs = new java.util.HashMap<>();
  private int holder;
  Chain chain;
  long term;
  long renewals;

  SimKv(SimLoop loop, Chain first) {
    this.loop = loop;
    this.chain = first;
    for (ChainTarget target : first.targets()) {
      int node = SimNode.nodeOf(target.targetId());
      targets.put(node, target.targetId());
      processes.put(node, StoredNode.NO_INCARNATION);
    }
  }

  boolean isReachableFrom(SimMgmtd mgmtd) {
    return loop.nowNs() >= cutUntilNs.getOrDefault(mgmtd, 0L);
  }

  void cut(SimMgmtd mgmtd, long durationNs) {
    cutUntilNs.put(mgmtd, loop.nowNs() + durationNs);
  }

  void heal() {
    cutUntilNs.clear();
    disabled.clear();
  }

  boolean isHeldBy(int mgmtd, long heldTerm) {
    return holder == mgmtd && term == heldTerm;
  }

  boolean renew(int mgmtd, long heldTerm) {
    if (!isHeldBy(mgmtd, heldTerm)) {
      return false;
    }
    renewals++;
    return true;
  }

  /** The new term. */
  long take(int mgmtd) {
    holder = mgmtd;
    renewals++;
    return ++term;
  }

  /** In one step. */
  void store(Chain next, Map<Integer, Long> targetsOfNodes) {
    chain = next;
    targets = targetsOfNodes;
  }

  /** The target of each node. */
  Map<Integer, Long> targets() {
    return targets;
  }

  boolean register(int mgmtd, long heldTerm, int nodeId, long process) {
    if (!isHeldBy(mgmtd, heldTerm)) {
      return false;
    }
    processes.put(nodeId, process);
    return true;
  }

  long processOf(int nodeId) {
    return processes.getOrDefault(nodeId, StoredNode.NO_INCARNATION);
  }

  void disable(int nodeId, boolean nowDisabled) {
    if (nowDisabled) {
      disabled.add(nodeId);
    } else {
      disabled.remove(nodeId);
    }
  }

  /** The processes that run now are not to be counted on any more. */
  void stopAll() {
    stopped.putAll(processes);
  }

  List<StoredNode> nodes() {
    List<StoredNode> nodes = new ArrayList<>();
    processes.forEach(
        (node, process) ->
            nodes.add(
                new StoredNode(
                    node,
                    process,
                    List.of(targets.get(node)),
                    disabled.contains(node),
                    stopped.getOrDefault(node, StoredNode.NO_INCARNATION))));
    return nodes;
  }
}
