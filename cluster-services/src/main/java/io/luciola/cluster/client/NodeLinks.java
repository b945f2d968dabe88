package io.luciola.cluster.client;

import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.transport.Connection;
import io.luciola.cluster.transport.FrameHandler;
import io.luciola.cluster.transport.Transport;
import io.luciola.cluster.wire.Opcode;
import io.luciola.cluster.wire.RequestFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections of a data path, one to each storage node that it has met. */
final class NodeLinks {

  /** How long a node that failed is neither connected to again nor preferred for reads. */
  private static final long PENALTY_NS = 50_000_000;

  private final Transport transport;
  private final FrameHandler handler;
  private final long silenceNs;
  private final List<NodeLink> links = new ArrayList<>();
  private final RequestFrame ping = new RequestFrame();

  NodeLinks(Transport transport, FrameHandler handler, long silenceNs) {
    this.transport = transport;
    this.handler = handler;
    this.silenceNs = silenceNs;
  }

  NodeLink linkTo(int nodeId) {
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).nodeId == nodeId) {
        return links.get(i);
      }
    }
    NodeLink link = new NodeLink(nodeId);
    links.add(link);
    return link;
  }

  /** The link of a connection; null when the link has another one by now. */
  @Nullable NodeLink linkOf(Connection connection) {
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).connection == connection) {
        return links.get(i);
      }
    }
    return null;
  }

  boolean isPenalized(NodeLink link, long nowNs) {
    return link.failed && nowNs - link.lastFailureNs < PENALTY_NS;
  }

  /** A connection to the node, maybe still being made; null while there can be none. */
  @Nullable Connection connect(NodeLink link, RoutingTable routing, long nowNs) {
    NodeAddress address = routing.node(link.nodeId);
    if (address == null) {
      link.lastFailure = "not in the routing map";
      return null;
    }
    Connection connection = link.connection;
    if (connection != null && link.samePlace(address)) {
      link.address = address;
      return connection;
    }
    if (connection != null) {
      connection.close("the node moved to " + address);
    }
    if (isPenalized(link, nowNs)) {
      return null;
    }
    link.address = address;
    link.lastActivityNs = nowNs;
    link.connection = transport.connect(address.host(), address.port(), handler);
    return link.connection;
  }

  void onAsked(NodeLink link, long nowNs) {
    if (link.outstanding++ == 0) {
      link.lastActivityNs = nowNs;
      link.pinged = false;
    }
  }

  void onHeard(NodeLink link, long nowNs) {
    link.lastActivityNs = nowNs;
    link.pinged = false;
    link.failed = false;
  }

  void onClosed(NodeLink link, String reason, long nowNs) {
    link.connection = null;
    link.outstanding = 0;
    link.pinged = false;
    link.failed = true;
    link.lastFailure = reason;
    link.lastFailureNs = nowNs;
  }

  /** Asks silent nodes whether they are there, and gives up on those that do not answer. */
  void onTick(long nowNs) {
    for (int i = 0; i < links.size(); i++) {
      NodeLink link = links.get(i);
      Connection connection = link.connection;
      if (connection != null && link.outstanding > 0) {
        long silentNs = nowNs - link.lastActivityNs;
        if (silentNs >= silenceNs) {
          connection.close(connection.isConnected() ? "it does not answer" : "cannot connect");
        } else if (silentNs >= silenceNs / 2 && !link.pinged && connection.isConnected()) {
          ping(link, connection);
        }
      }
    }
  }

  private void ping(NodeLink link, Connection connection) {
    long header = connection.claim();
    if (header != Connection.REFUSED) {
      ping.wrap(header);
      ping.begin(Opcode.PING, 0, 0).seal();
      connection.send(0, 0);
      link.pinged = true;
    }
  }
}
