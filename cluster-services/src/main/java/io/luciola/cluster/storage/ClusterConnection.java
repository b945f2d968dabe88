package io.luciola.cluster.storage;

import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.SuspectReporter;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.service.NodeGrant;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A storage node's view of its cluster, as Mgmtd gives it. For any thread. */
final class ClusterConnection implements ClusterView, AutoCloseable {

  private final SuspectReporter suspects;
  private final RoutingFollower routing;
  private volatile NodeGrant grant = NodeGrant.none(System.nanoTime());
  private volatile @Nullable StorageNode node;

  /** Starts to follow the routing map. */
  ClusterConnection(MgmtdClient mgmtd) {
    suspects = new SuspectReporter(mgmtd);
    routing = new RoutingFollower(mgmtd, map -> wake());
  }

  /** The node that is not to sleep when there is something new. */
  void wakeOnChange(StorageNode sleeper) {
    node = sleeper;
  }

  /** Takes what a heartbeat's answer allows. */
  void onGrant(NodeGrant newest) {
    grant = newest;
    if (!newest.withdrawnTargets().isEmpty()) {
      wake();
    }
  }

  private void wake() {
    StorageNode sleeper = node;
    if (sleeper != null) {
      sleeper.wakeUp();
    }
  }

  /** Waits for a chain table; false when there was none within the timeout. */
  boolean awaitTable(Duration timeout) throws InterruptedException {
    return routing.awaitTable(timeout);
  }

  @Override
  public RoutingTable routing() {
    return routing.table();
  }

  @Override
  public NodeGrant grant() {
    return grant;
  }

  @Override
  public void suspect(int nodeId) {
    suspects.accept(nodeId);
  }

  @Override
  public void close() {
    routing.close();
  }
}
