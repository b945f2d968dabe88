package io.luciola.fio.failover;

import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.SuspectReporter;
import java.util.random.RandomGenerator;

/** Data paths to a cluster without Meta. */
final class DataPaths implements AutoCloseable {

  private final DataPathOptions options;
  private final MgmtdClient mgmtd;
  private final RoutingFollower routing;
  private final SuspectReporter suspects;
  private final RandomGenerator random = RandomGenerator.getDefault();

  /** Follows the cluster's routing map, which must be there. */
  DataPaths(ClusterSpec cluster) {
    this(cluster, DataPathOptions.DEFAULTS);
  }

  /** Follows the cluster's routing map, which must be there. */
  DataPaths(ClusterSpec cluster, DataPathOptions options) {
    this.options = options;
    mgmtd = new MgmtdClient(cluster);
    routing = new RoutingFollower(mgmtd, map -> {});
    suspects = new SuspectReporter(mgmtd);
  }

  /** A data path with an identity of its own. */
  DataPath open() {
    return new ChainDataPath(
        routing::table,
        suspects,
        options,
        random.nextLong(),
        System::nanoTime,
        RandomGenerator.getDefault());
  }

  @Override
  public void close() {
    routing.close();
    mgmtd.close();
  }
}
