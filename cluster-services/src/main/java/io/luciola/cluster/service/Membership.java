package io.luciola.cluster.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.cli.Release;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node known to Mgmtd and keeps saying that it is alive; registers anew when a restarted
 * Mgmtd has forgotten it.
 */
public final class Membership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

  private final MgmtdClient mgmtd;
  private final Node node;
  private final Supplier<List<TargetReport>> reports;
  private final Thread thread;
  private volatile boolean closed;

  private Membership(MgmtdClient mgmtd, Node node, Supplier<List<TargetReport>> reports) {
    this.mgmtd = mgmtd;
    this.node = node;
    this.reports = reports;
    this.thread = Thread.ofVirtual().name("membership-" + node.getId()).unstarted(this::beat);
  }

  /**
   * Registers the node, waiting for a Mgmtd up to the timeout, and starts the heartbeat.
   *
   * @param reports what is to be said of the node's targets; called for every heartbeat
   * @throws MgmtdUnavailableException when no Mgmtd answered
   */
  public static Membership join(
      MgmtdClient mgmtd, Node node, Supplier<List<TargetReport>> reports, Duration timeout) {
    mgmtd.register(node, Release.version(), timeout);
    Membership membership = new Membership(mgmtd, node, reports);
    membership.thread.start();
    return membership;
  }

  private void beat() {
    boolean reachable = true;
    while (!closed) {
      try {
        Thread.sleep(INTERVAL);
        HeartbeatRequest heartbeat =
            HeartbeatRequest.newBuilder()
                .setNodeId(node.getId())
                .addAllTargets(reports.get())
                .build();
        mgmtd.heartbeat(heartbeat, CALL_TIMEOUT);
        reachable = true;
      } catch (MgmtdUnavailableException silent) {
        if (reachable && !closed) {
          LOG.warn("node {} cannot send heartbeats: {}", node.getId(), silent.getMessage());
        }
        reachable = false;
      } catch (StatusRuntimeException refused) {
        if (!closed) {
          registerAgain(refused);
        }
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  private void registerAgain(StatusRuntimeException refused) {
    if (refused.getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
      LOG.warn("Mgmtd refused the heartbeat of node {}: {}", node.getId(), refused.getMessage());
      return;
    }
    try {
      mgmtd.register(node, Release.version(), CALL_TIMEOUT);
      LOG.info("node {} registered again with a restarted Mgmtd", node.getId());
    } catch (MgmtdUnavailableException | StatusRuntimeException failure) {
      LOG.warn("node {} cannot register again: {}", node.getId(), failure.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
