package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.analysis.PlacedTable.PlacedDisk;
import io.luciola.chaintable.analysis.RecoveryTraffic;

/**
 * What the hardest hit disk reads more when another one is lost.
 *
 * @param node the lost disk's
 * @param index the lost disk's
 * @param largestPart of the lost disk's reads, from 0 to 1
 */
record DiskLoss(int node, int index, double largestPart) {

  static DiskLoss of(PlacedTable placed) {
    RecoveryTraffic traffic = RecoveryTraffic.ofDisks(placed);
    PlacedDisk lost = placed.disks().get(traffic.lost());
    return new DiskLoss(lost.nodeId(), lost.index(), traffic.worst());
  }
}
