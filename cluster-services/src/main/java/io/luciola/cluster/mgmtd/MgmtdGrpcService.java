package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.mgmtd.proto.GetRoutingRequest;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RegisterNodeResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Mgmtd protocol over {@link ClusterState} and {@link Liveness}; calls may block, so it wants
 * virtual threads.
 */
final class MgmtdGrpcService extends MgmtdGrpc.MgmtdImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdGrpcService.class);
  private static final int MAX_WAIT_MS = 60_000;

  private final ClusterState state;
  private final Liveness liveness;
  private final int expectedStorageNodes;

  MgmtdGrpcService(ClusterState state, Liveness liveness, int expectedStorageNodes) {
    this.state = state;
    this.liveness = liveness;
    this.expectedStorageNodes = expectedStorageNodes;
  }

  @Override
  public void registerNode(
      RegisterNodeRequest request, StreamObserver<RegisterNodeResponse> observer) {
    answer(
        observer,
        () -> {
          RoutingMap map = state.register(request.getNode().toBuilder().clearAlive().build());
          liveness.registered(request.getNode().getId());
          return RegisterNodeResponse.newBuilder().setRouting(withLiveness(map)).build();
        });
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    answer(
        observer,
        () -> {
          if (!liveness.beat(request)) {
            throw Status.FAILED_PRECONDITION
                .withDescription("node " + request.getNodeId() + " must register first")
                .asRuntimeException();
          }
          return HeartbeatResponse.newBuilder().setRoutingVersion(state.map().getVersion()).build();
        });
  }

  @Override
  public void getRouting(GetRoutingRequest request, StreamObserver<GetRoutingResponse> observer) {
    answer(
        observer,
        () -> {
          RoutingMap map =
              state.awaitNewer(
                  request.getKnownVersion(), Math.min(request.getWaitMs(), MAX_WAIT_MS));
          GetRoutingResponse.Builder response = GetRoutingResponse.newBuilder();
          if (map.getVersion() > request.getKnownVersion()) {
            response.setRouting(withLiveness(map));
          }
          return response.build();
        });
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
    answer(
        observer,
        () ->
            GetStatusResponse.newBuilder()
                .setRouting(withLiveness(state.map()))
                .addAllTargets(liveness.reports())
                .setExpectedStorageNodes(expectedStorageNodes)
                .build());
  }

  private RoutingMap withLiveness(RoutingMap map) {
    RoutingMap.Builder copy = map.toBuilder();
    copy.getNodesBuilderList().forEach(node -> node.setAlive(liveness.isAlive(node.getId())));
    return copy.build();
  }

  private static <T> void answer(StreamObserver<T> observer, Call<T> call) {
    T response;
    try {
      response = call.run();
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    } catch (IllegalArgumentException wrong) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).asRuntimeException());
      return;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      observer.onError(
          Status.UNAVAILABLE.withDescription("Mgmtd is stopping").asRuntimeException());
      return;
    } catch (RuntimeException fault) {
      LOG.error("a Mgmtd call failed", fault);
      observer.onError(Status.INTERNAL.withDescription(fault.toString()).asRuntimeException());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  private interface Call<T> {
    T run() throws InterruptedException;
  }
}
