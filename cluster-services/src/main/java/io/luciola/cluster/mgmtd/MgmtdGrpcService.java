package io.luciola.cluster.mgmtd;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.mgmtd.proto.GetRoutingRequest;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import io.luciola.cluster.mgmtd.proto.OfflineTargetResponse;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RegisterNodeResponse;
import io.luciola.cluster.mgmtd.proto.ReportSuspectRequest;
import io.luciola.cluster.mgmtd.proto.ReportSuspectResponse;
import io.luciola.cluster.mgmtd.proto.RotateLastServingRequest;
import io.luciola.cluster.mgmtd.proto.RotateLastServingResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Mgmtd protocol over what the primary does; calls may block, so it wants virtual threads. */
final class MgmtdGrpcService extends MgmtdGrpc.MgmtdImplBase {

  /** Tells a caller who asked a standby where the primary is. */
  static final Metadata.Key<String> PRIMARY =
      Metadata.Key.of("luciola-primary", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdGrpcService.class);
  private static final int MAX_WAIT_MS = 60_000;

  private final int expectedStorageNodes;
  private volatile @Nullable PrimaryRole role;

  MgmtdGrpcService(int expectedStorageNodes) {
    this.expectedStorageNodes = expectedStorageNodes;
  }

  /** Before this, every call is answered as by a standby. */
  void serve(PrimaryRole newRole) {
    role = newRole;
  }

  private PrimaryRole role() {
    PrimaryRole known = role;
    if (known == null) {
      throw new NotPrimaryException("");
    }
    return known;
  }

  private MembershipDriver driver() {
    return role().driver();
  }

  /** The connection over which a node sends its heartbeats was closed. */
  void suspect(int nodeId) {
    try {
      driver().suspect(nodeId);
    } catch (NotPrimaryException standby) {
      LOG.debug("node {} has closed its connection to a standby", nodeId);
    }
  }

  @Override
  public void registerNode(
      RegisterNodeRequest request, StreamObserver<RegisterNodeResponse> observer) {
    answer(
        observer,
        driver -> {
          Node node = request.getNode().toBuilder().clearAlive().build();
          checkIncarnation(node.getIncarnation());
          RoutingMap map = driver.register(node);
          HeartbeatConnections.belongsTo(node.getId());
          return RegisterNodeResponse.newBuilder().setRouting(withLiveness(driver, map)).build();
        });
  }

  private static void checkIncarnation(long incarnation) {
    if (incarnation == 0) {
      throw new IllegalArgumentException("the incarnation of a node must not be 0");
    }
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    answer(
        observer,
        driver -> {
          checkIncarnation(request.getIncarnation());
          if (driver.state().node(request.getNodeId()) == null) {
            throw Status.FAILED_PRECONDITION
                .withDescription("node " + request.getNodeId() + " must register first")
                .asRuntimeException();
          }
          HeartbeatResponse response = driver.heartbeat(request);
          HeartbeatConnections.belongsTo(request.getNodeId());
          return response;
        });
  }

  @Override
  public void getRouting(GetRoutingRequest request, StreamObserver<GetRoutingResponse> observer) {
    answer(
        observer,
        driver -> {
          long known = request.getKnownVersion();
          RoutingMap map =
              driver.state().awaitNewer(known, Math.min(request.getWaitMs(), MAX_WAIT_MS));
          if (map.getVersion() <= known) {
            return GetRoutingResponse.getDefaultInstance();
          }
          GetRoutingResponse changes = driver.state().since(known);
          return changes.toBuilder().setRouting(withLiveness(driver, changes.getRouting())).build();
        });
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
    answer(
        observer,
        driver -> {
          GetStatusResponse.Builder status =
              GetStatusResponse.newBuilder()
                  .setRouting(withLiveness(driver, driver.state().map()))
                  .addAllTargets(driver.reports())
                  .setExpectedStorageNodes(expectedStorageNodes)
                  .setTerm(role().term())
                  .setPrimaryAddress(role().address());
          driver.addTimes(status);
          return status.build();
        });
  }

  @Override
  public void reportSuspect(
      ReportSuspectRequest request, StreamObserver<ReportSuspectResponse> observer) {
    answer(
        observer,
        driver -> {
          driver.suspect(request.getNodeId());
          return ReportSuspectResponse.getDefaultInstance();
        });
  }

  @Override
  public void offlineTarget(
      OfflineTargetRequest request, StreamObserver<OfflineTargetResponse> observer) {
    answer(
        observer,
        driver -> {
          driver.takeOffline(request.getTargetId());
          return OfflineTargetResponse.getDefaultInstance();
        });
  }

  @Override
  public void rotateLastServing(
      RotateLastServingRequest request, StreamObserver<RotateLastServingResponse> observer) {
    answer(
        observer,
        driver -> {
          driver.giveUpLastServing(request.getChainId());
          return RotateLastServingResponse.getDefaultInstance();
        });
  }

  private static RoutingMap withLiveness(MembershipDriver driver, RoutingMap map) {
    RoutingMap.Builder copy = map.toBuilder();
    copy.getNodesBuilderList().forEach(node -> node.setAlive(driver.isAlive(node.getId())));
    return copy.build();
  }

  private <T> void answer(StreamObserver<T> observer, Call<T> call) {
    T response;
    try {
      MembershipDriver driver = driver();
      response = call.run(driver);
      if (driver() != driver) {
        throw new NotPrimaryException(""); // the answer may come too late to be true
      }
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
      return;
    } catch (NotPrimaryException standby) {
      Metadata trailers = new Metadata();
      trailers.put(PRIMARY, standby.primaryAddress());
      observer.onError(
          Status.UNAVAILABLE.withDescription(standby.getMessage()).asRuntimeException(trailers));
      return;
    } catch (ReplacedException replaced) {
      observer.onError(Status.ABORTED.withDescription(replaced.getMessage()).asRuntimeException());
      return;
    } catch (KvException failure) {
      LOG.warn("a Mgmtd call failed in the store: {}", failure.getMessage());
      observer.onError(
          Status.UNAVAILABLE
              .withDescription("Mgmtd's store: " + failure.getMessage())
              .asRuntimeException());
      return;
    } catch (IllegalArgumentException | IllegalStateException wrong) {
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
    T run(MembershipDriver driver) throws InterruptedException;
  }
}
