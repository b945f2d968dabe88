package io.luciola.craq;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A chain of one to four replicas with clients, a network that loses connections, and nodes that
 * crash; wholly determined by its seed.
 */
final class Simulation {

  /** What is wrong with the world on purpose. */
  record Plant(SimNode.ReplicaFactory replicas, boolean brokenDisks, boolean clientsMarkRepeats) {
    static final Plant NONE = new Plant(ChainReplica::new, false, true);
  }

  final SimLoop loop;
  final SimNetwork network;
  final SimHistory history = new SimHistory();
  final int chunkCount;
  final long thinkNs;

  /** Null where the chain's members are fixed. */
  final SimManager manager;

  Chain chain;
  int acknowledged;
  int crashes;

  private final Plant plant;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final int[] updating;
  private final long loadNs;
  private long nextValue;
  private long removedTarget;

  Simulation(long seed, Plant plant) {
    this.plant = plant;
    loop = new SimLoop(seed);
    network = new SimNetwork(loop);
    int replicas = 1 + loop.random.nextInt(4);
    chunkCount = 1 + loop.random.nextInt(3);
    updating = new int[chunkCount];
    boolean synchronous = loop.random.nextBoolean();
    for (int i = 1; i <= replicas; i++) {
      nodes.add(new SimNode(i, this, plant.replicas(), synchronous));
    }
    chain = chainWithout(1, 0);
    manager = replicas > 1 && loop.chance(0.7) ? new SimManager(this) : null;
    int clientCount = 1 + loop.random.nextInt(6);
    int operations = (15 + 30 * chunkCount) / clientCount;
    for (int i = 1; i <= clientCount; i++) {
      clients.add(new SimClient(this, i, operations, plant.clientsMarkRepeats()));
    }
    thinkNs = (1L << loop.random.nextInt(6)) * SimLoop.MILLI;
    loadNs = operations * (thinkNs / 3 + 4 * SimLoop.MILLI);
    network.loss = loop.random.nextInt(4) * 0.01;
  }

  /** Runs it; returns what went wrong. */
  List<String> run() {
    nodes.forEach(node -> node.start(chain));
    if (manager != null) {
      manager.start();
    }
    clients.forEach(SimClient::start);
    int faults = loop.random.nextInt(8);
    for (int i = 0; i < faults; i++) {
      loop.at(loop.random.nextLong(loadNs), this::fault);
    }
    if (manager == null && nodes.size() > 1 && loop.chance(0.3)) {
      loop.at(loadNs / 4 + loop.random.nextLong(loadNs / 2), this::loseNodeForGood);
    }
    loop.runUntil(loadNs);
    heal();
    for (int i = 0; i < 100 && !clients.stream().allMatch(SimClient::finished); i++) {
      loop.runUntil(loop.nowNs() + 50 * SimLoop.MILLI);
    }
    loop.runUntil(loop.nowNs() + 600 * SimLoop.MILLI);
    for (int i = 0; i < 100 && manager != null && !isWhole(); i++) {
      loop.runUntil(loop.nowNs() + 50 * SimLoop.MILLI);
    }
    verify();
    return violations;
  }

  private boolean isWhole() {
    return nodes.stream().allMatch(node -> chain.isServing(node.targetId));
  }

  private void fault() {
    SimNode node = nodes.get(loop.random.nextInt(nodes.size()));
    if (manager != null && loop.chance(0.4)) {
      network.cut(node, manager, loop.delay(SimLoop.MILLI, 300 * SimLoop.MILLI));
      if (loop.chance(0.7)) {
        network.cut(manager, node, loop.delay(SimLoop.MILLI, 300 * SimLoop.MILLI));
      }
    } else if (loop.chance(0.4)) {
      SimNode other = nodes.get(loop.random.nextInt(nodes.size()));
      network.cut(node, other, loop.delay(SimLoop.MILLI, 200 * SimLoop.MILLI));
    } else if (loop.chance(0.1)) {
      nodes.forEach(this::crashForAwhile);
    } else {
      crashForAwhile(node);
    }
  }

  private void crashForAwhile(SimNode node) {
    if (node.up && node.targetId != removedTarget) {
      crashes++;
      int life = node.incarnation;
      node.crash(plant.brokenDisks());
      if (manager != null && loop.chance(0.5)) {
        loop.after(
            loop.delay(SimLoop.MILLI, 20 * SimLoop.MILLI),
            () -> {
              if (!node.up) {
                manager.onProcessGone(node, life);
              }
            });
      }
      loop.trace(8, node.targetId, crashes);
      loop.after(
          loop.delay(SimLoop.MILLI, 150 * SimLoop.MILLI),
          () -> {
            if (!node.up && node.targetId != removedTarget) {
              node.start(chain);
            }
          });
    }
  }

  private void loseNodeForGood() {
    SimNode lost = nodes.get(loop.random.nextInt(nodes.size()));
    removedTarget = lost.targetId;
    if (lost.up) {
      lost.crash(false);
    }
    loop.after(
        loop.delay(10 * SimLoop.MILLI, 100 * SimLoop.MILLI),
        () -> {
          chain = chainWithout(2, removedTarget);
          for (SimNode node : nodes) {
            loop.after(loop.delay(0, 40 * SimLoop.MILLI), () -> node.onChain(chain));
          }
        });
  }

  private void heal() {
    network.heal();
    for (SimNode node : nodes) {
      node.healthy = true;
      if (!node.up && node.targetId != removedTarget) {
        node.start(chain);
      }
    }
  }

  private void verify() {
    List<SimNode> serving = nodes.stream().filter(n -> chain.isServing(n.targetId)).toList();
    if (manager != null && serving.size() < nodes.size()) {
      violations.add("the chain does not become whole: " + chain);
    }
    if (serving.isEmpty()) {
      return;
    }
    for (SimNode node : serving) {
      violations.addAll(node.leftovers());
      for (long lo : new TreeSet<>(node.store.chunks().keySet())) {
        if (node.store.chunks().get(lo).pendingVersion != 0) {
          violations.add("target " + node.targetId + ": chunk " + lo + " is still dirty");
        }
      }
      if (!content(node).equals(content(serving.getFirst()))) {
        violations.add("replicas differ: " + content(serving.getFirst()) + " and " + content(node));
      }
    }
    for (long lo = 0; lo < chunkCount; lo++) {
      SimStore.Chunk last = serving.getFirst().store.chunks().get(lo);
      long seen = last == null ? SimContent.ABSENT : last.committed;
      history.read(lo, 0, loop.nowNs(), loop.nowNs(), seen);
    }
    violations.addAll(history.violations());
  }

  private static Map<Long, String> content(SimNode node) {
    Map<Long, String> result = new TreeMap<>();
    node.store
        .chunks()
        .forEach((lo, chunk) -> result.put(lo, chunk.committedVersion + "=" + chunk.committed));
    return result;
  }

  private Chain chainWithout(int version, long targetId) {
    return new Chain(
        7,
        version,
        nodes.stream()
            .map(
                node ->
                    new ChainTarget(
                        node.targetId,
                        node.targetId == targetId
                            ? PublicTargetState.OFFLINE
                            : PublicTargetState.SERVING))
            .toList());
  }

  SimNode node(long targetId) {
    return nodes.get((int) targetId - 1);
  }

  void eachNode(Consumer<SimNode> action) {
    nodes.forEach(action);
  }

  /** 0 when none serves. */
  long anyServing(Chain known) {
    List<ChainTarget> targets =
        known.targets().stream().filter(t -> known.isServing(t.targetId())).toList();
    if (targets.isEmpty()) {
      return Chain.NO_TARGET;
    }
    return targets.get(loop.random.nextInt(targets.size())).targetId();
  }

  long uniqueValue() {
    return ++nextValue;
  }

  /** Whether an update may begin: removing wants the chunk for itself. */
  boolean beginUpdate(long chunk, boolean alone) {
    if (updating[(int) chunk] < 0 || (alone && updating[(int) chunk] > 0)) {
      return false;
    }
    updating[(int) chunk] += alone ? -1 : 1;
    return true;
  }

  void endUpdate(long chunk, boolean alone) {
    updating[(int) chunk] += alone ? 1 : -1;
  }

  void violation(String what) {
    violations.add(what);
  }
}
