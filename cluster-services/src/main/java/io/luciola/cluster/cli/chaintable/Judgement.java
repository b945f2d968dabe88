package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.Coverage;
import io.luciola.chaintable.analysis.FileBandwidth;
import io.luciola.chaintable.analysis.PairSpread;
import io.luciola.chaintable.analysis.PlacedTable;
import java.util.Arrays;

/**
 * How good a table is.
 *
 * @param minimumStripe least stripe with which each file uses all disks
 * @param stripe the one by which it is judged
 */
record Judgement(
    int chains,
    int rounds,
    int replicas,
    int fewestTargetsPerDisk,
    int mostTargetsPerDisk,
    int minimumStripe,
    int stripe,
    Coverage coverage,
    PairSpread pairs,
    NodeLoss nodeLoss,
    DiskLoss diskLoss,
    FileBandwidth bandwidth) {

  static Judgement of(PlacedTable placed, int stripe) {
    int[] targets = new int[placed.disks().size()];
    for (int[] slot : placed.slots()) {
      for (int disk : slot) {
        targets[disk]++;
      }
    }
    return new Judgement(
        placed.slots().length,
        placed.table().rounds(),
        placed.replicas(),
        Arrays.stream(targets).min().orElse(0),
        Arrays.stream(targets).max().orElse(0),
        Stripes.covering(placed),
        stripe,
        Coverage.of(placed, stripe),
        PairSpread.ofNodes(placed),
        NodeLoss.of(placed),
        DiskLoss.of(placed),
        FileBandwidth.of(placed, stripe));
  }
}
