package io.luciola.cluster.meta;

import io.grpc.StatusRuntimeException;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space of the cluster as Mgmtd knows it, asked each second. A chain has the space of its fullest
 * replica; the cluster has the sum over its chains.
 */
final class SpaceWatch implements SpaceSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

  private final MgmtdClient mgmtd;
  private final Thread thread;
  private volatile Space newest = new Space(0, 0);
  private volatile boolean closed;

  SpaceWatch(MgmtdClient mgmtd) {
    this.mgmtd = mgmtd;
    this.thread = Thread.ofVirtual().name("space-watch").start(this::watch);
  }

  @Override
  public Space space() {
    return newest;
  }

  private void watch() {
    while (!closed) {
      try {
        newest = sum(mgmtd.status(CALL_TIMEOUT));
        Thread.sleep(INTERVAL);
      } catch (MgmtdUnavailableException | StatusRuntimeException silent) {
        LOG.debug("space stays as it was known: {}", silent.getMessage());
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  static Space sum(GetStatusResponse status) {
    Map<Long, Long> usedByTarget = new HashMap<>();
    for (TargetReport report : status.getTargetsList()) {
      usedByTarget.put(report.getTargetId(), report.getUsedBytes());
    }
    Map<Integer, Space> byChain = new HashMap<>();
    for (Target target : status.getRouting().getTargetsList()) {
      long total = target.getBudgetBytes();
      long free = Math.max(0, total - usedByTarget.getOrDefault(target.getId(), 0L));
      byChain.merge(
          target.getChainId(),
          new Space(total, free),
          (a, b) ->
              new Space(
                  Math.min(a.totalBytes(), b.totalBytes()),
                  Math.min(a.freeBytes(), b.freeBytes())));
    }
    return new Space(
        byChain.values().stream().mapToLong(Space::totalBytes).sum(),
        byChain.values().stream().mapToLong(Space::freeBytes).sum());
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
