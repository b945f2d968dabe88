package io.luciola.chaintable.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.RandomClusters;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Six nodes are 80 % full, get two empty ones, and are filled to 95 % of all. */
class ExpansionTest {

  private static final long CAPACITY_BYTES = 6 * 12 * (8L << 40) / 3;

  private static Expansion.Scenario scenario(int partOfCapacity, long seed) {
    List<PlacementNode> before = RandomClusters.equalNodes(6, 12);
    return new Expansion.Scenario(
        new PlacementRequest(before, 3, 3, 1, seed),
        RandomClusters.equalNodes(8, 12),
        24,
        CAPACITY_BYTES / partOfCapacity,
        0.8,
        0.95);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void disksEndWithinThreePercentOfEachOther(long seed) {
    for (int partOfCapacity : new int[] {1000, 20}) {
      Expansion.Outcome outcome = Expansion.dispersed(scenario(partOfCapacity, seed));
      assertFalse(outcome.full());
      assertEquals(0.95, outcome.end().ofCluster(), 1e-4);
      double spread = outcome.end().most() - outcome.end().least();
      assertTrue(spread <= 0.03, "disks differ by " + spread);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void newNodesGetTheirShareFromTheFirstPercentOn(long seed) {
    Expansion.Outcome outcome = Expansion.dispersed(scenario(1000, seed));
    Expansion.Moment first =
        outcome.moments().stream()
            .filter(moment -> moment.grown() && moment.fill().ofCluster() > 0.6)
            .skip(1)
            .findFirst()
            .orElseThrow();
    assertTrue(first.fill().least() > 0, "a new disk is not used");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void byDiskIndexTheOldNodesRunFull(long seed) {
    Expansion.Outcome outcome = Expansion.byDiskIndex(scenario(1000, seed));
    assertTrue(outcome.full());
    assertEquals(1, outcome.end().most(), 1e-6);
    assertTrue(outcome.end().ofCluster() < 0.85, "full at " + outcome.end().ofCluster());
  }
}
