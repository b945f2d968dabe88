package io.luciola.cluster.meta;

import io.grpc.StatusRuntimeException;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.allocation.ChainSpace;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.routing.RoutingTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space of the cluster as Mgmtd knows it, asked each second. A chain has the space of its fullest
 * replica, as budget and disk leave it ({@link DiskRoom}); the cluster has the sum over the chains
 * that new chunks can be on: those of the newest version of the first table.
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
      newest = of(mgmtd.status(CALL_TIMEOUT), newest);
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

  /**
   * What a status says. Of chains none of whose replicas has reported to this Mgmtd yet, what was
   * known before; all is free where nothing was.
   */
  static ClusterSpace of(GetStatusResponse status, ClusterSpace before) {
    ChainTable table = RoutingTable.newestTable(status.getRouting(), ChainTable.FIRST_ID);
    if (table == null) {
      return ClusterSpace.UNKNOWN;
    }
    DiskRoom room = new DiskRoom(status);
    Set<Integer> wanted = new HashSet<>(table.chainIds());
    Map<Integer, ChainSpace> chains = new HashMap<>();
    for (Chain chain : status.getRouting().getChainsList()) {
      if (wanted.contains(chain.getId())) {
        chains.put(chain.getId(), space(chain, room, before.chains().get(chain.getId())));
      }
    }
    return new ClusterSpace(table, chains);
  }

  private static ChainSpace space(Chain chain, DiskRoom room, @Nullable ChainSpace before) {
    long total = Long.MAX_VALUE;
    long free = Long.MAX_VALUE;
    boolean heard = false;
    boolean complete = true;
    for (var member : chain.getTargetsList()) {
      Long ofTarget = room.freeBytes(member.getTargetId());
      if (ofTarget != null) {
        free = Math.min(free, ofTarget);
        heard = true;
      }
      total = Math.min(total, room.totalBytes(member.getTargetId()));
      complete &=
          member.getState() == PublicTargetState.SERVING
              && !room.isOnFailedDisk(member.getTargetId());
    }
    if (!heard && before != null) {
      total = Math.min(total, before.budgetBytes());
      free = before.freeBytes();
    }
    return new ChainSpace(total, Math.min(free, total), complete);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
