package io.luciola.cluster.mgmtd;

import static io.luciola.cluster.mgmtd.StandInCluster.CALL;
import static io.luciola.cluster.mgmtd.StandInCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.LookAtDisksRequest;
import io.luciola.cluster.mgmtd.proto.LookAtDisksResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.ReserveNodeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Mgmtd knows of the nodes' disks, and how it has nodes look at them again. */
class NodeDisksTest {

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

  private LookAtDisksResponse look(int nodeId) {
    LookAtDisksRequest request = LookAtDisksRequest.newBuilder().setNodeId(nodeId).build();
    return cluster.client.admin(CALL, mgmtd -> mgmtd.lookAtDisks(request));
  }

  private void refused(Status.Code code, String message, int nodeId) {
    Status status = assertThrows(StatusRuntimeException.class, () -> look(nodeId)).getStatus();
    assertEquals(code, status.getCode());
    assertEquals(message, status.getDescription());
  }

  private NodeDisks disks(int nodeId) {
    return cluster.client.status(CALL).getDisksList().stream()
        .filter(node -> node.getNodeId() == nodeId)
        .findFirst()
        .orElse(NodeDisks.getDefaultInstance());
  }

  @Test
  void theStatusHasWhatNodesSaidLastOfTheirDisks() throws Exception {
    await("node 1 has spoken", () -> disks(1).getDisksCount() == 1);
    DiskReport report = disks(1).getDisks(0);
    assertEquals(cluster.node(1).disk(0), report.getUuid());
    assertEquals(DiskReport.State.SERVING, report.getState());
    assertEquals(1L << 30, report.getSizeBytes());
    cluster.node(1).openFurtherDisk();
    await("the further disk is reported", () -> disks(1).getDisksCount() == 2);
    cluster.takeOver();
    await("the next primary hears of it", () -> disks(1).getDisksCount() == 2);
    cluster.node(1).close();
    await("it has left", () -> disks(1).getDisksCount() == 0);
  }

  @Test
  void aNodeThatAnnouncesFurtherDisksKeepsItsPlaces() throws Exception {
    Chain before = cluster.chain();
    long incarnation = cluster.inMap(2).getIncarnation();
    cluster.node(2).openFurtherDisk();
    Node grown = cluster.inMap(2);
    assertEquals(
        List.of(cluster.node(2).disk(0), cluster.node(2).disk(1)),
        grown.getDisksList().stream().map(Disk::getUuid).toList());
    assertEquals(incarnation, grown.getIncarnation());
    assertTrue(grown.getAlive());
    await("its heartbeats go on", () -> disks(2).getDisksCount() == 2);
    Thread.sleep(T);
    assertEquals(before, cluster.chain());
    cluster.takeOver();
    assertEquals(2, cluster.inMap(2).getDisksCount());
    assertEquals(before, cluster.chain());
  }

  @Test
  void aNodeWithAFailedDiskCanAnnounceAnotherAndOnlyTheFailedOneIsOut() {
    StandInNode node = cluster.node(2);
    node.fail(node.table().targetsOn(2).getFirst().targetId());
    await("its target is out", () -> cluster.state(2) == PublicTargetState.OFFLINE);
    Chain before = cluster.chain();
    node.openFurtherDisk();
    assertEquals(2, cluster.inMap(2).getDisksCount());
    await("its heartbeats go on", () -> disks(2).getDisksCount() == 2);
    assertEquals(before, cluster.chain());
  }

  @Test
  void aLookIsAskedForUntilItIsCarriedOut() {
    LookAtDisksResponse asked = look(3);
    assertEquals(cluster.client.status(CALL).getTerm(), asked.getTerm());
    assertNotEquals(0, asked.getDiskLook());
    StandInNode node = cluster.node(3);
    await("the node is told", () -> node.grant().diskLook() == asked.getDiskLook());
    assertEquals(0, cluster.node(1).grant().diskLook());
    assertEquals(0, disks(3).getDiskLook());
    node.carryOutLook();
    await("it has looked", () -> disks(3).getDiskLook() == asked.getDiskLook());
    await("it is told no more", () -> node.grant().diskLook() == 0);
  }

  @Test
  void aSecondLookHasAnotherNumberThoughTheFirstIsPending() {
    long first = look(3).getDiskLook();
    long second = look(3).getDiskLook();
    assertNotEquals(first, second);
    await("the node is told", () -> cluster.node(3).grant().diskLook() == second);
  }

  @Test
  void theNextPrimaryKnowsOfNoLookAndGivesNewNumbers() throws Exception {
    LookAtDisksResponse first = look(3);
    StandInNode node = cluster.node(3);
    await("the node is told", () -> node.grant().diskLook() == first.getDiskLook());
    node.carryOutLook();
    await("it has looked", () -> disks(3).getDiskLook() == first.getDiskLook());
    cluster.takeOver();
    LookAtDisksResponse second = look(3);
    assertTrue(second.getTerm() > first.getTerm());
    assertNotEquals(first.getDiskLook(), second.getDiskLook());
    await("the node is told", () -> node.grant().diskLook() == second.getDiskLook());
    node.carryOutLook();
    await("it has looked", () -> disks(3).getDiskLook() == second.getDiskLook());
  }

  @Test
  void onlyAStorageNodeThatLivesCanLook() throws Exception {
    refused(Status.Code.INVALID_ARGUMENT, "there is no storage node 9", 9);
    reserve(9, NodeType.META);
    refused(Status.Code.INVALID_ARGUMENT, "there is no storage node 9", 9);
    reserve(8, NodeType.STORAGE);
    refused(Status.Code.FAILED_PRECONDITION, "node 8 is not alive; start it", 8);
    cluster.node(3).close();
    refused(Status.Code.FAILED_PRECONDITION, "node 3 is not alive; start it", 3);
    cluster.startNode(3);
    assertNotEquals(0, look(3).getDiskLook());
  }

  private void reserve(int nodeId, NodeType type) {
    ReserveNodeRequest request =
        ReserveNodeRequest.newBuilder().setNodeId(nodeId).setType(type).build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.reserveNode(request));
  }
}
