package io.luciola.cluster.mgmtd;

import static io.luciola.cluster.mgmtd.StandInCluster.CALL;
import static io.luciola.cluster.mgmtd.StandInCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import io.luciola.cluster.mgmtd.proto.ReleaseTargetRequest;
import io.luciola.cluster.routing.RoutingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Mgmtd, and nodes that fail. */
class MgmtdFailoverTest {

  private static final Duration T = Duration.ofSeconds(3);

  @TempDir Path directory;
  private StandInCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new StandInCluster(directory, T);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void aKilledNodeIsOutLongBeforeItsSilenceWouldBeNoticedAndARestartedOneIsRefilled()
      throws Exception {
    Thread.sleep(T); // a new primary judges nobody yet
    cluster.node(2).kill();
    long killedNs = System.nanoTime();
    await("node 2 is out", () -> cluster.state(2) == PublicTargetState.OFFLINE);
    assertTrue(System.nanoTime() - killedNs < T.toNanos(), "only its silence gave it away");
    assertFalse(cluster.map().getNodesList().get(1).getAlive());
    cluster.startNode(2);
    await("node 2 is refilled", () -> cluster.state(2) == PublicTargetState.SYNCING);
    assertEquals(PublicTargetState.SERVING, cluster.state(1));
    assertEquals(PublicTargetState.SERVING, cluster.state(3));
  }

  @Test
  void aRestartIsNoticedEvenIfTheNodeIsBackAtOnce() throws Exception {
    cluster.node(1).kill();
    cluster.startNode(1);
    await("node 1 is refilled", () -> cluster.state(1) == PublicTargetState.SYNCING);
  }

  @Test
  void aNodeThatIsSuspectedAndLivesStays() throws Exception {
    Thread.sleep(T);
    int version = cluster.chain().version();
    for (int i = 0; i < 200; i++) {
      cluster.client.reportSuspect(1 + i % 3, CALL);
    }
    Thread.sleep(T);
    assertEquals(version, cluster.chain().version());
    assertTrue(cluster.map().getNodesList().stream().allMatch(n -> n.getAlive()));
  }

  @Test
  void aNodeThatLeavesIsOutAtOnce() throws Exception {
    cluster.node(3).close();
    await("node 3 is out", () -> cluster.state(3) == PublicTargetState.OFFLINE);
  }

  @Test
  void aFailedDiskIsReportedAtOnceAndOnlyItsTargetIsOut() {
    RoutingTable table = cluster.node(1).table();
    cluster.node(1).fail(table.targetsOn(1).getFirst().targetId());
    await("its target is out", () -> cluster.state(1) == PublicTargetState.OFFLINE);
    assertTrue(cluster.map().getNodesList().stream().allMatch(n -> n.getAlive()));
  }

  @Test
  void aTargetTakenOfflineByHandIsOutWhenItsNodeHasStoppedToServeWithIt() {
    int version = cluster.chain().version();
    long targetId = cluster.node(1).table().targetsOn(1).getFirst().targetId();
    OfflineTargetRequest request = OfflineTargetRequest.newBuilder().setTargetId(targetId).build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.offlineTarget(request));
    await(
        "its node is told",
        () -> cluster.node(1).grant().withdrawnTargets().equals(List.of(targetId)));
    assertEquals(version, cluster.chain().version());
    cluster.node(1).fail(targetId);
    await("it is out", () -> cluster.state(1) == PublicTargetState.OFFLINE);
    await("it is told no more", () -> cluster.node(1).grant().withdrawnTargets().isEmpty());
  }

  @Test
  void aTargetThatIsFoundDifferentIsOutUntilItIsReleased() throws Exception {
    int version = cluster.chain().version();
    List<Long> order = cluster.chain().targets().stream().map(ChainTarget::targetId).toList();
    int head = cluster.node(1).table().nodeOf(order.get(0));
    int middle = cluster.node(1).table().nodeOf(order.get(1));
    cluster.node(head).differsFrom(order.get(2)); // which is not the one behind it
    Thread.sleep(T);
    assertEquals(version, cluster.chain().version());
    cluster.node(head).differsFrom(order.get(1));
    await(
        "the node of the other one is told",
        () -> cluster.node(middle).grant().withdrawnTargets().equals(List.of(order.get(1))));
    cluster.node(middle).fail(order.get(1));
    await("it is out", () -> cluster.state(middle) == PublicTargetState.OFFLINE);
    cluster.node(head).differsFrom(0);
    cluster.node(middle).repair(order.get(1));
    cluster.takeOver();
    Thread.sleep(T);
    assertEquals(PublicTargetState.OFFLINE, cluster.state(middle));
    ReleaseTargetRequest release =
        ReleaseTargetRequest.newBuilder().setTargetId(order.get(1)).build();
    cluster.client.admin(CALL, admin -> admin.releaseTarget(release));
    await("it comes back", () -> cluster.state(middle) == PublicTargetState.SYNCING);
  }

  @Test
  void nodesKeepTheirPlacesWhenMgmtdIsRestarted() throws Exception {
    int version = cluster.chain().version();
    cluster.takeOver();
    Thread.sleep(T.plusSeconds(1));
    assertEquals(version, cluster.chain().version());
    assertTrue(
        cluster.nodes().stream()
            .allMatch(node -> node.grant().leaseUntilNs() - System.nanoTime() > 0));
    cluster.node(2).kill();
    await("node 2 is out", () -> cluster.state(2) == PublicTargetState.OFFLINE);
    await(
        "the others know",
        () -> cluster.node(1).table().chains().getFirst().chain().version() > version);
  }
}
