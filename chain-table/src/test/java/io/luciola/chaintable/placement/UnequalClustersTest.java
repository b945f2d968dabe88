package io.luciola.chaintable.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
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
import net.jqwik.api.constraints.IntRange;

/** What holds in clusters of 3 to 200 nodes whose disks differ eightfold. */
class UnequalClustersTest {

  @Provide
  Arbitrary<List<PlacementNode>> clusters() {
    return RandomClusters.unequal(3, 200);
  }

  @Provide
  Arbitrary<List<PlacementNode>> smallClusters() {
    return RandomClusters.unequal(3, 12);
  }

  @Property(tries = 25)
  void largeClustersKeepThePromises(
      @ForAll("clusters") List<PlacementNode> nodes,
      @ForAll @IntRange(min = 6, max = 10) int targetsPerDisk,
      @ForAll @IntRange(min = 2, max = 3) int replicas,
      @ForAll long seed) {
    check(nodes, targetsPerDisk, replicas, seed);
  }

  @Property(tries = 30)
  void smallClustersKeepThePromises(
      @ForAll("smallClusters") List<PlacementNode> nodes,
      @ForAll @IntRange(min = 6, max = 12) int targetsPerDisk,
      @ForAll @IntRange(min = 1, max = 5) int replicas,
      @ForAll long seed) {
    Assume.that(nodes.size() >= replicas);
    check(nodes, targetsPerDisk, replicas, seed);
  }

  @Property(tries = 15)
  void zonesHoldOneReplicaOfAChainWhereThereAreEnough(
      @ForAll("smallClusters") List<PlacementNode> nodes,
      @ForAll @IntRange(min = 1, max = 5) int zones,
      @ForAll @IntRange(min = 1, max = 4) int replicas,
      @ForAll long seed) {
    Assume.that(nodes.size() >= replicas);
    check(RandomClusters.inZones(nodes, zones), 12, replicas, seed);
  }

  private static void check(
      List<PlacementNode> nodes, int targetsPerDisk, int replicas, long seed) {
    PlacementRequest request = new PlacementRequest(nodes, targetsPerDisk, replicas, 1, seed);
    Placement placement = generated(request);
    String repeat = request.toString();
    expectDifferentNodesAndZones(request, placement, replicas);
    expectProportion(nodes, placement, replicas, repeat);
    expectSpaceIsKept(nodes, placement);
    expectRoundsTouchEveryDisk(placement, repeat);
    assertEquals(placement, ChainTableGenerator.generate(request), repeat);
  }

  /** Clusters that no placement suits are refused with advice, and left out here. */
  private static Placement generated(PlacementRequest request) {
    try {
      return ChainTableGenerator.generate(request);
    } catch (IllegalArgumentException refused) {
      String message = String.valueOf(refused.getMessage());
      assertTrue(
          message.contains("ask for") || message.contains("targets per disk would"), message);
      Assume.that(false);
      throw refused;
    }
  }

  private static void expectDifferentNodesAndZones(
      PlacementRequest request, Placement placement, int replicas) {
    Map<Integer, String> zoneOf =
        request.nodes().stream()
            .collect(Collectors.toMap(PlacementNode::nodeId, PlacementNode::zone));
    Map<Long, PlacedTarget> targets = byId(placement);
    long zones = zoneOf.values().stream().distinct().count();
    boolean zoned = !zoneOf.containsValue("");
    int mostPerZone = zoned ? (int) Math.ceilDiv(replicas, zones) : replicas;
    for (Chain chain : placement.chains()) {
      Set<Integer> seen = new HashSet<>();
      Map<String, Integer> perZone = new HashMap<>();
      for (ChainTarget member : chain.targets()) {
        int node = targets.get(member.targetId()).nodeId();
        assertTrue(seen.add(node), "two replicas of chain " + chain.id() + " on node " + node);
        perZone.merge(zoneOf.get(node), 1, Integer::sum);
      }
      assertEquals(replicas, seen.size());
      perZone
          .values()
          .forEach(count -> assertTrue(count <= mostPerZone, count + " replicas in a zone"));
    }
  }

  /** Within one target of the exact share, where no node or zone is too large for its share. */
  private static void expectProportion(
      List<PlacementNode> nodes, Placement placement, int replicas, String repeat) {
    double all = nodes.stream().mapToDouble(UnequalClustersTest::size).sum();
    Map<String, Double> byZone =
        nodes.stream()
            .collect(
                Collectors.groupingBy(
                    node -> node.zone().isEmpty() ? "node " + node.nodeId() : node.zone(),
                    Collectors.summingDouble(UnequalClustersTest::size)));
    int mostPerZone = Math.ceilDiv(replicas, byZone.size());
    boolean allUsable =
        nodes.stream().allMatch(node -> size(node) * replicas <= all)
            && byZone.values().stream().allMatch(size -> size * replicas <= all * mostPerZone);
    if (!allUsable) {
      return;
    }
    Map<String, Integer> held = new HashMap<>();
    placement.targets().forEach(target -> held.merge(target.diskUuid(), 1, Integer::sum));
    for (PlacementNode node : nodes) {
      for (PlacementNode.Disk disk : node.disks()) {
        double share = placement.targets().size() * disk.sizeBytes() / all;
        int count = held.getOrDefault(disk.uuid(), 0);
        assertTrue(
            Math.abs(count - share) < 1 + 1e-9,
            () -> disk.uuid() + " holds " + count + ", its share is " + share + ": " + repeat);
      }
    }
  }

  private static double size(PlacementNode node) {
    return node.disks().stream().mapToDouble(PlacementNode.Disk::sizeBytes).sum();
  }

  private static void expectSpaceIsKept(List<PlacementNode> nodes, Placement placement) {
    Map<String, Long> budgets = new HashMap<>();
    for (PlacedTarget target : placement.targets()) {
      assertTrue(target.budgetBytes() > 0);
      budgets.merge(target.diskUuid(), target.budgetBytes(), Long::sum);
    }
    for (PlacementNode node : nodes) {
      for (PlacementNode.Disk disk : node.disks()) {
        assertTrue(budgets.getOrDefault(disk.uuid(), 0L) <= disk.sizeBytes());
      }
    }
  }

  private static void expectRoundsTouchEveryDisk(Placement placement, String repeat) {
    Map<Long, PlacedTarget> targets = byId(placement);
    ChainTable table = placement.tables().getFirst();
    Set<String> all =
        placement.targets().stream().map(PlacedTarget::diskUuid).collect(Collectors.toSet());
    for (int round = 0; round < table.rounds(); round++) {
      Set<String> touched = new HashSet<>();
      for (int slot = table.roundStarts().get(round); slot < table.roundEnd(round); slot++) {
        placement.chains().get(table.chainIds().get(slot) - 1).targets().stream()
            .map(member -> targets.get(member.targetId()).diskUuid())
            .forEach(touched::add);
      }
      assertEquals(all, touched, repeat);
    }
  }

  private static Map<Long, PlacedTarget> byId(Placement placement) {
    return placement.targets().stream()
        .collect(Collectors.toMap(PlacedTarget::id, target -> target));
  }
}
