package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.Chain;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.cluster.service.Membership;
import io.luciola.cluster.service.NodeGrant;
import io.luciola.cluster.service.NodeReport;
import io.luciola.cluster.service.TemplateFollower;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** A storage node without storage: it listens, follows the routing map and sends heartbeats. */
final class StandInNode implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  final int id;
  final Membership membership;
  private final AtomicReference<NodeGrant> grant =
      new AtomicReference<>(NodeGrant.none(System.nanoTime()));
  private final ServerSocket socket;
  private final MgmtdClient mgmtd;
  private final RoutingFollower routing;
  private final Set<Long> failed = new HashSet<>();
  private long divergedSuccessor;

  StandInNode(int id, HostPort... mgmtds) throws IOException {
    this.id = id;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    mgmtd = new MgmtdClient(new ClusterSpec(List.of(mgmtds)));
    routing = new RoutingFollower(mgmtd, map -> {});
    membership =
        Membership.join(
            mgmtd,
            announcement(),
            this::reports,
            grant::set,
            new TemplateFollower<>(
                ConfigType.CONFIG_STORAGE,
                StorageSettings.class,
                StorageSettings.DEFAULTS,
                List.of()),
            TIMEOUT);
  }

  NodeGrant grant() {
    return grant.get();
  }

  RoutingTable table() {
    return routing.table();
  }

  private Node announcement() {
    return Node.newBuilder()
        .setId(id)
        .setType(NodeType.STORAGE)
        .setHost("127.0.0.1")
        .setPort(socket.getLocalPort())
        .addDisks(Disk.newBuilder().setUuid(String.format("%032x", id)).setSizeBytes(1L << 30))
        .build();
  }

  private synchronized NodeReport reports() {
    RoutingTable table = routing.table();
    return new NodeReport(
        table.targetsOn(id).stream().map(target -> report(target, table)).toList(),
        List.of(),
        List.of(),
        0,
        "");
  }

  private TargetReport report(TargetPlacement target, RoutingTable table) {
    Chain chain = table.chain(target.chainId());
    TargetReport.State state =
        failed.contains(target.targetId())
            ? TargetReport.State.OFFLINE
            : chain.isServing(target.targetId())
                ? TargetReport.State.UPTODATE
                : TargetReport.State.ONLINE;
    return TargetReport.newBuilder()
        .setTargetId(target.targetId())
        .setState(state)
        .setChainVersion(chain.version())
        .setDivergedSuccessorId(divergedSuccessor)
        .build();
  }

  synchronized void fail(long targetId) {
    failed.add(targetId);
  }

  synchronized void repair(long targetId) {
    failed.remove(targetId);
  }

  /** Finds the target behind its own different. */
  synchronized void differsFrom(long targetId) {
    divergedSuccessor = targetId;
  }

  /** As when the process is killed: the system closes its sockets. */
  void kill() throws IOException {
    socket.close();
    routing.close();
    mgmtd.close();
    membership.close();
  }

  /** As when it is told to end. */
  @Override
  public void close() throws IOException {
    membership.close();
    routing.close();
    mgmtd.close();
    socket.close();
  }
}
