package io.luciola.chaintable.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GrowthPlannerTest {

  @Provide
  Arbitrary<List<PlacementNode>> clusters() {
    return RandomClusters.unequal(3, 10);
  }

  @Property(tries = 60)
  void newNodesAreUsedAndNothingMoves(
      @ForAll("clusters") List<PlacementNode> before,
      @ForAll @IntRange(min = 1, max = 4) int newNodes,
      @ForAll @IntRange(min = 1, max = 8) int disksOfNew,
      @ForAll @DoubleRange(min = 0, max = 0.9) double fill,
      @ForAll long seed) {
    Placement placement;
    try {
      placement = ChainTableGenerator.generate(new PlacementRequest(before, 9, 3, 1, seed));
    } catch (IllegalArgumentException impossible) {
      Assume.that(false);
      return;
    }
    List<PlacementNode> after = new ArrayList<>(before);
    RandomClusters.equalNodes(before.size() + newNodes, disksOfNew).stream()
        .skip(before.size())
        .forEach(after::add);
    GrowthRequest request = request(after, placement, fill, seed);
    GrowthPlan plan = GrowthPlanner.plan(request);
    expectAdditions(request, plan, after);
    expectBudgets(request, plan, after);
    assertEquals(plan, GrowthPlanner.plan(request));
  }

  private static void expectAdditions(
      GrowthRequest request, GrowthPlan plan, List<PlacementNode> after) {
    Map<Long, PlacedTarget> targets = new HashMap<>();
    request.targets().forEach(target -> targets.put(target.id(), target));
    for (PlacedTarget target : plan.targets()) {
      assertTrue(targets.put(target.id(), target) == null, "target " + target.id() + " existed");
    }
    Set<Integer> chainIds = request.chains().stream().map(Chain::id).collect(Collectors.toSet());
    for (Chain chain : plan.chains()) {
      assertTrue(chainIds.add(chain.id()), "chain " + chain.id() + " existed");
      Set<Integer> nodes = new HashSet<>();
      for (ChainTarget member : chain.targets()) {
        assertEquals(chain.id(), targets.get(member.targetId()).chainId());
        assertTrue(nodes.add(targets.get(member.targetId()).nodeId()), "two on one node");
      }
      assertEquals(3, nodes.size());
    }
    Set<String> used =
        plan.targets().stream().map(PlacedTarget::diskUuid).collect(Collectors.toSet());
    assertTrue(used.containsAll(request.newDisks()), "a new disk is not used");
    assertEquals(
        after.stream().mapToInt(node -> node.disks().size()).sum(),
        targets.values().stream().map(PlacedTarget::diskUuid).distinct().count());
    ChainTable table = plan.table();
    assertEquals(request.table().chainIds(), table.chainIds().subList(0, request.chains().size()));
    assertEquals(2, table.version());
    assertEquals(chainIds, Set.copyOf(table.chainIds()));
    assertEquals(
        request.table().roundStarts(), table.roundStarts().subList(0, request.table().rounds()));
  }

  private static void expectBudgets(
      GrowthRequest request, GrowthPlan plan, List<PlacementNode> after) {
    Map<String, Long> onDisks = new HashMap<>();
    for (PlacedTarget target : request.targets()) {
      long budget = plan.budgets().get(target.id());
      assertTrue(budget >= request.usedBytes().get(target.chainId()), "less than it holds");
      onDisks.merge(target.diskUuid(), budget, Long::sum);
    }
    plan.targets()
        .forEach(target -> onDisks.merge(target.diskUuid(), target.budgetBytes(), Long::sum));
    for (PlacementNode node : after) {
      for (PlacementNode.Disk disk : node.disks()) {
        assertTrue(
            onDisks.get(disk.uuid()) <= disk.sizeBytes(), "more budgets than " + disk.uuid());
      }
    }
  }

  @Test
  void newSpaceCanBeUsedToTheEnd() {
    List<PlacementNode> before = RandomClusters.equalNodes(6, 12);
    Placement placement = ChainTableGenerator.generate(new PlacementRequest(before, 5, 3, 1, 1));
    List<PlacementNode> after = RandomClusters.equalNodes(8, 12);
    GrowthPlan plan = GrowthPlanner.plan(request(after, placement, 0.8, 1));
    long newBytes = 0;
    for (PlacedTarget target : plan.targets()) {
      newBytes += target.nodeId() > 6 ? target.budgetBytes() : 0;
    }
    double size = 24 * 8.0 * (1L << 40);
    assertEquals(size, (double) newBytes, size * 1e-4);
    // Each new chain is on both new nodes, and the old disks have one target more each.
    assertEquals(72, plan.chains().size());
    assertEquals(2 * 72, plan.targets().stream().filter(t -> t.nodeId() > 6).count());
  }

  @Test
  void aDiskMoreInEachNodeIsUsedByChainsOfTheNewDisksMostly() {
    List<PlacementNode> before = RandomClusters.equalNodes(4, 2);
    Placement placement = ChainTableGenerator.generate(new PlacementRequest(before, 6, 3, 1, 3));
    GrowthPlan plan =
        GrowthPlanner.plan(request(RandomClusters.equalNodes(4, 3), placement, 0.5, 3));
    long onNew = plan.targets().stream().filter(t -> t.diskUuid().endsWith("-2")).count();
    assertTrue(onNew * 3 >= plan.targets().size() * 2 - 3, onNew + " of " + plan.targets().size());
  }

  @Test
  void idsGoOnWhereTheLastOneAtThatPlaceEndedWhicheverDiskWasThere() {
    List<PlacementNode> before = RandomClusters.equalNodes(3, 1);
    Placement placement = ChainTableGenerator.generate(new PlacementRequest(before, 2, 3, 1, 1));
    List<PlacementNode> after = new ArrayList<>();
    for (PlacementNode node : before) {
      PlacementNode.Disk moved = node.disks().getFirst();
      after.add(
          new PlacementNode(
              node.nodeId(),
              List.of(
                  new PlacementNode.Disk("new-" + node.nodeId(), 0, moved.sizeBytes()),
                  new PlacementNode.Disk(moved.uuid(), 1, moved.sizeBytes()))));
    }
    GrowthPlan plan = GrowthPlanner.plan(request(after, placement, 0.5, 1));
    for (PlacedTarget target : plan.targets()) {
      int number = TargetIds.number(target.id());
      assertTrue(number > (target.diskUuid().startsWith("new-") ? 2 : 0), target.toString());
    }
    assertTrue(plan.targets().stream().anyMatch(target -> target.id() == 100103));
  }

  @Test
  void withoutNewDisksThereIsNothingToPlan() {
    List<PlacementNode> nodes = RandomClusters.equalNodes(3, 1);
    Placement placement = ChainTableGenerator.generate(new PlacementRequest(nodes, 2, 3, 1, 1));
    GrowthRequest request = request(nodes, placement, 0, 1);
    String message =
        assertThrows(IllegalArgumentException.class, () -> GrowthPlanner.plan(request))
            .getMessage();
    assertTrue(message.contains("no new disk"), message);
  }

  private static GrowthRequest request(
      List<PlacementNode> nodes, Placement placement, double fill, long seed) {
    Map<Integer, Long> used = new HashMap<>();
    placement
        .targets()
        .forEach(
            target ->
                used.put(target.chainId(), (long) (target.budgetBytes() * fill) / 4096 * 4096));
    return new GrowthRequest(
        nodes,
        placement.targets(),
        placement.chains(),
        placement.tables().getFirst(),
        used,
        6,
        seed);
  }
}
