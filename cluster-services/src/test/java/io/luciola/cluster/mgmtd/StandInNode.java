package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.Chain;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
  private final List<Disk> disks = new ArrayList<>();
  private final Set<TargetOnDisk> unknown = new LinkedHashSet<>();
  private final Set<TargetOnDisk> retired = new LinkedHashSet<>();
  private long divergedSuccessor;
  private long diskLook;

  StandInNode(int id, HostPort... mgmtds) throws IOException {
    this.id = id;
    disks.add(disk(id, 0));
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
        .addAllDisks(disks)
        .build();
  }

  private static Disk disk(int id, int index) {
    return Disk.newBuilder()
        .setUuid(String.format("%032x", index << Byte.SIZE | id))
        .setIndex(index)
        .setSizeBytes(1L << 30)
        .build();
  }

  private synchronized NodeReport reports() {
    RoutingTable table = routing.table();
    return new NodeReport(
        table.targetsOn(id).stream().map(target -> report(target, table)).toList(),
        disks.stream().map(this::report).toList(),
        List.copyOf(retired),
        diskLook,
        "");
  }

  private DiskReport report(Disk disk) {
    DiskReport.Builder report =
        DiskReport.newBuilder()
            .setIndex(disk.getIndex())
            .setUuid(disk.getUuid())
            .setState(DiskReport.State.SERVING)
            .setLevel(DiskReport.Level.ENOUGH)
            .setSizeBytes(disk.getSizeBytes());
    unknown.stream()
        .filter(target -> target.getDiskUuid().equals(disk.getUuid()))
        .forEach(target -> report.addUnknownTargets(unknown(target)));
    return report.build();
  }

  private static UnknownTarget unknown(TargetOnDisk target) {
    return UnknownTarget.newBuilder().setTargetId(target.getTargetId()).build();
  }

  private TargetReport report(TargetPlacement target, RoutingTable table) {
    Chain chain = table.chain(target.chainId());
    TargetReport.State state =
        failed.contains(target.targetId())
            ? TargetReport.State.OFFLINE
            : chain != null && chain.isServing(target.targetId())
                ? TargetReport.State.UPTODATE
                : TargetReport.State.ONLINE;
    return TargetReport.newBuilder()
        .setTargetId(target.targetId())
        .setState(state)
        .setChainVersion(chain == null ? 0 : chain.version())
        .setDivergedSuccessorId(divergedSuccessor)
        .build();
  }

  synchronized void fail(long targetId) {
    failed.add(targetId);
  }

  synchronized void repair(long targetId) {
    failed.remove(targetId);
  }

  /** The UUID of one of its disks. */
  synchronized String disk(int index) {
    return disks.get(index).getUuid();
  }

  /** Opens one more disk, and announces all. */
  void openFurtherDisk() {
    List<Disk> all;
    synchronized (this) {
      disks.add(disk(id, disks.size()));
      all = List.copyOf(disks);
    }
    membership.announce(all, TIMEOUT);
  }

  /** Says that it has carried out the look that it was asked for last. */
  synchronized void carryOutLook() {
    diskLook = grant().diskLook();
  }

  /** Finds a target on a disk that the cluster does not have there. */
  synchronized void finds(TargetOnDisk target) {
    unknown.add(target);
  }

  /** Says that it has removed a target. */
  synchronized void removes(TargetOnDisk target) {
    unknown.remove(target);
    retired.add(target);
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
