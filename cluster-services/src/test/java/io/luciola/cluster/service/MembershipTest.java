package io.luciola.cluster.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MembershipTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void disksAreAnnouncedWhileANodeIsAMemberAndNotBehindThat(@TempDir Path directory)
      throws Exception {
    try (MgmtdServer server =
            MgmtdServer.start(
                MgmtdConfig.embedded(
                    new HostPort("127.0.0.1", 0), directory, new PlacementConfig(1, 1, 2, 1)));
        MgmtdClient client = new MgmtdClient(new ClusterSpec(List.of(server.address())));
        RoutingFollower routing = new RoutingFollower(client, map -> {})) {
      Membership membership = join(client, disk(0));
      awaitNode(routing, node -> node.getAlive() && node.getDisksCount() == 1);
      membership.announce(List.of(disk(0), disk(1)), TIMEOUT);
      awaitNode(routing, node -> node.getAlive() && node.getDisksCount() == 2);

      membership.close();
      awaitNode(routing, node -> !node.getAlive());
      membership.announce(List.of(disk(0), disk(1), disk(2)), TIMEOUT);
      for (int i = 0; i < 20; i++) {
        assertTrue(
            routing.map().getNodesList().stream().noneMatch(Node::getAlive),
            "a node that has left is back");
        LockSupport.parkNanos(10_000_000);
      }
      assertEquals(2, routing.map().getNodes(0).getDisksCount());
    }
  }

  private static Membership join(MgmtdClient client, Disk disk) {
    return Membership.join(
        client,
        Node.newBuilder()
            .setId(1)
            .setType(NodeType.STORAGE)
            .setHost("127.0.0.1")
            .setPort(1)
            .addDisks(disk)
            .build(),
        () -> NodeReport.NOTHING,
        grant -> {},
        new TemplateFollower<>(
            ConfigType.CONFIG_STORAGE, StorageSettings.class, StorageSettings.DEFAULTS, List.of()),
        TIMEOUT);
  }

  private static Disk disk(int index) {
    return Disk.newBuilder()
        .setUuid("%032x".formatted(index + 1))
        .setIndex(index)
        .setSizeBytes(1 << 30)
        .setDevice("memory:1GiB")
        .build();
  }

  private static void awaitNode(RoutingFollower routing, Predicate<Node> wanted) {
    long endNs = System.nanoTime() + TIMEOUT.toNanos();
    while (routing.map().getNodesList().stream().noneMatch(wanted)) {
      assertTrue(System.nanoTime() < endNs, () -> "the map has " + routing.map());
      LockSupport.parkNanos(10_000_000);
    }
  }
}
