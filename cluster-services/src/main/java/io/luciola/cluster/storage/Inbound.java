package io.luciola.cluster.storage;

import io.luciola.cluster.transport.Connection;
import org.jspecify.annotations.Nullable;

/** What a node knows of a connection that came in. */
final class Inbound {

  final Connection connection;

  /** Connections that came in later have higher numbers. */
  final long order;

  /** Requests taken and not yet answered, answers that wait to be sent included. */
  int inFlight;

  /** The request whose payload is being received. */
  @Nullable Request receiving;

  /** Whether it waits for buffers or for its own requests. */
  boolean paused;

  /** The node behind it; 0 for clients, and until it is known. */
  int senderNode;

  Inbound(Connection connection, long order) {
    this.connection = connection;
    this.order = order;
  }
}
