package io.luciola.cluster.storage;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.service.Membership;
import io.luciola.cluster.service.NodeReport;
import io.luciola.target.DiskException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A storage node as a service: its disks open, known to Mgmtd, its targets made, serving. */
public final class StorageService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StorageService.class);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration ANNOUNCE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REPEAT_WAITING_LOG = Duration.ofSeconds(30);

  private final MgmtdClient mgmtd;
  private final ClusterConnection cluster;
  private final Membership membership;
  private final StorageServer server;
  private final DiskLook look;

  private StorageService(
      MgmtdClient mgmtd,
      ClusterConnection cluster,
      Membership membership,
      StorageServer server,
      DiskLook look) {
    this.mgmtd = mgmtd;
    this.cluster = cluster;
    this.membership = membership;
    this.server = server;
    this.look = look;
  }

  /** As the other one, for a node whose configuration does not change while it runs. */
  public static StorageService start(StorageConfig config)
      throws DiskException, InterruptedException {
    return start(config, () -> config);
  }

  /**
   * Opens the disks, registers, waits for the chain table, makes the targets that it gives to this
   * node, and serves.
   *
   * @param asOfNow reads the configuration again, when an operator wants further disks to be
   *     opened; may throw ConfigException
   * @throws DiskException when no disk can be used
   * @throws java.io.UncheckedIOException when the address cannot be bound
   * @throws io.luciola.cluster.mgmtd.MgmtdUnavailableException when no Mgmtd answers
   */
  public static StorageService start(StorageConfig config, Supplier<StorageConfig> asOfNow)
      throws DiskException, InterruptedException {
    NodeDisks disks = NodeDisks.open(config);
    MgmtdClient mgmtd = new MgmtdClient(new ClusterSpec(config.mgmtd()));
    ClusterConnection cluster = new ClusterConnection(mgmtd);
    Membership membership = null;
    StorageNode node = null;
    try {
      node =
          new StorageNode(
              config.nodeId(),
              config.listen().host(),
              config.listen().port(),
              disks.all(),
              disks,
              cluster,
              StorageOptions.DEFAULTS,
              System::nanoTime);
      StorageNode serving = node;
      AtomicReference<@Nullable DiskLook> looks = new AtomicReference<>();
      cluster.wakeOnChange(node);
      membership =
          Membership.join(
              mgmtd,
              announcement(config, disks, node.port()),
              () -> report(serving, disks, looks.get()),
              cluster::onGrant,
              cluster.config(),
              JOIN_TIMEOUT);
      while (!cluster.awaitTable(REPEAT_WAITING_LOG)) {
        LOG.info("node {} waits for the other storage nodes to register", config.nodeId());
      }
      disks.createTargets(cluster.routing().targetsOn(config.nodeId()));
      StorageServer server = StorageServer.start(node);
      Membership member = membership;
      DiskLook look =
          DiskLook.start(
              asOfNow,
              disks,
              node,
              () -> cluster.grant().diskLook(),
              now -> member.announce(now, ANNOUNCE_TIMEOUT));
      looks.set(look);
      LOG.info(
          "storage node {} serves {} targets on {} disks at {}",
          config.nodeId(),
          cluster.routing().targetsOn(config.nodeId()).size(),
          disks.all().size(),
          config.listen().withPort(node.port()));
      return new StorageService(mgmtd, cluster, membership, server, look);
    } catch (InterruptedException | RuntimeException failure) {
      if (membership != null) {
        membership.close();
      }
      cluster.close();
      mgmtd.close();
      if (node != null) {
        node.close();
      } else {
        disks.close();
      }
      throw failure;
    }
  }

  private static Node announcement(StorageConfig config, NodeDisks disks, int port) {
    return Node.newBuilder()
        .setId(config.nodeId())
        .setType(NodeType.STORAGE)
        .setHost(config.listen().host())
        .setPort(port)
        .addAllDisks(disks.announcements())
        .setZone(config.zone() == null ? "" : config.zone())
        .build();
  }

  private static NodeReport report(StorageNode node, NodeDisks disks, @Nullable DiskLook looking) {
    DiskLook.Outcome look = looking == null ? DiskLook.Outcome.NONE : looking.last();
    DiskNews news = disks.news(); // not older than what the look has found
    return new NodeReport(
        reports(node), news.reports(), news.retired(), look.number(), look.refusal());
  }

  private static List<TargetReport> reports(StorageNode node) {
    return node.usage().stream()
        .map(
            usage ->
                TargetReport.newBuilder()
                    .setTargetId(usage.targetId())
                    .setStateValue(usage.state().number())
                    .setChainVersion(usage.chainVersion())
                    .setUsedBytes(usage.usedBytes())
                    .setDivergedSuccessorId(usage.divergedSuccessor())
                    .build())
        .toList();
  }

  /** Stops to serve, says so to Mgmtd, makes all durable and closes the disks. */
  @Override
  public void close() {
    server.node().stopServing();
    membership.close();
    cluster.close();
    look.close(); // before the node's buffers go, of which a disk that is being opened may know
    server.close();
    mgmtd.close();
  }
}
