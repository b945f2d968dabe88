package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing map and its changes. Every change is durable before anyone sees it, and raises the
 * version once a chain table exists. Safe for any number of threads.
 */
final class ClusterState {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterState.class);

  private final RoutingStore store;
  private final FirstPlacement placement;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private RoutingMap map;

  ClusterState(RoutingStore store, FirstPlacement placement) {
    this.store = store;
    this.placement = placement;
    this.map = store.load();
  }

  RoutingMap map() {
    lock.lock();
    try {
      return map;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a node in, or takes note of its new address and disks; makes the first chain table when
   * all are there.
   */
  RoutingMap register(Node node) {
    lock.lock();
    try {
      Optional<Node> known =
          map.getNodesList().stream().filter(other -> other.getId() == node.getId()).findFirst();
      if (known.isPresent() && known.get().getType() != node.getType()) {
        throw new IllegalArgumentException(
            "node id "
                + node.getId()
                + " belongs to a "
                + known.get().getType()
                + " node; give this "
                + node.getType()
                + " node another one");
      }
      if (!known.equals(Optional.of(node))) {
        accept(node);
      }
      if (map.getVersion() == 0) {
        makeFirstTable();
      }
      return map;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the map is newer than a version, at most the given time; the map as it is then. */
  RoutingMap awaitNewer(long version, long waitMs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(waitMs);
      while (map.getVersion() <= version && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
      return map;
    } finally {
      lock.unlock();
    }
  }

  private void accept(Node node) {
    long version = map.getVersion() == 0 ? 0 : map.getVersion() + 1;
    store.saveNode(node, version);
    List<Node> others =
        map.getNodesList().stream().filter(other -> other.getId() != node.getId()).toList();
    publish(
        map.toBuilder()
            .clearNodes()
            .addAllNodes(others)
            .addNodes(node)
            .setVersion(version)
            .build());
    LOG.info(
        "{} node {} at {}:{} registered with {} disks",
        node.getType(),
        node.getId(),
        node.getHost(),
        node.getPort(),
        node.getDisksCount());
  }

  private void makeFirstTable() {
    List<Node> storage =
        map.getNodesList().stream().filter(node -> node.getType() == NodeType.STORAGE).toList();
    if (storage.size() < placement.storageNodes()) {
      return;
    }
    RoutingMap placed = placement.place(map.toBuilder().setVersion(1), storage);
    store.savePlacement(placed);
    publish(placed);
    LOG.info(
        "made chain table 1 version 1: {} chains over {} targets on {} nodes",
        placed.getChainsCount(),
        placed.getTargetsCount(),
        storage.size());
  }

  private void publish(RoutingMap next) {
    map = next;
    changed.signalAll();
  }
}
