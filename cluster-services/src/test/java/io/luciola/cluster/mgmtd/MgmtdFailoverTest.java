package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import io.luciola.cluster.mgmtd.proto.ReleaseTargetRequest;
import io.luciola.cluster.routing.RoutingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Mgmtd over sockets, with three nodes that hold nothing; one chain over all of them. */
class MgmtdFailoverTest {

  private static final Duration T = Duration.ofSeconds(3);
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private MgmtdServer mgmtd;
  private MgmtdClient client;
  private final List<StandInNode> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    mgmtd = startMgmtd(new HostPort("127.0.0.1", 0));
    client = new MgmtdClient(new ClusterSpec(List.of(mgmtd.address())));
    for (int id = 1; id <= 3; id++) {
      nodes.add(new StandInNode(id, mgmtd.address()));
    }
    await("all nodes follow", () -> nodes.stream().allMatch(node -> node.table().version() > 0));
  }

  private MgmtdServer startMgmtd(HostPort listen) throws IOException {
    return MgmtdServer.start(
        new MgmtdConfig(
            listen,
            null,
            directory.resolve("mgmtd"),
            null,
            new PlacementConfig(3, 3, 1, 1),
            (int) T.toMillis()));
  }

  @AfterEach
  void stop() throws IOException {
    for (StandInNode node : nodes) {
      node.close();
    }
    client.close();
    mgmtd.close();
  }

  @Test
  void aKilledNodeIsOutLongBeforeItsSilenceWouldBeNoticedAndARestartedOneIsRefilled()
      throws Exception {
    Thread.sleep(T); // a new primary judges nobody yet
    nodes.get(1).kill();
    long killedNs = System.nanoTime();
    await("node 2 is out", () -> state(2) == PublicTargetState.OFFLINE);
    assertTrue(System.nanoTime() - killedNs < T.toNanos(), "only its silence gave it away");
    assertFalse(client.status(CALL).getRouting().getNodesList().get(1).getAlive());
    nodes.set(1, new StandInNode(2, mgmtd.address()));
    await("node 2 is refilled", () -> state(2) == PublicTargetState.SYNCING);
    assertEquals(PublicTargetState.SERVING, state(1));
    assertEquals(PublicTargetState.SERVING, state(3));
  }

  @Test
  void aRestartIsNoticedEvenIfTheNodeIsBackAtOnce() throws Exception {
    nodes.get(0).kill();
    nodes.set(0, new StandInNode(1, mgmtd.address()));
    await("node 1 is refilled", () -> state(1) == PublicTargetState.SYNCING);
  }

  @Test
  void aNodeThatIsSuspectedAndLivesStays() throws Exception {
    Thread.sleep(T);
    int version = chain().version();
    for (int i = 0; i < 200; i++) {
      client.reportSuspect(1 + i % 3, CALL);
    }
    Thread.sleep(T);
    assertEquals(version, chain().version());
    assertTrue(
        client.status(CALL).getRouting().getNodesList().stream().allMatch(n -> n.getAlive()));
  }

  @Test
  void aNodeThatLeavesIsOutAtOnce() throws Exception {
    nodes.get(2).close();
    await("node 3 is out", () -> state(3) == PublicTargetState.OFFLINE);
  }

  @Test
  void aFailedDiskIsReportedAtOnceAndOnlyItsTargetIsOut() {
    RoutingTable table = nodes.getFirst().table();
    nodes.getFirst().fail(table.targetsOn(1).getFirst().targetId());
    await("its target is out", () -> state(1) == PublicTargetState.OFFLINE);
    assertTrue(
        client.status(CALL).getRouting().getNodesList().stream().allMatch(n -> n.getAlive()));
  }

  @Test
  void aTargetTakenOfflineByHandIsOutWhenItsNodeHasStoppedToServeWithIt() {
    int version = chain().version();
    long targetId = nodes.getFirst().table().targetsOn(1).getFirst().targetId();
    OfflineTargetRequest request = OfflineTargetRequest.newBuilder().setTargetId(targetId).build();
    client.admin(CALL, mgmtd -> mgmtd.offlineTarget(request));
    await(
        "its node is told",
        () -> nodes.getFirst().grant().withdrawnTargets().equals(List.of(targetId)));
    assertEquals(version, chain().version());
    nodes.getFirst().fail(targetId);
    await("it is out", () -> state(1) == PublicTargetState.OFFLINE);
    await("it is told no more", () -> nodes.getFirst().grant().withdrawnTargets().isEmpty());
  }

  @Test
  void aTargetThatIsFoundDifferentIsOutUntilItIsReleased() throws Exception {
    int version = chain().version();
    List<Long> order = chain().targets().stream().map(ChainTarget::targetId).toList();
    int head = nodes.getFirst().table().nodeOf(order.get(0));
    int middle = nodes.getFirst().table().nodeOf(order.get(1));
    nodes.get(head - 1).differsFrom(order.get(2)); // which is not the one behind it
    Thread.sleep(T);
    assertEquals(version, chain().version());
    nodes.get(head - 1).differsFrom(order.get(1));
    await(
        "the node of the other one is told",
        () -> nodes.get(middle - 1).grant().withdrawnTargets().equals(List.of(order.get(1))));
    nodes.get(middle - 1).fail(order.get(1));
    await("it is out", () -> state(middle) == PublicTargetState.OFFLINE);
    nodes.get(head - 1).differsFrom(0);
    nodes.get(middle - 1).repair(order.get(1));
    HostPort address = mgmtd.address();
    mgmtd.close();
    mgmtd = startMgmtd(address);
    Thread.sleep(T);
    assertEquals(PublicTargetState.OFFLINE, state(middle));
    ReleaseTargetRequest release =
        ReleaseTargetRequest.newBuilder().setTargetId(order.get(1)).build();
    client.admin(CALL, admin -> admin.releaseTarget(release));
    await("it comes back", () -> state(middle) == PublicTargetState.SYNCING);
  }

  @Test
  void nodesKeepTheirPlacesWhenMgmtdIsRestarted() throws Exception {
    int version = chain().version();
    HostPort address = mgmtd.address();
    mgmtd.close();
    mgmtd = startMgmtd(address);
    Thread.sleep(T.plusSeconds(1));
    assertEquals(version, chain().version());
    assertTrue(
        nodes.stream().allMatch(node -> node.grant().leaseUntilNs() - System.nanoTime() > 0));
    nodes.get(1).kill();
    await("node 2 is out", () -> state(2) == PublicTargetState.OFFLINE);
    await(
        "the others know",
        () -> nodes.getFirst().table().chains().getFirst().chain().version() > version);
  }

  private Chain chain() {
    GetStatusResponse status = client.status(CALL);
    return RoutingTable.of(status.getRouting()).chains().getFirst().chain();
  }

  private PublicTargetState state(int nodeId) {
    RoutingTable table = RoutingTable.of(client.status(CALL).getRouting());
    for (ChainTarget target : table.chains().getFirst().chain().targets()) {
      if (table.nodeOf(target.targetId()) == nodeId) {
        return target.state();
      }
    }
    throw new AssertionError("node " + nodeId + " has no target in the chain");
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, "in vain: " + what);
      try {
        Thread.sleep(10);
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }
}
