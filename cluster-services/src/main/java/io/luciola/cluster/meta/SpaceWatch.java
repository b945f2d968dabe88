package io.luciola.cluster.meta;

import io.grpc.StatusRuntimeException;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.routing.RoutingTable;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space of the cluster as Mgmtd knows it, asked each second. A chain has the space of its fullest
 * replica; the cluster has the sum over the chains that new chunks can be on: those of the newest
 * version of the first table.
 */
final class SpaceWatch implements SpaceSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

  private final MgmtdClient mgmtd;
  private final Thread thread;
  private volatile ClusterSpace newest = ClusterSpace.UNKNOWN;
  private volatile boolean closed;

  SpaceWatch(MgmtdClient mgmtd) {
    this.mgmtd = mgmtd;
    this.thread = Thread.ofVirtual().name("space-watch").start(this::watch);
  }

  @Override
  public ClusterSpace space() {
    return newest;
  }

  @Override
  public ClusterSpace askNow() {
    try {
      newest = of(mgmtd.status(CALL_TIMEOUT));
    } catch (MgmtdUnavailableException | StatusRuntimeException silent) {
      LOG.debug("space stays as it was known: {}", silent.getMessage());
    }
    return newest;
  }

  private void watch() {
    while (!closed) {
      try {
        askNow();
        Thread.sleep(INTERVAL);
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  static ClusterSpace of(GetStatusResponse status) {
    ChainTable table =
        RoutingTable.of(status.getRouting()).chainTables().stream()
            .filter(version -> version.id() == ChainTable.FIRST_ID)
            .max(Comparator.comparingInt(ChainTable::version))
            .orElse(null);
    if (table == null) {
      return ClusterSpace.UNKNOWN;
    }
    Map<Long, Long> usedByTarget = new HashMap<>();
    for (TargetReport report : status.getTargetsList()) {
      usedByTarget.put(report.getTargetId(), report.getUsedBytes());
    }
    Map<Long, Long> budgets = new HashMap<>();
    for (Target target : status.getRouting().getTargetsList()) {
      budgets.put(target.getId(), target.getBudgetBytes());
    }
    Set<Integer> wanted = new HashSet<>(table.chainIds());
    Map<Integer, ChainSpace> chains = new HashMap<>();
    for (Chain chain : status.getRouting().getChainsList()) {
      if (wanted.contains(chain.getId())) {
        chains.put(chain.getId(), space(chain, budgets, usedByTarget));
      }
    }
    return new ClusterSpace(table, chains);
  }

  private static ChainSpace space(
      Chain chain, Map<Long, Long> budgets, Map<Long, Long> usedByTarget) {
    long budget = Long.MAX_VALUE;
    long free = Long.MAX_VALUE;
    boolean complete = true;
    for (var member : chain.getTargetsList()) {
      long ofTarget = budgets.getOrDefault(member.getTargetId(), 0L);
      long used = usedByTarget.getOrDefault(member.getTargetId(), 0L);
      budget = Math.min(budget, ofTarget);
      free = Math.min(free, Math.max(0, ofTarget - used));
      complete &= member.getState() == PublicTargetState.SERVING;
    }
    return new ChainSpace(budget, free, complete);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
