package io.luciola.chaintable.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.analysis.PairSpread;
import io.luciola.chaintable.analysis.PlacedTable;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How evenly pairs of equal nodes share chains. */
class PairDesignTest {

  @Provide
  Arbitrary<List<PlacementNode>> clusters() {
    return RandomClusters.equal(3, 200);
  }

  @Property(tries = 60)
  void pairsAreAtMostOneAboveTheBound(
      @ForAll("clusters") List<PlacementNode> nodes,
      @ForAll @IntRange(min = 2, max = 3) int replicas,
      @ForAll @IntRange(min = 3, max = 8) int targetsPerDisk,
      @ForAll long seed) {
    Assume.that(
        (long) nodes.size() * nodes.getFirst().disks().size() * targetsPerDisk % replicas == 0);
    PairSpread spread = spread(nodes, targetsPerDisk, replicas, seed);
    assertTrue(spread.most() <= spread.bound() + 1, spread + " of " + nodes.size() + " nodes");
  }

  /** Block designs and packings that exist: each pair equally often. */
  @ParameterizedTest
  @CsvSource({
    "7, 1, 3, 3, 1", // Fano's plane
    "9, 1, 4, 3, 1", // affine plane of order 3
    "13, 1, 4, 4, 1", // projective plane of order 3
    "15, 1, 7, 3, 1", // a Steiner triple system
    "6, 12, 5, 3, 24",
    "13, 4, 6, 4, 6",
  })
  void designsThatExistAreFound(
      int nodes, int disks, int targetsPerDisk, int replicas, int shared) {
    PairSpread spread =
        spread(RandomClusters.equalNodes(nodes, disks), targetsPerDisk, replicas, 1);
    assertEquals(new PairSpread(shared, shared, shared, shared), spread);
  }

  private static PairSpread spread(
      List<PlacementNode> nodes, int targetsPerDisk, int replicas, long seed) {
    Placement placement =
        ChainTableGenerator.generate(
            new PlacementRequest(nodes, targetsPerDisk, replicas, 1, seed));
    return PairSpread.ofNodes(PlacedTable.of(nodes, placement, placement.tables().getFirst()));
  }
}
