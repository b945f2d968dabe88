package io.luciola.cluster.storage;

import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.service.NodeGrant;

/** How a storage node sees its cluster, and what it says of others. No method blocks. */
public interface ClusterView {

  /** The newest routing table; asked often. */
  RoutingTable routing();

  /** What Mgmtd allows the node; asked often. Its times are of the node's clock. */
  NodeGrant grant();

  /** What the cluster's storage nodes go by; asked often, another object after a change. */
  default StorageSettings settings() {
    return StorageSettings.DEFAULTS;
  }

  /** Another node could not be reached, or its connection has ended. */
  void suspect(int nodeId);
}
