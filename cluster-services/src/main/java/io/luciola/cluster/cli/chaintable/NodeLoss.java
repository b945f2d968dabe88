package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.analysis.RecoveryTraffic;
import java.util.ArrayList;
import java.util.List;

/**
 * What survivors read more when a node is lost, as multiples of their mean by size.
 *
 * @param lost the node after whose loss a survivor is hit hardest; 0: no node shares chains
 * @param hardest how hard
 */
record NodeLoss(int lost, double hardest, List<Survivor> survivors) {

  /** What a node reads more. */
  record Survivor(int node, double timesMean) {}

  static NodeLoss of(PlacedTable placed) {
    RecoveryTraffic traffic = RecoveryTraffic.ofNodes(placed);
    if (traffic.worst() == 0) {
      return new NodeLoss(0, 0, List.of());
    }
    double[] ofSize = traffic.share().clone();
    long[] sizes = new long[ofSize.length];
    placed.disks().forEach(disk -> sizes[disk.node()] += disk.sizeBytes());
    double most = 0;
    for (int node = 0; node < ofSize.length; node++) {
      ofSize[node] /= sizes[node];
      most = Math.max(most, ofSize[node]);
    }
    List<Survivor> survivors = new ArrayList<>();
    for (int node = 0; node < ofSize.length; node++) {
      if (node != traffic.lost()) {
        survivors.add(
            new Survivor(placed.nodes().get(node).nodeId(), ofSize[node] / most * traffic.worst()));
      }
    }
    return new NodeLoss(
        placed.nodes().get(traffic.lost()).nodeId(), traffic.worst(), List.copyOf(survivors));
  }
}
