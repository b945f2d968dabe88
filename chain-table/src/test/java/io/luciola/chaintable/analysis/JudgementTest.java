package io.luciola.chaintable.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.placement.ChainTableGenerator;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.PlacementRule;
import io.luciola.chaintable.placement.RandomClusters;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both rules on the cluster of six nodes with twelve disks, and on one that is known by hand. */
class JudgementTest {

  private static final long CAPACITY_BYTES = 6 * 12 * (8L << 40) / 3;

  private final PlacedTable dispersed = table(PlacementRule.DISPERSED);
  private final PlacedTable byDiskIndex = table(PlacementRule.BY_DISK_INDEX);

  private static PlacedTable table(PlacementRule rule) {
    List<PlacementNode> nodes = RandomClusters.equalNodes(6, 12);
    Placement placement =
        ChainTableGenerator.generate(new PlacementRequest(nodes, 5, 3, 1, 1).by(rule));
    return PlacedTable.of(nodes, placement, placement.tables().getFirst());
  }

  @Test
  void filesOfTheMinimumStripeUseEveryDisk() {
    assertEquals(24, dispersed.table().minimumStripe());
    Coverage coverage = Coverage.of(dispersed, 24);
    assertEquals(72, coverage.fewestOfFile());
    assertTrue(coverage.fewestInRun() > 48, "a run of slots touches " + coverage.fewestInRun());
    assertEquals(72, FileBandwidth.of(dispersed, 24).leastRead(), 1e-9);
  }

  @Test
  void byDiskIndexFilesUseAThirdOfTheDisks() {
    assertEquals(18, Coverage.of(byDiskIndex, 24).fewestOfFile());
  }

  @Test
  void aLostNodeIsReadFromAllOthersAlike() {
    assertTrue(RecoveryTraffic.ofNodes(dispersed).worst() <= 1.15);
    double[] share = RecoveryTraffic.ofNodes(dispersed).share();
    assertEquals(1, Arrays.stream(share).sum(), 1e-9);
  }

  @Test
  void oneFileFillsAllDisksAlike() {
    FillOutcome outcome = Filling.growing(dispersed, 24, CAPACITY_BYTES, 0.9, 1);
    assertFalse(outcome.full());
    assertTrue(outcome.fill().coefficientOfVariation() <= 0.02);
  }

  @Test
  void byDiskIndexOneFileFillsTheFirstDisksAndFails() {
    FillOutcome outcome = Filling.fixedStripe(byDiskIndex, 24, CAPACITY_BYTES, 0.9);
    assertTrue(outcome.full());
    assertEquals(1, outcome.fill().most(), 1e-6);
    assertEquals(0, outcome.fill().least(), 1e-6);
    assertTrue(outcome.fill().ofCluster() < 0.35);
  }

  @Test
  void smallFilesFillAllDisksAlike() {
    FillOutcome outcome = Filling.growing(dispersed, 24, 3L << 30, 0.9, 1);
    assertTrue(outcome.fill().coefficientOfVariation() <= 0.02);
  }

  @Test
  void threeNodesWithoutChoice() {
    List<PlacementNode> nodes = RandomClusters.equalNodes(3, 1);
    Placement placement = ChainTableGenerator.generate(new PlacementRequest(nodes, 4, 3, 1, 1));
    PlacedTable placed = PlacedTable.of(nodes, placement, placement.tables().getFirst());
    assertEquals(new PairSpread(4, 4, 4, 4), PairSpread.ofNodes(placed));
    assertEquals(1, RecoveryTraffic.ofNodes(placed).worst(), 1e-9);
    assertEquals(0.5, RecoveryTraffic.ofDisks(placed).worst(), 1e-9);
    FileBandwidth bandwidth = FileBandwidth.of(placed, 1);
    assertEquals(3, bandwidth.meanRead(), 1e-9);
    assertEquals(1, bandwidth.meanWrite(), 1e-9);
  }
}
