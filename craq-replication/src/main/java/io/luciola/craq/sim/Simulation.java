package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.craq.membership.MembershipOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A chain of one to four replicas with clients, and most of the time with two Mgmtds that change
 * it, in virtual time, on a network that loses connections, with nodes that crash; wholly
 * determined by its seed. First faults come as the seed says; then everything is healed, and must
 * come to rest: all targets serve, nothing is in progress, all replicas are equal, and what clients
 * saw is explained.
 *
 * <p>Belongs to one thread; many simulations may run in as many threads.
 */
public final class Simulation {

  /** How many of the clients' updates arrive once more, in every fourth seed. */
  private static final double STRAYS = 0.05;

  /** Two beats of the node's heart are lost before it is dead; leases are two thirds of that. */
  static final MembershipOptions MEMBERSHIP =
      new MembershipOptions(60 * SimLoop.MILLI, 3 * SimLoop.MILLI);

  private static final int MGMTDS = 2;

  final SimLoop loop;
  final SimNetwork network;
  final SimHistory history = new SimHistory();
  final SimRules rules;
  final int chunkCount;
  final long thinkNs;

  /** None where the chain's members are fixed. */
  final List<SimMgmtd> mgmtds = new ArrayList<>();

  /** Reads are of all modes, not only linearizable. */
  final boolean allReadModes;

  Chain chain;

  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);

  /** One seed in so many. */
  private static final int ENGINE_SEEDS = 25;

  final boolean usesEngine;
  private final int[] updating;
  private final long loadNs;
  private final @Nullable SimKv kv;
  private long nextValue;
  private int removedNode;
  private boolean losesNode;
  private int acknowledged;
  private int changes;

  /** By the rules. */
  public Simulation(long seed) {
    this(seed, new SimRules());
  }

  /**
   * Prepares the schedule of a seed.
   *
   * @param rules what the world does; planted bugs come in here
   */
  public Simulation(long seed, SimRules rules) {
    this.rules = rules;
    loop = new SimLoop(seed);
    network = new SimNetwork(loop, seed);
    int replicas = 1 + loop.random.nextInt(4);
    chunkCount = 1 + loop.random.nextInt(3);
    updating = new int[chunkCount];
    usesEngine = seed % ENGINE_SEEDS == 7;
    boolean synchronous = loop.random.nextBoolean();
    boolean drifting = loop.chance(0.5);
    for (int i = 1; i <= replicas; i++) {
      double rate = drifting ? 0.9 + loop.random.nextDouble() * 0.2 : 1;
      nodes.add(new SimNode(i, this, synchronous, rate));
    }
    chain = chainWithout(1, 0);
    if (replicas > 1 && loop.chance(0.75)) {
      kv = new SimKv(loop, chain);
      for (int i = 1; i <= MGMTDS; i++) {
        mgmtds.add(new SimMgmtd(this, kv, i));
      }
    } else {
      kv = null;
    }
    allReadModes = loop.chance(0.4);
    int clientCount = 1 + loop.random.nextInt(6);
    int operations = (15 + 30 * chunkCount) / clientCount;
    for (int i = 1; i <= clientCount; i++) {
      clients.add(new SimClient(this, i, operations));
    }
    thinkNs = (1L << loop.random.nextInt(6)) * SimLoop.MILLI;
    loadNs = operations * (thinkNs / 3 + 4 * SimLoop.MILLI);
    network.loss = loop.random.nextInt(4) * 0.01;
    network.strays = seed % 4 == 1 ? STRAYS : 0;
    network.strayArrived = () -> done(Fault.STRAY_UPDATE);
  }

  /** Writes what happens, event by event, while it runs. */
  public void traceTo(PrintWriter out) {
    loop.tellTo(out);
  }

  /** Runs it; returns what went wrong. */
  public List<String> run() {
    try {
      runAll();
    } finally {
      nodes.forEach(SimNode::close);
    }
    return List.copyOf(violations);
  }

  private void runAll() {
    nodes.forEach(node -> node.start(chain));
    mgmtds.forEach(SimMgmtd::start);
    clients.forEach(SimClient::start);
    int count = loop.random.nextInt(8);
    for (int i = 0; i < count; i++) {
      loop.at(loop.random.nextLong(loadNs), this::fault);
    }
    losesNode = mgmtds.isEmpty() && nodes.size() > 1 && loop.chance(0.3);
    if (losesNode) {
      loop.at(loadNs / 4 + loop.random.nextLong(loadNs / 2), this::loseNodeForGood);
    }
    loop.runUntil(loadNs);
    heal();
    for (int i = 0; i < 100 && !clients.stream().allMatch(SimClient::finished); i++) {
      loop.runUntil(loop.nowNs() + 50 * SimLoop.MILLI);
    }
    loop.runUntil(loop.nowNs() + 600 * SimLoop.MILLI);
    for (int i = 0; i < 100 && !mgmtds.isEmpty() && !isWhole(); i++) {
      loop.runUntil(loop.nowNs() + 50 * SimLoop.MILLI);
    }
    for (int i = 0; i < 100 && isDamaged(); i++) {
      nodes.forEach(SimNode::scrub);
      loop.runUntil(loop.nowNs() + 200 * SimLoop.MILLI);
    }
    verify();
  }

  /** Whether the nodes keep their chunks in real block engines, on devices that forget. */
  public boolean usesEngine() {
    return usesEngine;
  }

  /** Updates that clients were told are done. */
  public int acknowledged() {
    return acknowledged;
  }

  /** Versions of the chain that Mgmtd made. */
  public int chainChanges() {
    return changes;
  }

  /** What was done to it, and how often. */
  public Map<Fault, Integer> faults() {
    return Map.copyOf(faults);
  }

  /** How long it ran in its own time. */
  public long simulatedNs() {
    return loop.nowNs();
  }

  /** A hash of everything that happened: equal for equal seeds. */
  public long traceHash() {
    return loop.traceHash();
  }

  private boolean isWhole() {
    return chain.targets().size() == nodes.size()
        && nodes.stream().allMatch(node -> chain.isServing(node.targetId));
  }

  private SimNode anyNode() {
    return nodes.get(loop.random.nextInt(nodes.size()));
  }

  private SimMgmtd anyMgmtd() {
    return mgmtds.get(loop.random.nextInt(mgmtds.size()));
  }

  private void done(Fault fault) {
    faults.merge(fault, 1, Integer::sum);
    loop.tell("fault: %s", fault);
  }

  private void fault() {
    if (!mgmtds.isEmpty() && loop.chance(0.5)) {
      faultOfMembership();
    } else if (loop.chance(0.3)) {
      done(Fault.PARTITION);
      SimNode from = anyNode();
      SimNode to = anyNode();
      network.cut(from, to, loop.delay(SimLoop.MILLI, 200 * SimLoop.MILLI));
      if (loop.chance(0.5)) {
        network.cut(to, from, loop.delay(SimLoop.MILLI, 200 * SimLoop.MILLI));
      }
    } else if (mgmtds.isEmpty() && !losesNode && loop.chance(0.4)) {
      damageSomething();
    } else if (loop.chance(0.15)) {
      done(Fault.SLOW_NODE);
      SimNode node = anyNode();
      node.slowness = 1 + loop.random.nextInt(40);
      loop.after(loop.delay(SimLoop.MILLI, 300 * SimLoop.MILLI), () -> node.slowness = 1);
    } else if (loop.chance(0.1)) {
      done(Fault.CRASH_OF_ALL);
      nodes.forEach(this::crashForAwhile);
    } else {
      done(Fault.CRASH);
      crashForAwhile(anyNode());
    }
  }

  /** One replica's copy of a chunk, as long as another one has a good copy for good. */
  private void damageSomething() {
    SimNode victim = anyNode();
    for (long lo : victim.store.chunks()) {
      if (victim.store.canRot()
          && nodes.size() > 1
          && nodes.stream().noneMatch(node -> node.store.isRotten(lo))) {
        done(Fault.BIT_ROT);
        victim.store.rot(lo);
        return;
      }
    }
  }

  private boolean isDamaged() {
    return nodes.stream().anyMatch(node -> !node.store.rotten().isEmpty());
  }

  private void faultOfMembership() {
    switch (loop.random.nextInt(11)) {
      case 0, 1 -> {
        done(Fault.PARTITION_FROM_MGMTD);
        SimNode node = anyNode();
        for (SimMgmtd mgmtd : mgmtds) {
          network.cut(node, mgmtd, loop.delay(SimLoop.MILLI, 300 * SimLoop.MILLI));
          if (loop.chance(0.7)) {
            network.cut(mgmtd, node, loop.delay(SimLoop.MILLI, 300 * SimLoop.MILLI));
          }
        }
      }
      case 2 -> {
        done(Fault.MGMTD_CRASH);
        SimMgmtd mgmtd = anyMgmtd();
        if (mgmtd.up) {
          mgmtd.crash();
          loop.after(
              loop.delay(SimLoop.MILLI, 150 * SimLoop.MILLI),
              () -> {
                if (!mgmtd.up) {
                  mgmtd.start();
                }
              });
        }
      }
      case 3 -> {
        done(Fault.MGMTD_CUT_FROM_STORE);
        kv.cut(anyMgmtd(), loop.delay(10 * SimLoop.MILLI, 200 * SimLoop.MILLI));
      }
      case 4 -> {
        done(Fault.SUSPICION);
        int node = anyNode().nodeId;
        mgmtds.forEach(mgmtd -> mgmtd.suspect(node));
      }
      case 5 -> {
        done(Fault.TAKEN_OFFLINE);
        long target = anyNode().targetId;
        mgmtds.forEach(mgmtd -> mgmtd.takeOffline(target));
      }
      case 6 -> disableForAwhile(anyNode().nodeId);
      case 7 -> {
        if (mgmtds.stream().anyMatch(SimMgmtd::shutDown)) {
          done(Fault.SHUT_DOWN);
          for (SimNode node : nodes) {
            loop.after(
                loop.delay(20 * SimLoop.MILLI, 200 * SimLoop.MILLI), () -> crashForAwhile(node));
          }
        }
      }
      case 8 -> reopenDisk(anyNode());
      case 9 -> replaceDisk(anyNode());
      default -> {
        SimNode node = anyNode();
        if (node.up && !node.diskFailed) {
          done(Fault.DISK_FAILURE);
          node.failDisk();
          loop.after(
              loop.delay(20 * SimLoop.MILLI, 200 * SimLoop.MILLI),
              () -> {
                if (node.up && node.diskFailed) {
                  crashForAwhile(node);
                }
              });
        }
      }
    }
  }

  private void reopenDisk(SimNode node) {
    if (node.up && !node.diskFailed) {
      done(Fault.DISK_REOPENED);
      node.failDisk();
      loop.after(
          loop.delay(SimLoop.MILLI, 100 * SimLoop.MILLI),
          () -> {
            if (node.diskFailed) {
              loop.tell("the disk of node %d is opened anew", node.nodeId);
              node.reopenDisk();
            }
          });
    }
  }

  private void replaceDisk(SimNode node) {
    if (node.awayTarget() == Chain.NO_TARGET) {
      done(Fault.DISK_REPLACED);
      if (loop.chance(0.5)) {
        crashForAwhile(node);
      }
      node.changeDisk();
      loop.tell("target %d is gone, node %d has %d", node.awayTarget(), node.nodeId, node.targetId);
      loop.after(loop.delay(SimLoop.MILLI, 60 * SimLoop.MILLI), () -> replaceTarget(node));
    }
  }

  /** An operator tries until it is done, or the chain needs the disk that is gone. */
  private void replaceTarget(SimNode node) {
    long lost = node.awayTarget();
    if (chain.stateOf(node.targetId) != PublicTargetState.INVALID) {
      node.forgetAway();
    } else if (mgmtds.stream().anyMatch(mgmtd -> mgmtd.needs(lost))) {
      loop.tell("target %d is found again", lost);
      node.bringBack();
    } else {
      mgmtds.forEach(mgmtd -> mgmtd.replace(lost, node.nodeId, node.targetId));
      loop.after(loop.delay(5 * SimLoop.MILLI, 60 * SimLoop.MILLI), () -> replaceTarget(node));
    }
  }

  private void disableForAwhile(int nodeId) {
    if (mgmtds.stream().anyMatch(mgmtd -> mgmtd.disable(nodeId, true))) {
      done(Fault.NODE_DISABLED);
      loop.after(loop.delay(20 * SimLoop.MILLI, 300 * SimLoop.MILLI), () -> enableInTheEnd(nodeId));
    }
  }

  private void enableInTheEnd(int nodeId) {
    if (mgmtds.stream().noneMatch(mgmtd -> mgmtd.disable(nodeId, false))) {
      loop.after(20 * SimLoop.MILLI, () -> enableInTheEnd(nodeId));
    }
  }

  private void crashForAwhile(SimNode node) {
    if (node.up && node.nodeId != removedNode) {
      node.crash();
      if (!mgmtds.isEmpty() && loop.chance(0.5)) {
        loop.after(
            loop.delay(SimLoop.MILLI, 20 * SimLoop.MILLI),
            () -> mgmtds.forEach(mgmtd -> mgmtd.suspect(node.nodeId)));
      }
      loop.trace(8, node.nodeId, 0);
      loop.tell("node %d crashes", node.nodeId);
      loop.after(
          loop.delay(SimLoop.MILLI, 150 * SimLoop.MILLI),
          () -> {
            if (!node.up && node.nodeId != removedNode) {
              loop.tell("node %d starts", node.nodeId);
              node.start(chain);
            }
          });
    }
  }

  private void loseNodeForGood() {
    SimNode lost = anyNode();
    done(Fault.LOSS_FOR_GOOD);
    removedNode = lost.nodeId;
    if (lost.up) {
      lost.crash();
    }
    loop.after(
        loop.delay(10 * SimLoop.MILLI, 100 * SimLoop.MILLI),
        () -> {
          chain = chainWithout(2, removedNode);
          for (SimNode node : nodes) {
            loop.after(loop.delay(0, 40 * SimLoop.MILLI), () -> node.onChain(chain));
          }
        });
  }

  private void heal() {
    loop.tell("everything is healed");
    network.heal();
    if (kv != null) {
      kv.heal();
    }
    for (SimMgmtd mgmtd : mgmtds) {
      if (!mgmtd.up) {
        mgmtd.start();
      }
      mgmtd.enableAll();
    }
    for (SimNode node : nodes) {
      node.healthy = true;
      node.slowness = 1;
      if (node.up && node.diskFailed) {
        node.crash();
      }
      if (!node.up && node.nodeId != removedNode) {
        node.start(chain);
      }
    }
  }

  /** Mgmtd shows a version of the chain. */
  void publish(SimMgmtd by, Chain next) {
    changes++;
    loop.trace(9, next.version(), next.hashCode());
    loop.tell("%s", next);
    if (next.version() <= chain.version()) {
      violation("version " + next.version() + " of the chain is shown after " + chain.version());
    }
    for (ChainTarget place : chain.targets()) {
      long target = place.targetId();
      boolean leaves = chain.isServing(target) && !next.isServing(target);
      if (leaves && node(target).couldServe(target)) {
        violation("target " + target + " is out and still serves: " + next);
      }
    }
    chain = next;
    for (SimNode node : nodes) {
      int life = node.incarnation;
      loop.after(
          loop.delay(100 * SimLoop.MICRO, 30 * SimLoop.MILLI),
          () -> {
            // A process that has begun since asks for itself.
            if (node.incarnation == life && !network.isCut(by, node)) {
              node.onChain(next);
            }
          });
    }
  }

  void onAcknowledged() {
    acknowledged++;
  }

  private void verify() {
    List<SimNode> serving = nodes.stream().filter(n -> chain.isServing(n.targetId)).toList();
    if (!mgmtds.isEmpty() && !isWhole()) {
      violations.add("the chain does not become whole: " + chain);
    }
    if (serving.isEmpty()) {
      return;
    }
    for (SimNode node : serving) {
      String leftovers = node.leftovers();
      if (leftovers != null) {
        violations.add(leftovers);
      }
      if (!node.store.rotten().isEmpty()) {
        violations.add("target " + node.targetId + " stays corrupt: " + node.store.rotten());
      }
      ChunkStat stat = new ChunkStat();
      for (long lo : node.store.chunks()) {
        node.store.stat(lo, stat);
        if (stat.pendingVersion != 0) {
          violations.add("target " + node.targetId + ": chunk " + lo + " is still dirty");
        }
      }
      if (!content(node).equals(content(serving.getFirst()))) {
        violations.add("replicas differ: " + content(serving.getFirst()) + " and " + content(node));
      }
    }
    for (long lo = 0; lo < chunkCount; lo++) {
      long chunk = lo;
      serving
          .getFirst()
          .store
          .read(
              lo, 0, (status, content, version) -> history.finalRead(chunk, loop.nowNs(), content));
    }
    loop.runUntil(loop.nowNs() + 100 * SimLoop.MILLI);
    violations.addAll(history.violations());
  }

  private static Map<Long, String> content(SimNode node) {
    Map<Long, String> result = new TreeMap<>();
    ChunkStat stat = new ChunkStat();
    for (long lo : node.store.chunks()) {
      node.store.stat(lo, stat);
      result.put(
          lo,
          stat.committedVersion
              + "="
              + Long.toHexString(stat.committedDigest)
              + "/"
              + stat.committedLengthBytes);
    }
    return result;
  }

  private Chain chainWithout(int version, int nodeId) {
    return new Chain(
        7,
        version,
        nodes.stream()
            .map(
                node ->
                    new ChainTarget(
                        node.targetId,
                        node.nodeId == nodeId
                            ? PublicTargetState.OFFLINE
                            : PublicTargetState.SERVING))
            .toList());
  }

  /** The node that has, or had, a target; nodes have the numbers of their first ones. */
  SimNode node(long targetId) {
    return nodes.get(SimNode.nodeOf(targetId) - 1);
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
