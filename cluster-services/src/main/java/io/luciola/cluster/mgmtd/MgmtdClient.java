package io.luciola.cluster.mgmtd;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.mgmtd.proto.GetRoutingRequest;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc.MgmtdBlockingStub;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls to the cluster's Mgmtds. Safe for any number of threads; every call tries each address in
 * turn until its deadline and then throws {@link MgmtdUnavailableException}.
 */
public final class MgmtdClient implements AutoCloseable {

  private static final Duration ONE_TRY = Duration.ofSeconds(2);
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);

  private final ClusterSpec spec;
  private final List<ManagedChannel> channels;
  private volatile int preferred;

  /** Connects lazily: no Mgmtd needs to be there yet. */
  public MgmtdClient(ClusterSpec spec) {
    this.spec = spec;
    this.channels = spec.mgmtds().stream().map(MgmtdClient::channel).toList();
  }

  private static ManagedChannel channel(HostPort address) {
    return NettyChannelBuilder.forAddress(address.host(), address.port())
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  /** The Mgmtds this client knows. */
  public ClusterSpec spec() {
    return spec;
  }

  /** Announces a node and its disks; returns the routing map as it is then. */
  public RoutingMap register(Node node, String release, Duration timeout) {
    RegisterNodeRequest request =
        RegisterNodeRequest.newBuilder().setNode(node).setRelease(release).build();
    return call(timeout, ONE_TRY, stub -> stub.registerNode(request)).getRouting();
  }

  /** Says that a node is alive; returns the current routing version. */
  public long heartbeat(HeartbeatRequest request, Duration timeout) {
    return call(timeout, ONE_TRY, stub -> stub.heartbeat(request)).getRoutingVersion();
  }

  /**
   * The routing map if it is newer than {@code knownVersion}; otherwise waits up to {@code wait}
   * for a newer one.
   *
   * @return a response without a map when there is nothing newer
   */
  public GetRoutingResponse routing(long knownVersion, Duration wait, Duration timeout) {
    GetRoutingRequest request =
        GetRoutingRequest.newBuilder()
            .setKnownVersion(knownVersion)
            .setWaitMs((int) wait.toMillis())
            .build();
    return call(timeout.plus(wait), ONE_TRY.plus(wait), stub -> stub.getRouting(request));
  }

  /** The map, who is alive and how full the targets are. */
  public GetStatusResponse status(Duration timeout) {
    return call(timeout, ONE_TRY, stub -> stub.getStatus(GetStatusRequest.getDefaultInstance()));
  }

  private <T> T call(Duration timeout, Duration oneTry, Function<MgmtdBlockingStub, T> method) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    StatusRuntimeException last = null;
    while (true) {
      for (int i = 0; i < channels.size(); i++) {
        int index = (preferred + i) % channels.size();
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
          throw unavailable(timeout, last);
        }
        try {
          T answer =
              method.apply(
                  MgmtdGrpc.newBlockingStub(channels.get(index))
                      .withDeadlineAfter(Math.min(leftNs, oneTry.toNanos()), TimeUnit.NANOSECONDS));
          preferred = index;
          return answer;
        } catch (StatusRuntimeException failure) {
          if (!isTransient(failure.getStatus().getCode())) {
            throw failure;
          }
          last = failure;
        }
      }
      try {
        Thread.sleep(BETWEEN_ROUNDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw unavailable(timeout, last);
      }
    }
  }

  private static boolean isTransient(Status.Code code) {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  private MgmtdUnavailableException unavailable(Duration timeout, StatusRuntimeException last) {
    return new MgmtdUnavailableException(
        "no Mgmtd of "
            + spec
            + " answered within "
            + timeout.toMillis()
            + " ms"
            + (last == null ? "" : ": " + reason(last)));
  }

  private static String reason(StatusRuntimeException failure) {
    Throwable cause = failure.getStatus().getCause();
    return cause == null || cause.getMessage() == null
        ? failure.getStatus().toString()
        : cause.getMessage();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
