package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.luciola.cluster.mgmtd.proto.GetRoutingRequest;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RegisterNodeResponse;
import io.luciola.cluster.mgmtd.proto.ReportSuspectRequest;
import io.luciola.cluster.mgmtd.proto.ReportSuspectResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Mgmtd protocol over what the primary does; calls may block, so it wants virtual threads. */
final class MgmtdGrpcService extends MgmtdGrpc.MgmtdImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdGrpcService.class);
  private static final int MAX_WAIT_MS = 60_000;

  private final int expectedStorageNodes;
  private final PrimaryCalls calls;

  MgmtdGrpcService(PrimaryCalls calls, int expectedStorageNodes) {
    this.calls = calls;
    this.expectedStorageNodes = expectedStorageNodes;
  }

  /** The connection over which a node sends its heartbeats was closed. */
  void suspect(int nodeId) {
    try {
      calls.role().driver().suspect(nodeId);
    } catch (NotPrimaryException standby) {
      LOG.debug("node {} has closed its connection to a standby", nodeId);
    }
  }

  @Override
  public void registerNode(
      RegisterNodeRequest request, StreamObserver<RegisterNodeResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          Node node =
              request.getNode().toBuilder()
                  .clearAlive()
                  .clearDisabled()
                  .clearStoppedIncarnation()
                  .clearRetiring()
                  .build();
          checkIncarnation(node.getIncarnation());
          RegisterNodeResponse.Builder answer =
              RegisterNodeResponse.newBuilder().setTerm(driver.term());
          if (!driver.hasLastTicket(request)) {
            return answer.setTicket(driver.nextTicket(node.getId())).build();
          }
          RoutingMap map = driver.register(node);
          HeartbeatConnections.belongsTo(node.getId());
          return answer.setRouting(withLiveness(driver, map)).build();
        });
  }

  private static void checkIncarnation(long incarnation) {
    if (incarnation == 0) {
      throw new IllegalArgumentException("the incarnation of a node must not be 0");
    }
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    calls.answer(
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
    calls.answer(
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
    calls.answer(
        observer,
        driver -> {
          GetStatusResponse.Builder status =
              GetStatusResponse.newBuilder()
                  .setRouting(withLiveness(driver, driver.state().map()))
                  .addAllTargets(driver.reports())
                  .addAllConfigs(driver.configs())
                  .addAllDisks(driver.ofDisks(DiskReports::all))
                  .setExpectedStorageNodes(expectedStorageNodes)
                  .setTerm(calls.role().term())
                  .setPrimaryAddress(calls.role().address());
          driver.addTimes(status);
          return status.build();
        });
  }

  @Override
  public void reportSuspect(
      ReportSuspectRequest request, StreamObserver<ReportSuspectResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          driver.suspect(request.getNodeId());
          return ReportSuspectResponse.getDefaultInstance();
        });
  }

  private static RoutingMap withLiveness(MembershipDriver driver, RoutingMap map) {
    RoutingMap.Builder copy = map.toBuilder();
    copy.getNodesBuilderList()
        .forEach(node -> node.setAlive(node.getIncarnation() != 0 && driver.isAlive(node.getId())));
    return copy.build();
  }
}
