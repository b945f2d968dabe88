package io.luciola.cluster.mgmtd;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices when the connection closes over which a node sent its heartbeats: a killed process is
 * suspected at once.
 */
final class HeartbeatConnections extends ServerTransportFilter implements ServerInterceptor {

  private static final Attributes.Key<AtomicInteger> NODE =
      Attributes.Key.create("luciola-heartbeats-of");
  private static final Context.Key<AtomicInteger> NODE_OF_CALL =
      Context.key("luciola-heartbeats-of");

  private final IntConsumer onClosed;

  /** Tells the id of the node whose connection was closed. */
  HeartbeatConnections(IntConsumer onClosed) {
    this.onClosed = onClosed;
  }

  /** The connection of the current call is the one over which a node sends heartbeats. */
  static void belongsTo(int nodeId) {
    AtomicInteger node = NODE_OF_CALL.get();
    if (node != null) {
      node.set(nodeId);
    }
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    return attributes.toBuilder().set(NODE, new AtomicInteger()).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    AtomicInteger node = attributes == null ? null : attributes.get(NODE);
    if (node != null && node.get() != 0) {
      onClosed.accept(node.get());
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    AtomicInteger node = call.getAttributes().get(NODE);
    return node == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(
            Context.current().withValue(NODE_OF_CALL, node), call, headers, next);
  }
}
