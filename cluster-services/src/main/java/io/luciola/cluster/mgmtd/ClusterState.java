package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.routing.TargetPlacement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing map and its changes, while this Mgmtd is the primary. Every change is durable before
 * anyone sees it, and raises the version once a chain table exists. Safe for any number of threads;
 * who only reads never waits for the store.
 */
final class ClusterState {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterState.class);

  private final RoutingStore store;
  private final FirstPlacement placement;

  /** Held while a change is made durable. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Held while a change is shown. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final RoutingChanges changes;
  private volatile RoutingMap map;
  private boolean closed;

  ClusterState(RoutingStore store, FirstPlacement placement) {
    this.store = store;
    this.placement = placement;
    RoutingMap stored = store.load();
    long version = stored.getVersion() == 0 ? 0 : stored.getVersion() + 1;
    this.map = stored.toBuilder().setVersion(version).build();
    store.save(
        RoutingDiff.between(stored, map),
        version); // nobody has this version: it marks the new primary
    this.changes = new RoutingChanges(version);
  }

  RoutingMap map() {
    return map;
  }

  /** The failure timeout of a term that begins. */
  FailureTimeout failureTimeout(long timeoutNs, long nowNs) {
    long grantedBeforeNs = store.loadFailureTimeoutNs();
    if (timeoutNs > grantedBeforeNs) {
      store.saveFailureTimeoutNs(timeoutNs);
    }
    return new FailureTimeout(Math.max(timeoutNs, grantedBeforeNs), timeoutNs, nowNs);
  }

  /** Makes durable by which failure timeout leases may be held. */
  void saveFailureTimeoutNs(long timeoutNs) {
    store.saveFailureTimeoutNs(timeoutNs);
  }

  /** Does several changes without one of another thread in between. */
  <T> T alone(Supplier<T> steps) {
    writing.lock();
    try {
      return steps.get();
    } finally {
      writing.unlock();
    }
  }

  /** A node as the map has it; null when it never registered. */
  @Nullable Node node(int nodeId) {
    return find(map, nodeId);
  }

  private static @Nullable Node find(RoutingMap in, int nodeId) {
    for (Node node : in.getNodesList()) {
      if (node.getId() == nodeId) {
        return node;
      }
    }
    return null;
  }

  /**
   * A node with disks as the map has it.
   *
   * @throws IllegalArgumentException when there is none
   */
  Node storageNode(int nodeId) {
    Node node = node(nodeId);
    if (node == null || node.getType() != NodeType.STORAGE) {
      throw new IllegalArgumentException("there is no storage node " + nodeId);
    }
    return node;
  }

  /** Throws IllegalArgumentException when a node's id belongs to one of another type. */
  void checkType(Node node) {
    Node known = node(node.getId());
    if (known != null && known.getType() != node.getType()) {
      throw new IllegalArgumentException(
          "node id "
              + node.getId()
              + " belongs to a "
              + known.getType()
              + " node; give this "
              + node.getType()
              + " node another one");
    }
  }

  /**
   * Throws IllegalStateException when this cluster has no targets yet, and a disk of the node has
   * some: new targets would get the same ids, and would have what is in those.
   */
  void checkIsNoOtherClusters(Node node) {
    for (Disk disk : map.getVersion() == 0 ? node.getDisksList() : List.<Disk>of()) {
      if (disk.getTargets() > 0) {
        throw new IllegalStateException(
            "disk "
                + disk.getDevice()
                + " of node "
                + node.getId()
                + " has "
                + disk.getTargets()
                + " targets, and this cluster has none yet: the disk is another cluster's. Start"
                + " that cluster's Mgmtd, with its data; or, if nobody needs what is on the disk,"
                + " format it anew ('luciola engine format --help')");
      }
    }
  }

  /**
   * Takes a node in, or takes note of its new address and disks; makes the first chain table when
   * all are there.
   */
  RoutingMap register(Node node) {
    writing.lock();
    try {
      checkType(node);
      accept(node);
      if (map.getVersion() == 0) {
        makeFirstTable();
      }
      return map;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Makes new versions of chains durable and shows them, and shows that something changed about
   * some nodes.
   *
   * @param together a further change of the map, in the same step
   */
  void change(
      List<Chain> chains, Set<Integer> nodeIds, UnaryOperator<RoutingMap.Builder> together) {
    writing.lock();
    try {
      if (map.getVersion() == 0) {
        return; // nobody routes by it yet
      }
      Map<Integer, Chain> byId = new HashMap<>();
      chains.forEach(chain -> byId.put(chain.getId(), chain));
      RoutingMap.Builder next = map.toBuilder().clearChains();
      map.getChainsList()
          .forEach(
              chain ->
                  next.addChains(
                      byId.containsKey(chain.getId())
                          ? withOrder(byId.get(chain.getId()), chain)
                          : chain));
      for (int i = 0; i < next.getTargetsCount(); i++) {
        if (next.getTargets(i).getChainId() == TargetPlacement.NO_CHAIN) {
          next.getTargetsBuilder(i).setChainId(chainOf(next.getTargets(i).getId(), chains));
        }
      }
      advance(together.apply(next), nodeIds);
    } finally {
      writing.unlock();
    }
  }

  /** The preferred order of the targets that are still there; others come last. */
  private static Chain withOrder(Chain chain, Chain before) {
    if (before.getPreferredTargetIdsCount() == 0) {
      return chain;
    }
    List<Long> targets = chain.getTargetsList().stream().map(ChainTarget::getTargetId).toList();
    List<Long> order = new ArrayList<>(before.getPreferredTargetIdsList());
    order.retainAll(targets);
    targets.stream().filter(target -> !order.contains(target)).forEach(order::add);
    return chain.toBuilder().clearPreferredTargetIds().addAllPreferredTargetIds(order).build();
  }

  private static int chainOf(long targetId, List<Chain> chains) {
    return chains.stream()
        .filter(
            chain ->
                chain.getTargetsList().stream()
                    .anyMatch(target -> target.getTargetId() == targetId))
        .mapToInt(Chain::getId)
        .findFirst()
        .orElse(TargetPlacement.NO_CHAIN);
  }

  /** Makes another map durable and shows it; nothing happens when it is the same. */
  RoutingMap edit(UnaryOperator<RoutingMap.Builder> change) {
    writing.lock();
    try {
      RoutingMap.Builder next = change.apply(map.toBuilder());
      if (!next.build().equals(map)) {
        advance(next, Set.of());
      }
      return map;
    } finally {
      writing.unlock();
    }
  }

  /** Waits until the map is newer than a version, at most the given time; the map as it is then. */
  RoutingMap awaitNewer(long version, long waitMs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(waitMs);
      while (map.getVersion() <= version && leftNs > 0 && !closed) {
        leftNs = changed.awaitNanos(leftNs);
      }
      return map;
    } finally {
      lock.unlock();
    }
  }

  /** What somebody needs who has an older version of the map. */
  GetRoutingResponse since(long knownVersion) {
    lock.lock();
    try {
      return changes.since(knownVersion, map);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the waiting of {@link #awaitNewer}: this Mgmtd is not the primary any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept(Node registering) {
    Node announced = withoutTargetCounts(registering);
    Node known = node(announced.getId());
    Node node =
        known == null
            ? announced
            : announced.toBuilder()
                .setDisabled(known.getDisabled())
                .setStoppedIncarnation(known.getStoppedIncarnation())
                .clearRetiring()
                .addAllRetiring(known.getRetiringList())
                .build();
    if (node.equals(known)) {
      return;
    }
    RoutingMap.Builder next = map.toBuilder().clearNodes();
    map.getNodesList().stream()
        .filter(other -> other.getId() != node.getId())
        .forEach(next::addNodes);
    advance(next.addNodes(node), Set.of());
    LOG.info(
        "{} node {} at {}:{} registered with {} disks",
        node.getType(),
        node.getId(),
        node.getHost(),
        node.getPort(),
        node.getDisksCount());
  }

  private static Node withoutTargetCounts(Node node) {
    Node.Builder copy = node.toBuilder();
    copy.getDisksBuilderList().forEach(Disk.Builder::clearTargets);
    return copy.build();
  }

  private void makeFirstTable() {
    List<Node> storage =
        map.getNodesList().stream()
            .filter(node -> node.getDisksCount() > 0 && !node.getDisabled())
            .toList();
    if (storage.size() < placement.storageNodes()) {
      return;
    }
    RoutingMap placed = placement.place(map.toBuilder().setVersion(1), storage);
    show(placed, Set.of());
    LOG.info(
        "made chain table 1 version 1: {} chains over {} targets on {} nodes",
        placed.getChainsCount(),
        placed.getTargetsCount(),
        storage.size());
  }

  /** Makes the next map durable, with a version of its own once there is a chain table. */
  private void advance(RoutingMap.Builder next, Set<Integer> nodeIds) {
    show(next.setVersion(map.getVersion() == 0 ? 0 : map.getVersion() + 1).build(), nodeIds);
  }

  /** Makes the next map durable, then shows it. */
  private void show(RoutingMap next, Set<Integer> nodeIds) {
    RoutingDiff diff = RoutingDiff.between(map, next);
    store.save(diff, next.getVersion());
    lock.lock();
    try {
      changes.onChange(diff, next.getVersion());
      nodeIds.forEach(nodeId -> changes.onNode(nodeId, next.getVersion()));
      map = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
