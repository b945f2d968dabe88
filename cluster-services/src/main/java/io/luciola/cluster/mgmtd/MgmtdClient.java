package io.luciola.cluster.mgmtd;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.AbstractBlockingStub;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.proto.GetRoutingRequest;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.GetStatusRequest;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc.MgmtdAdminBlockingStub;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc;
import io.luciola.cluster.mgmtd.proto.MgmtdGrpc.MgmtdBlockingStub;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RegisterNodeResponse;
import io.luciola.cluster.mgmtd.proto.ReportSuspectRequest;
import io.luciola.cluster.service.TransportFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Calls to the cluster's Mgmtds. Safe for any number of threads. A call goes to the primary as far
 * as it is known, else tries every address of every configured name in turn until its deadline, and
 * then throws {@link MgmtdUnavailableException}.
 */
public final class MgmtdClient implements AutoCloseable {

  private static final Duration ONE_TRY = Duration.ofSeconds(2);
  private static final Duration ONE_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int CONNECT_TIMEOUT_MS = 500;

  private final ClusterSpec spec;
  private final LongSupplier nanoClock;
  private final MgmtdCandidates candidates;
  private final Map<InetSocketAddress, ManagedChannel> channels = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Connects lazily: no Mgmtd needs to be there yet. */
  public MgmtdClient(ClusterSpec spec) {
    this(spec, AddressResolver.SYSTEM, System::nanoTime);
  }

  /**
   * Connects lazily.
   *
   * @param resolver asked again when nobody answers, and now and then
   * @param nanoClock a clock that never goes back
   */
  public MgmtdClient(ClusterSpec spec, AddressResolver resolver, LongSupplier nanoClock) {
    this.spec = spec;
    this.nanoClock = nanoClock;
    this.candidates = new MgmtdCandidates(spec, resolver, nanoClock);
  }

  private ManagedChannel channel(InetSocketAddress address) {
    ManagedChannel channel = channels.computeIfAbsent(address, MgmtdClient::connect);
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff(); // how long to leave it alone is decided here
    }
    return channel;
  }

  private static ManagedChannel connect(InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address)
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
        .build();
  }

  /** The Mgmtds this client knows. */
  public ClusterSpec spec() {
    return spec;
  }

  /**
   * Announces a node and its disks.
   *
   * @return an answer with the routing map as it is then, and the term to send heartbeats in
   */
  public RegisterNodeResponse register(Node node, String release, Duration timeout) {
    long endNs = nanoClock.getAsLong() + timeout.toNanos();
    RegisterNodeRequest request =
        RegisterNodeRequest.newBuilder().setNode(node).setRelease(release).build();
    while (true) {
      RegisterNodeRequest asked = request;
      Duration left = Duration.ofNanos(Math.max(endNs - nanoClock.getAsLong(), 1));
      RegisterNodeResponse answer = call(left, ONE_TRY, stub -> stub.registerNode(asked));
      if (answer.hasRouting()) {
        return answer;
      }
      request = asked.toBuilder().setTerm(answer.getTerm()).setTicket(answer.getTicket()).build();
    }
  }

  /** Says that a node is alive. */
  public HeartbeatResponse heartbeat(HeartbeatRequest request, Duration timeout) {
    return call(timeout, ONE_HEARTBEAT, stub -> stub.heartbeat(request));
  }

  /** Says that a node could not be reached; Mgmtd looks for itself. */
  public void reportSuspect(int nodeId, Duration timeout) {
    ReportSuspectRequest request = ReportSuspectRequest.newBuilder().setNodeId(nodeId).build();
    call(timeout, ONE_TRY, stub -> stub.reportSuspect(request));
  }

  /**
   * Asks for a change by hand.
   *
   * @param change may be called several times: until a primary has answered
   */
  public <T> T admin(Duration timeout, Function<MgmtdAdminBlockingStub, T> change) {
    return call(timeout, ONE_TRY, MgmtdAdminGrpc::newBlockingStub, change);
  }

  /**
   * What changed in the routing map since {@code knownVersion}, or the whole map; otherwise waits
   * up to {@code wait} for a newer one.
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
    return call(timeout, oneTry, MgmtdGrpc::newBlockingStub, method);
  }

  private <S extends AbstractBlockingStub<S>, T> T call(
      Duration timeout, Duration oneTry, Function<Channel, S> stubs, Function<S, T> method) {
    long deadlineNs = nanoClock.getAsLong() + timeout.toNanos();
    StatusRuntimeException last = null;
    while (!closed) {
      long leftNs = deadlineNs - nanoClock.getAsLong();
      if (leftNs <= 0) {
        break;
      }
      InetSocketAddress address = candidates.next();
      if (address == null) {
        if (!pause(leftNs)) {
          break;
        }
        continue;
      }
      try {
        T answer =
            method.apply(
                stubs
                    .apply(channel(address))
                    .withDeadlineAfter(Math.min(leftNs, oneTry.toNanos()), TimeUnit.NANOSECONDS));
        candidates.onAnswer(address);
        return answer;
      } catch (StatusRuntimeException failure) {
        if (!isTransient(failure)) {
          throw failure;
        }
        note(address, failure);
        last = failure;
      }
    }
    throw unavailable(timeout, last);
  }

  private void note(InetSocketAddress address, StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    String primary = trailers == null ? null : trailers.get(PrimaryCalls.PRIMARY);
    if (primary == null) {
      candidates.onFailure(address);
    } else {
      candidates.onStandby(address, primary);
    }
    Set<InetSocketAddress> known = candidates.all();
    channels.forEach(
        (other, channel) -> {
          if (!known.contains(other) && channels.remove(other, channel)) {
            channel.shutdownNow();
          }
        });
  }

  /** False when the thread was interrupted. */
  private static boolean pause(long leftNs) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(leftNs, PAUSE.toNanos()));
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isTransient(StatusRuntimeException failure) {
    return TransportFailure.is(failure)
        || failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
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
    closed = true;
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
