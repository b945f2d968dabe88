package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetBudget;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Chain 1 has the targets 11 and 21 of the nodes 1 and 2; node 3 is new, chain 2 is to come. */
class GrowthCheckTest {

  private static final RoutingMap MAP =
      RoutingMap.newBuilder()
          .setVersion(7)
          .addNodes(node(1))
          .addNodes(node(2))
          .addNodes(node(3))
          .addTargets(target(11, 1, 1, 100))
          .addTargets(target(21, 2, 1, 100))
          .addChains(
              PlacementAdministration.serving(
                  NewChain.newBuilder().setId(1).addTargetIds(11).addTargetIds(21).build()))
          .addChainTables(ChainTable.newBuilder().setId(1).setVersion(1).addChainIds(1))
          .build();

  private final GrowthCheck check = new GrowthCheck(MAP);

  private static Node node(int id) {
    return Node.newBuilder()
        .setId(id)
        .setType(NodeType.STORAGE)
        .addDisks(Disk.newBuilder().setUuid("disk" + id).setSizeBytes(100))
        .build();
  }

  private static Target target(long id, int nodeId, int chainId, long budgetBytes) {
    return Target.newBuilder()
        .setId(id)
        .setNodeId(nodeId)
        .setDiskUuid("disk" + nodeId)
        .setChainId(chainId)
        .setBudgetBytes(budgetBytes)
        .build();
  }

  private static ApplyGrowthRequest.Builder growth() {
    return ApplyGrowthRequest.newBuilder()
        .setRoutingVersion(7)
        .addTargets(target(12, 1, 2, 40))
        .addTargets(target(31, 3, 2, 40))
        .addChains(NewChain.newBuilder().setId(2).addTargetIds(31).addTargetIds(12))
        .addBudgets(TargetBudget.newBuilder().setTargetId(11).setBudgetBytes(60))
        .addBudgets(TargetBudget.newBuilder().setTargetId(21).setBudgetBytes(60))
        .setTable(
            ChainTable.newBuilder()
                .setId(1)
                .setVersion(2)
                .addAllChainIds(List.of(1, 2))
                .addAllRoundStarts(List.of(0, 1)));
  }

  private void refused(String message, UnaryOperator<ApplyGrowthRequest.Builder> change) {
    ApplyGrowthRequest request = change.apply(growth()).build();
    String said =
        assertThrows(IllegalArgumentException.class, () -> check.check(request)).getMessage();
    assertTrue(said.contains(message), said);
  }

  @Test
  void whatFitsIsAccepted() {
    assertDoesNotThrow(() -> check.check(growth().build()));
  }

  @Test
  void targetsAreNewAndOnDisksOfNodesThatRegistered() {
    refused("target 11 exists", g -> g.setTargets(0, target(11, 1, 2, 40)));
    refused("target 31 exists", g -> g.addTargets(target(31, 3, 2, 40)));
    refused("there is no node 4", g -> g.setTargets(1, target(31, 4, 2, 40)));
    refused(
        "node 3 has no disk disk9",
        g -> g.setTargets(1, target(31, 3, 2, 40).toBuilder().setDiskUuid("disk9").build()));
    refused("are positive", g -> g.setTargets(1, target(31, 3, 2, 0)));
    TargetOnDisk leaving = TargetOnDisk.newBuilder().setTargetId(31).setDiskUuid("disk3").build();
    RoutingMap.Builder map = MAP.toBuilder();
    map.getNodesBuilder(2).addRetiring(leaving);
    assertEquals(
        "target 31 is still being removed from disk disk3 of node 3",
        assertThrows(
                IllegalArgumentException.class,
                () -> new GrowthCheck(map.build()).check(growth().build()))
            .getMessage());
    refused("are in no new chain", g -> g.addTargets(target(32, 3, 2, 1)));
  }

  @Test
  void chainsAreNewAsLongAsTheOthersAndOnDifferentNodes() {
    refused("must have 2 targets", g -> g.setChains(0, g.getChains(0).toBuilder().addTargetIds(9)));
    refused(
        "target 21 is not a new target",
        g -> g.setChains(0, g.getChains(0).toBuilder().setTargetIds(0, 21)));
    refused(
        "target 12 is not a new target of this chain alone",
        g -> g.setChains(0, g.getChains(0).toBuilder().setTargetIds(0, 12)));
    refused("is not a new target", g -> g.setTargets(1, target(31, 3, 5, 40)));
    refused("two targets on node 1", g -> g.setTargets(1, target(31, 1, 2, 40)));
    refused(
        "each new chain takes one slot", g -> g.setChains(0, g.getChains(0).toBuilder().setId(1)));
  }

  @Test
  void theTableIsTheNextOneWithTheOldSlotsAtItsFront() {
    refused(
        "next version of chain table 1 is 2",
        g -> g.setTable(g.getTable().toBuilder().setVersion(3)));
    refused("there is no chain table 4", g -> g.setTable(g.getTable().toBuilder().setId(4)));
    refused(
        "keeps the slots",
        g -> g.setTable(g.getTable().toBuilder().clearChainIds().addAllChainIds(List.of(2, 1))));
    refused(
        "keeps the slots",
        g ->
            g.setTable(
                g.getTable().toBuilder()
                    .addChainIds(3)
                    .clearRoundStarts()
                    .addAllRoundStarts(List.of(0, 2))
                    .clearChainIds()
                    .addAllChainIds(List.of(2, 1, 3))));
    refused("has no round", g -> g.setTable(g.getTable().toBuilder().clearRoundStarts()));
    refused("one slot", g -> g.setTable(g.getTable().toBuilder().addChainIds(3)));
  }

  @Test
  void budgetsArePositiveOfKnownTargetsAndFitOnTheirDisks() {
    refused(
        "on disk disk1 of node 1 would have 101 bytes", g -> g.setTargets(0, target(12, 1, 2, 41)));
    refused("there is no target 12 whose", g -> g.setBudgets(0, budget(12, 60)));
    refused("budget of target 11 must be positive", g -> g.setBudgets(0, budget(11, 0)));
    refused("disk2 of node 2 would have 101 bytes", g -> g.setBudgets(1, budget(21, 101)));
  }

  private static TargetBudget budget(long targetId, long bytes) {
    return TargetBudget.newBuilder().setTargetId(targetId).setBudgetBytes(bytes).build();
  }

  @Test
  void whatIsThereAlreadyIsDone() {
    ApplyGrowthRequest request = growth().build();
    assertFalse(check.isDone(request));
    RoutingMap.Builder grown = MAP.toBuilder().addAllTargets(request.getTargetsList());
    assertFalse(new GrowthCheck(grown.build()).isDone(request));
    assertTrue(new GrowthCheck(grown.addChainTables(request.getTable()).build()).isDone(request));
  }
}
