package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.Fill;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.analysis.PlacedTable.PlacedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How full disks are, from 0 to 1.
 *
 * @param byDiskIndex the mean over the disks of an index, in ascending order of indexes
 * @param disks each disk, in order of node and index
 */
record FillView(
    double ofCluster,
    double mean,
    double fullest,
    double emptiest,
    double coefficientOfVariation,
    List<IndexFill> byDiskIndex,
    List<DiskFill> disks) {

  /** The mean of disks with the same index. */
  record IndexFill(int index, double fill) {}

  /** A disk's. */
  record DiskFill(int node, int index, double fill) {}

  static FillView of(PlacedTable placed, Fill fill) {
    List<DiskFill> disks = new ArrayList<>();
    for (int i = 0; i < fill.ofDisks().length; i++) {
      PlacedDisk disk = placed.disks().get(i);
      disks.add(new DiskFill(disk.nodeId(), disk.index(), fill.ofDisks()[i]));
    }
    Map<Integer, Double> means =
        disks.stream()
            .collect(
                Collectors.groupingBy(
                    DiskFill::index, TreeMap::new, Collectors.averagingDouble(DiskFill::fill)));
    return new FillView(
        fill.ofCluster(),
        fill.mean(),
        fill.most(),
        fill.least(),
        fill.coefficientOfVariation(),
        means.entrySet().stream().map(e -> new IndexFill(e.getKey(), e.getValue())).toList(),
        disks);
  }
}
