package io.luciola.cluster.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node known to Mgmtd and keeps saying that it is alive: regularly, and at once when the
 * state of a target changes. Registers anew when Mgmtd does not know the node. Safe for any number
 * of threads.
 */
public final class Membership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration FIRST_INTERVAL = Duration.ofMillis(200);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);
  private static final int LOOKS_PER_INTERVAL = 8;

  private final MgmtdClient mgmtd;
  private volatile Node node;
  private final Supplier<NodeReport> reports;
  private final Consumer<NodeGrant> grants;
  private final TemplateFollower<?> config;
  private final LongSupplier nanoClock;
  private final Thread thread;
  private final ReentrantLock registering = new ReentrantLock();
  private final AtomicLong heartbeats = new AtomicLong();
  private NodeReport sent = NodeReport.NOTHING;
  private Duration interval = FIRST_INTERVAL;
  private String lastRefusal = "";
  private volatile long term;
  private volatile boolean closed;

  private Membership(
      MgmtdClient mgmtd,
      Node node,
      Supplier<NodeReport> reports,
      Consumer<NodeGrant> grants,
      TemplateFollower<?> config,
      long term,
      LongSupplier nanoClock) {
    this.mgmtd = mgmtd;
    this.node = node;
    this.reports = reports;
    this.nanoClock = nanoClock;
    this.grants = grants;
    this.config = config;
    this.term = term;
    this.thread = Thread.ofVirtual().name("membership-" + node.getId()).unstarted(this::beat);
  }

  /**
   * Registers the node as a new process, waiting for a Mgmtd up to the timeout, and starts the
   * heartbeat.
   *
   * @param reports what is to be said of the node; asked often, must not block
   * @param grants hears what each answered heartbeat allows; its lease counts from the heartbeat's
   *     sending
   * @param config whose version is reported
   * @throws MgmtdUnavailableException when no Mgmtd answered
   */
  public static Membership join(
      MgmtdClient mgmtd,
      Node node,
      Supplier<NodeReport> reports,
      Consumer<NodeGrant> grants,
      TemplateFollower<?> config,
      Duration timeout) {
    return join(
        mgmtd, node, reports, grants, config, timeout, System::nanoTime, new SecureRandom());
  }

  /**
   * Registers the node as a new process, waiting for a Mgmtd up to the timeout, and starts the
   * heartbeat.
   *
   * @param reports what is to be said of the node; asked often, must not block
   * @param grants hears what each answered heartbeat allows; its lease counts from the heartbeat's
   *     sending
   * @param config whose version is reported
   * @param nanoClock a clock that never goes back; the one of the grants
   * @param random for the number that tells this process from others of the same node
   * @throws MgmtdUnavailableException when no Mgmtd answered
   */
  public static Membership join(
      MgmtdClient mgmtd,
      Node node,
      Supplier<NodeReport> reports,
      Consumer<NodeGrant> grants,
      TemplateFollower<?> config,
      Duration timeout,
      LongSupplier nanoClock,
      RandomGenerator random) {
    Node process = node.toBuilder().setIncarnation(random.nextLong(1, Long.MAX_VALUE)).build();
    long term = mgmtd.register(process, Release.version(), timeout).getTerm();
    Membership membership =
        new Membership(mgmtd, process, reports, grants, config, term, nanoClock);
    membership.thread.start();
    return membership;
  }

  /**
   * Makes known which disks the node has now; waits for a Mgmtd up to the timeout. When none
   * answers they are made known with the next registration. Nothing is, when the node has left.
   *
   * @throws MgmtdUnavailableException when no Mgmtd answered
   */
  public void announce(List<Disk> disks, Duration timeout) {
    node = node.toBuilder().clearDisks().addAllDisks(disks).build();
    registerAgain(timeout);
  }

  private void registerAgain(Duration timeout) {
    registering.lock(); // an older announcement must not come after a newer one
    try {
      if (closed) {
        return; // it would be a member again
      }
      term = mgmtd.register(node, Release.version(), timeout).getTerm();
    } finally {
      registering.unlock();
    }
  }

  private void beat() {
    boolean reachable = true;
    long nextNs = nanoClock.getAsLong();
    while (!closed) {
      try {
        long sentNs = nanoClock.getAsLong(); // before the report, which is not older then
        NodeReport now = reports.get();
        if (sentNs - nextNs < 0 && !now.isNewsAfter(sent)) {
          Thread.sleep(interval.dividedBy(LOOKS_PER_INTERVAL));
          continue;
        }
        nextNs = sentNs + interval.toNanos();
        sent = now;
        HeartbeatResponse answer = mgmtd.heartbeat(heartbeat(now, false), CALL_TIMEOUT);
        if (isOfOtherTerm(answer)) {
          nextNs = nanoClock.getAsLong();
          continue;
        }
        onAnswer(answer, sentNs);
        reachable = true;
      } catch (MgmtdUnavailableException silent) {
        if (reachable && !closed) {
          LOG.warn("node {} cannot send heartbeats: {}", node.getId(), silent.getMessage());
        }
        reachable = false;
      } catch (StatusRuntimeException refused) {
        if (!closed) {
          onRefusal(refused);
        }
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  /** Then it did not count, and is to be sent again. */
  private boolean isOfOtherTerm(HeartbeatResponse answer) {
    boolean other = answer.getTerm() != term;
    term = answer.getTerm();
    return other;
  }

  private HeartbeatRequest heartbeat(NodeReport report, boolean leaving) {
    return HeartbeatRequest.newBuilder()
        .setNodeId(node.getId())
        .setIncarnation(node.getIncarnation())
        .addAllTargets(report.targets())
        .addAllDisks(report.disks())
        .addAllRetired(report.retired())
        .setDiskLook(report.diskLook())
        .setDiskLookRefusal(report.diskLookRefusal())
        .setLeaving(leaving)
        .setSequence(heartbeats.incrementAndGet())
        .setTerm(term)
        .setConfigVersion(config.version())
        .setConfigNote(config.note())
        .build();
  }

  private synchronized void onAnswer(HeartbeatResponse answer, long sentNs) {
    if (closed) {
      return;
    }
    grants.accept(
        new NodeGrant(
            sentNs,
            sentNs + Duration.ofMillis(answer.getLeaseMs()).toNanos(),
            answer.getRoutingVersion(),
            answer.getWithdrawnTargetIdsList(),
            answer.getDiskLook()));
    if (answer.getIntervalMs() > 0) {
      interval = Duration.ofMillis(answer.getIntervalMs());
    }
  }

  private void onRefusal(StatusRuntimeException refused) {
    if (refused.getStatus().getCode() != Status.Code.FAILED_PRECONDITION) {
      if (!refused.toString().equals(lastRefusal)) {
        lastRefusal = refused.toString();
        LOG.error(
            "Mgmtd refuses the heartbeats of node {}: {}", node.getId(), refused.getMessage());
      }
      return;
    }
    try {
      registerAgain(CALL_TIMEOUT);
      LOG.info("node {} registered again with a Mgmtd that did not know it", node.getId());
    } catch (MgmtdUnavailableException | StatusRuntimeException failure) {
      LOG.warn("node {} cannot register again: {}", node.getId(), failure.getMessage());
    }
  }

  /**
   * Tells Mgmtd that the node leaves, so that nobody has to find out. The caller's node must have
   * stopped to serve before.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    registering.lock(); // a registration that is under way must not come after the farewell
    try {
      if (isOfOtherTerm(mgmtd.heartbeat(heartbeat(NodeReport.NOTHING, true), LEAVE_TIMEOUT))) {
        mgmtd.heartbeat(heartbeat(NodeReport.NOTHING, true), LEAVE_TIMEOUT);
      }
    } catch (MgmtdUnavailableException | StatusRuntimeException gone) {
      LOG.info("node {} ends without a word to Mgmtd: {}", node.getId(), gone.getMessage());
    } finally {
      registering.unlock();
    }
  }
}
