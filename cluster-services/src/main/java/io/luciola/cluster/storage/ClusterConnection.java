package io.luciola.cluster.storage;

import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.SuspectReporter;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.service.NodeGrant;
import io.luciola.cluster.service.TemplateFollower;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A storage node's view of its cluster, as Mgmtd gives it. For any thread. */
final class ClusterConnection implements ClusterView, AutoCloseable {

  private final SuspectReporter suspects;
  private final TemplateFollower<StorageSettings> config =
      new TemplateFollower<>(
          ConfigType.CONFIG_STORAGE, StorageSettings.class, StorageSettings.DEFAULTS, List.of());
  private final RoutingFollower routing;
  private volatile NodeGrant grant = NodeGrant.none(System.nanoTime());
  private volatile @Nullable StorageNode node;

  /** Starts to follow the routing map. */
  ClusterConnection(MgmtdClient mgmtd) {
    suspects = new SuspectReporter(mgmtd);
    routing =
        new RoutingFollower(
            mgmtd,
            map -> {
              config.onRouting(map);
              wake();
            });
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

  /** What the cluster's storage nodes go by. */
  TemplateFollower<StorageSettings> config() {
    return config;
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
  public StorageSettings settings() {
    return config.settings();
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
