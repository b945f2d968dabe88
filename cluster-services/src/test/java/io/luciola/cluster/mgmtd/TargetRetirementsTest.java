package io.luciola.cluster.mgmtd;

import static io.luciola.cluster.mgmtd.StandInCluster.CALL;
import static io.luciola.cluster.mgmtd.StandInCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.CreateTargetRequest;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import io.luciola.cluster.mgmtd.proto.ReplaceTargetRequest;
import io.luciola.cluster.mgmtd.proto.RetireTargetsRequest;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.UnregisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.UpdateChainRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Removing targets from the disks of nodes that hold nothing. */
class TargetRetirementsTest {

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

  private TargetOnDisk on(int nodeId, long targetId) {
    return TargetOnDisk.newBuilder()
        .setTargetId(targetId)
        .setDiskUuid(cluster.node(nodeId).disk(0))
        .build();
  }

  private void retire(int nodeId, TargetOnDisk... targets) {
    RetireTargetsRequest request =
        RetireTargetsRequest.newBuilder().setNodeId(nodeId).addAllTargets(List.of(targets)).build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.retireTargets(request));
  }

  private static void refused(Status.Code code, String message, Executable call) {
    Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
    assertEquals(code, status.getCode());
    assertEquals(message, status.getDescription());
  }

  private void create(int nodeId, long targetId) {
    CreateTargetRequest request =
        CreateTargetRequest.newBuilder()
            .setTargetId(targetId)
            .setNodeId(nodeId)
            .setDiskUuid(cluster.node(nodeId).disk(0))
            .setBudgetBytes(1 << 20)
            .build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.createTarget(request));
  }

  private List<TargetOnDisk> retiring(int nodeId) {
    return cluster.inMap(nodeId).getRetiringList();
  }

  private boolean hasTarget(long targetId) {
    return cluster.map().getTargetsList().stream().anyMatch(target -> target.getId() == targetId);
  }

  /** The target of a node that is in the chain. */
  private long placed(int nodeId) {
    return cluster.map().getTargetsList().stream()
        .filter(target -> target.getNodeId() == nodeId && target.getChainId() != 0)
        .mapToLong(Target::getId)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTargetInNoChainIsForgottenAtOnceAndRememberedUntilItIsGone() throws Exception {
    create(1, 4711);
    create(1, 4712);
    TargetOnDisk target = on(1, 4711);
    retire(1, target);
    assertFalse(hasTarget(4711));
    assertTrue(hasTarget(4712));
    assertEquals(List.of(target), retiring(1));
    cluster.takeOver();
    assertFalse(hasTarget(4711));
    assertEquals(List.of(target), retiring(1));
    cluster.node(1).openFurtherDisk();
    assertEquals(List.of(target), retiring(1));
    cluster.node(1).removes(target);
    await("it is gone", () -> retiring(1).isEmpty());
    cluster.takeOver();
    assertEquals(List.of(), retiring(1));
    assertFalse(hasTarget(4711));
  }

  @Test
  void noTargetIsMadeWhereTheClusterDoesNotKnowOneOfItsId() throws Exception {
    cluster.node(1).finds(on(1, 4711));
    await("it is reported", () -> cluster.client.status(CALL).toString().contains("4711"));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "disk "
            + cluster.node(1).disk(0)
            + " of node 1 has a target 4711 that the cluster does not know; have it removed first:"
            + " luciola admin retire-target --unknown --node 1",
        () -> create(1, 4711));
    create(1, 4712);
  }

  @Test
  void whatAnOvertakenHeartbeatOrOneOfAnotherTermSaysDoesNotCount() throws Exception {
    create(1, 4711);
    TargetOnDisk target = on(1, 4711);
    retire(1, target);
    HeartbeatRequest late =
        HeartbeatRequest.newBuilder()
            .setNodeId(1)
            .setIncarnation(cluster.inMap(1).getIncarnation())
            .setTerm(cluster.client.status(CALL).getTerm())
            .setSequence(1)
            .addDisks(DiskReport.newBuilder().setUuid("late"))
            .addRetired(target)
            .build();
    cluster.client.heartbeat(late, CALL);
    cluster.client.heartbeat(late.toBuilder().setTerm(0).setSequence(1 << 20).build(), CALL);
    assertFalse(cluster.client.status(CALL).toString().contains("late"));
    Thread.sleep(T.dividedBy(3));
    assertEquals(List.of(target), retiring(1));
  }

  @Test
  void aTargetThatIsForgottenIsForgottenByWhoDecidesToo() {
    create(1, 4711);
    OfflineTargetRequest request = OfflineTargetRequest.newBuilder().setTargetId(4711).build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.offlineTarget(request));
    await("the node is told", () -> !cluster.node(1).grant().withdrawnTargets().isEmpty());
    retire(1, on(1, 4711));
    await("it is told no more", () -> cluster.node(1).grant().withdrawnTargets().isEmpty());
  }

  @Test
  void retiringTwiceIsRetiringOnce() {
    create(1, 4711);
    TargetOnDisk target = on(1, 4711);
    retire(1, target, target);
    long version = cluster.map().getVersion();
    retire(1, target);
    retire(1);
    assertEquals(List.of(target), retiring(1));
    assertEquals(version, cluster.map().getVersion());
  }

  @Test
  void aTargetThatTheClusterDoesNotKnowHasToBeReportedByTheDisk() throws Exception {
    TargetOnDisk orphan = on(2, 4711);
    String message =
        "disk "
            + orphan.getDiskUuid()
            + " of node 2 does not report target 4711; it is gone, or the disk is not there:"
            + " luciola admin status";
    refused(Status.Code.FAILED_PRECONDITION, message, () -> retire(2, orphan));
    cluster.node(2).finds(orphan);
    await("it is reported", () -> isReported(orphan));
    refused(
        Status.Code.FAILED_PRECONDITION,
        message.replace("of node 2", "of node 3"),
        () -> retire(3, orphan));
    cluster.takeOver();
    await("it is reported again", () -> isReported(orphan));
    retire(2, orphan);
    assertEquals(List.of(orphan), retiring(2));
    cluster.node(2).removes(orphan);
    await("it is gone", () -> retiring(2).isEmpty());
    refused(Status.Code.FAILED_PRECONDITION, message, () -> retire(2, orphan));
  }

  private boolean isReported(TargetOnDisk orphan) {
    return cluster.client.status(CALL).getDisksList().stream()
        .flatMap(node -> node.getDisksList().stream())
        .filter(disk -> disk.getUuid().equals(orphan.getDiskUuid()))
        .flatMap(disk -> disk.getUnknownTargetsList().stream())
        .anyMatch(target -> target.getTargetId() == orphan.getTargetId());
  }

  @Test
  void anOrphanWithTheIdOfATargetOnAnotherDiskLeavesThatOneAlone() {
    TargetOnDisk orphan = on(2, 4711);
    create(1, 4711);
    cluster.node(2).finds(orphan);
    await("it is reported", () -> isReported(orphan));
    retire(2, orphan);
    assertTrue(hasTarget(4711));
    assertEquals(List.of(orphan), retiring(2));
    takeOut(1);
    change(4711, UpdateChainRequest.Action.ADD);
    await("it is in the chain", () -> cluster.state(1) == PublicTargetState.SYNCING);
  }

  /** Takes a node's target out of the chain. */
  private long takeOut(int nodeId) {
    long targetId = placed(nodeId);
    cluster.node(nodeId).fail(targetId);
    await("it is out", () -> cluster.state(nodeId) == PublicTargetState.OFFLINE);
    change(targetId, UpdateChainRequest.Action.REMOVE);
    return targetId;
  }

  private void change(long targetId, UpdateChainRequest.Action action) {
    UpdateChainRequest request =
        UpdateChainRequest.newBuilder()
            .setChainId(cluster.chain().id())
            .setTargetId(targetId)
            .setAction(action)
            .build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.updateChain(request));
  }

  @Test
  void oneThatCannotBeRetiredKeepsTheOthers() {
    create(1, 4711);
    long inChain = placed(1);
    int chainId = cluster.chain().id();
    RoutingMap before = cluster.map();
    refused(
        Status.Code.INVALID_ARGUMENT,
        "target "
            + inChain
            + " is in chain "
            + chainId
            + "; take it out first: luciola admin update-chain "
            + chainId
            + " --remove "
            + inChain,
        () -> retire(1, on(1, 4711), on(1, inChain)));
    assertEquals(before, cluster.map());
  }

  @Test
  void aTargetThatWasTakenOutOfItsChainCanBeRetired() {
    long targetId = takeOut(1);
    retire(1, on(1, targetId));
    assertFalse(hasTarget(targetId));
    assertEquals(List.of(on(1, targetId)), retiring(1));
  }

  @Test
  void aTargetBelongsToTheNodeThatTheMapNames() {
    create(1, 4711);
    refused(
        Status.Code.INVALID_ARGUMENT,
        "target 4711 belongs to node 1, which had the disk: put the disk back",
        () -> retire(2, on(1, 4711)));
    refused(
        Status.Code.INVALID_ARGUMENT, "there is no storage node 9", () -> retire(9, on(1, 4711)));
    assertTrue(hasTarget(4711));
  }

  @Test
  void anIdIsNotUsedAgainOnADiskBeforeItsTargetIsGone() {
    create(1, 4711);
    TargetOnDisk target = on(1, 4711);
    retire(1, target);
    String message =
        "target 4711 is still being removed from disk " + target.getDiskUuid() + " of node 1";
    refused(Status.Code.INVALID_ARGUMENT, message, () -> create(1, 4711));
    ReplaceTargetRequest replacement =
        ReplaceTargetRequest.newBuilder()
            .setOldTargetId(placed(1))
            .setReplacement(
                Target.newBuilder()
                    .setId(4711)
                    .setNodeId(1)
                    .setDiskUuid(target.getDiskUuid())
                    .setBudgetBytes(1))
            .build();
    refused(
        Status.Code.INVALID_ARGUMENT,
        message,
        () -> cluster.client.admin(CALL, mgmtd -> mgmtd.replaceTarget(replacement)));
    cluster.node(1).removes(target);
    await("it is gone", () -> retiring(1).isEmpty());
    create(1, 4711);
    assertTrue(hasTarget(4711));
  }

  @Test
  void whatANodeSaysItHasToRemoveDoesNotCount() {
    Node node =
        Node.newBuilder()
            .setId(9)
            .setType(NodeType.STORAGE)
            .setHost("127.0.0.1")
            .setPort(1)
            .setIncarnation(1)
            .addRetiring(on(1, 4711))
            .build();
    cluster.client.register(node, "of a test", CALL);
    assertEquals(List.of(), retiring(9));
  }

  @Test
  void whatHasToGoFromANodeIsForgottenWithIt() throws Exception {
    create(3, 4711);
    retire(3, on(3, 4711));
    takeOut(3);
    cluster.node(3).kill();
    await("it is dead", () -> !cluster.inMap(3).getAlive());
    assertTrue(reportingNodes().contains(3));
    UnregisterNodeRequest request = UnregisterNodeRequest.newBuilder().setNodeId(3).build();
    cluster.client.admin(CALL, mgmtd -> mgmtd.unregisterNode(request));
    assertFalse(reportingNodes().contains(3));
    cluster.startNode(3);
    assertEquals(List.of(), retiring(3));
  }

  private List<Integer> reportingNodes() {
    return cluster.client.status(CALL).getDisksList().stream().map(NodeDisks::getNodeId).toList();
  }

  @Test
  void nothingIsRetiredBeforeThereIsAChainTable() throws Exception {
    try (StandInCluster waiting = StandInCluster.withoutTable(directory.resolve("waiting"), T)) {
      TargetOnDisk orphan =
          TargetOnDisk.newBuilder().setTargetId(4711).setDiskUuid(waiting.node(1).disk(0)).build();
      RetireTargetsRequest request =
          RetireTargetsRequest.newBuilder().setNodeId(1).addTargets(orphan).build();
      refused(
          Status.Code.FAILED_PRECONDITION,
          "there is no chain table yet: the cluster waits for its storage nodes",
          () -> waiting.client.admin(CALL, mgmtd -> mgmtd.retireTargets(request)));
    }
  }
}
