package io.luciola.cluster.client;

import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.transport.Connection;
import org.jspecify.annotations.Nullable;

/** A data path's connection to one storage node, and how well it does. */
final class NodeLink {

  final int nodeId;

  @Nullable NodeAddress address;
  @Nullable Connection connection;

  /** Pieces sent and not answered. */
  int outstanding;

  /** Reads that were sent, and those that others got while the node was away. */
  long reads;

  /** When something was last heard, or first asked after all had been answered. */
  long lastActivityNs;

  boolean pinged;
  boolean failed;
  long lastFailureNs;
  String lastFailure = "";

  NodeLink(int nodeId) {
    this.nodeId = nodeId;
  }

  boolean samePlace(NodeAddress now) {
    return address != null && now.port() == address.port() && now.host().equals(address.host());
  }

  @Override
  public String toString() {
    return address == null ? "node " + nodeId : address.toString();
  }
}
