package io.luciola.chaintable.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChainTableGeneratorTest {

  @Property(tries = 400)
  void everyPlacementKeepsTheRules(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 1, max = 5) Integer> disksOfNodes,
      @ForAll @IntRange(min = 1, max = 8) int targetsPerDisk,
      @ForAll @IntRange(min = 1, max = 4) int replicas,
      @ForAll long seed) {
    PlacementRequest request;
    Placement placement;
    try {
      request = new PlacementRequest(nodes(disksOfNodes), targetsPerDisk, replicas, 1, seed);
      placement = ChainTableGenerator.generate(request);
    } catch (IllegalArgumentException impossible) {
      Assume.that(false);
      return;
    }
    Map<Long, PlacedTarget> targets =
        placement.targets().stream().collect(Collectors.toMap(PlacedTarget::id, t -> t));
    Map<String, Integer> perDisk = new HashMap<>();
    Map<String, Integer> headsPerDisk = new HashMap<>();
    for (Chain chain : placement.chains()) {
      assertEquals(replicas, chain.targets().size());
      Set<Integer> nodes = new HashSet<>();
      Set<Long> budgets = new HashSet<>();
      for (ChainTarget member : chain.targets()) {
        PlacedTarget target = targets.get(member.targetId());
        assertEquals(chain.id(), target.chainId());
        assertTrue(nodes.add(target.nodeId()), "two replicas on one node");
        budgets.add(target.budgetBytes());
        perDisk.merge(target.diskUuid(), 1, Integer::sum);
      }
      assertEquals(1, budgets.size());
      headsPerDisk.merge(targets.get(chain.head()).diskUuid(), 1, Integer::sum);
    }
    int disks = disksOfNodes.stream().mapToInt(d -> d).sum();
    assertEquals(disks, perDisk.size());
    boolean nodeTooLarge = disksOfNodes.stream().anyMatch(ofNode -> ofNode * replicas > disks);
    perDisk.forEach(
        (disk, count) -> {
          assertTrue(nodeTooLarge || count == targetsPerDisk, count + " targets on " + disk);
          int heads = headsPerDisk.getOrDefault(disk, 0);
          assertTrue(
              heads >= count / replicas && heads <= (count + replicas - 1) / replicas,
              heads + " heads of " + count + " targets on " + disk);
        });
    assertEquals(
        IntStream.rangeClosed(1, placement.chains().size()).boxed().collect(Collectors.toSet()),
        new HashSet<>(placement.tables().getFirst().chainIds()));
    assertEquals(placement.chains().size(), placement.tables().getFirst().chainIds().size());
    assertEquals(placement, ChainTableGenerator.generate(request));
  }

  @Property(tries = 40)
  void equalNodesShareChainsEvenly(
      @ForAll @IntRange(min = 4, max = 12) int nodeCount,
      @ForAll @IntRange(min = 1, max = 4) int disks,
      @ForAll long seed) {
    Placement placement = generate(nodeCount, disks, 6, 3, seed);
    Map<String, Integer> together = new HashMap<>();
    for (Chain chain : placement.chains()) {
      for (ChainTarget a : chain.targets()) {
        for (ChainTarget b : chain.targets()) {
          if (a.targetId() < b.targetId()) {
            together.merge(node(a) + "-" + node(b), 1, Integer::sum);
          }
        }
      }
    }
    // Each node has 2 partners in each of its 6 * disks chains.
    double mean = 12.0 * disks / (nodeCount - 1);
    int pairs = nodeCount * (nodeCount - 1) / 2;
    int most = together.values().stream().mapToInt(v -> v).max().orElse(0);
    int least =
        together.size() < pairs ? 0 : together.values().stream().mapToInt(v -> v).min().orElse(0);
    assertTrue(
        most <= Math.ceil(mean) + 1 && least >= Math.floor(mean) - 1,
        "pairs meet " + least + " to " + most + " times, mean " + mean);
  }

  @Property(tries = 40)
  void neighboursInTheTableShareHardlyADiskWhereThereAreEnough(
      @ForAll @IntRange(min = 6, max = 12) int nodeCount,
      @ForAll @IntRange(min = 3, max = 6) int disks,
      @ForAll long seed) {
    Placement placement = generate(nodeCount, disks, 6, 3, seed);
    Set<Long> before = Set.of();
    int clashes = 0;
    for (int chainId : placement.tables().getFirst().chainIds()) {
      Set<Long> now =
          placement.chains().get(chainId - 1).targets().stream()
              .map(target -> target.targetId() / 100)
              .collect(Collectors.toSet());
      Set<Long> shared = new HashSet<>(now);
      shared.retainAll(before);
      clashes += shared.size();
      before = now;
    }
    int slots = placement.chains().size();
    assertTrue(clashes <= 1 + slots / 30, clashes + " clashes in " + slots + " slots");
  }

  @Test
  void theSeedDecides() {
    assertEquals(generate(6, 2, 6, 3, 1), generate(6, 2, 6, 3, 1));
    assertNotEquals(generate(6, 2, 6, 3, 1), generate(6, 2, 6, 3, 2));
  }

  @Test
  void theGeneratorIsTheSameForEver() {
    SplitMix64 random = new SplitMix64(1234567);
    assertEquals(6457827717110365317L, random.next());
    assertEquals(3203168211198807973L, random.next());
    int[] values = {0, 1, 2, 3, 4, 5};
    new SplitMix64(42).shuffle(values);
    assertEquals(
        Set.of(0, 1, 2, 3, 4, 5), IntStream.of(values).boxed().collect(Collectors.toSet()));
  }

  @Test
  void theIdsOfTargetsTellNodeDiskAndNumber() {
    Placement placement = generate(3, 1, 2, 3, 7);
    assertEquals(
        List.of(100101L, 100102L, 200101L, 200102L, 300101L, 300102L),
        placement.targets().stream().map(PlacedTarget::id).toList());
    assertEquals((64L << 20) / 2, placement.targets().getFirst().budgetBytes());
  }

  @Test
  void impossibleRequestsSayWhatToChange() {
    assertMessage("add nodes", () -> generate(2, 1, 1, 3, 1));
    assertMessage("3 targets per disk would", () -> generate(4, 1, 1, 3, 1));
    assertMessage("more disks than the chains", () -> generate(List.of(3, 1, 1), 2, 3));
    assertMessage(
        "named twice",
        () ->
            new PlacementRequest(
                List.of(nodes(List.of(1)).getFirst(), nodes(List.of(1)).getFirst()), 1, 2, 1, 1));
  }

  private static void assertMessage(String part, Runnable request) {
    String message = assertThrows(IllegalArgumentException.class, request::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static long node(ChainTarget target) {
    return target.targetId() / 100_000;
  }

  private static Placement generate(List<Integer> disksOfNodes, int targetsPerDisk, int replicas) {
    return ChainTableGenerator.generate(
        new PlacementRequest(nodes(disksOfNodes), targetsPerDisk, replicas, 1, 1));
  }

  private static Placement generate(
      int nodeCount, int disks, int targetsPerDisk, int replicas, long seed) {
    List<Integer> disksOfNodes = IntStream.range(0, nodeCount).mapToObj(i -> disks).toList();
    return ChainTableGenerator.generate(
        new PlacementRequest(nodes(disksOfNodes), targetsPerDisk, replicas, 1, seed));
  }

  private static List<PlacementNode> nodes(List<Integer> disksOfNodes) {
    List<PlacementNode> nodes = new ArrayList<>();
    for (int n = 1; n <= disksOfNodes.size(); n++) {
      List<PlacementNode.Disk> disks = new ArrayList<>();
      for (int d = 0; d < disksOfNodes.get(n - 1); d++) {
        disks.add(new PlacementNode.Disk("disk-" + n + "-" + d, d, 64L << 20));
      }
      nodes.add(new PlacementNode(n, disks));
    }
    return nodes;
  }
}
