package io.luciola.chaintable.analysis;

import java.util.Arrays;

/**
 * What survivors must read more when a node or a disk is lost: the replicas left in a chain share
 * the lost one's reads alike, and reads are as many as a chain has bytes.
 *
 * @param lost number of the node or disk after whose loss one survivor is hit hardest
 * @param worst how many times the mean the hardest hit survivor takes, by size, after any loss
 * @param share by survivor, in order of number: its part of the extra reads after that loss; 0 for
 *     the lost one itself
 */
@SuppressWarnings("ArrayRecordComponent") // large, read only, never compared
public record RecoveryTraffic(int lost, double worst, double[] share) {

  /** Loses each node in turn; the mean is over the nodes that may share chains with it. */
  public static RecoveryTraffic ofNodes(PlacedTable placed) {
    int nodes = placed.nodes().size();
    double[][] extra = new double[nodes][nodes];
    long[] sizes = new long[nodes];
    placed.disks().forEach(disk -> sizes[disk.node()] += disk.sizeBytes());
    for (int slot = 0; slot < placed.slots().length; slot++) {
      int[] chain = placed.slots()[slot];
      for (int one : chain) {
        for (int other : chain) {
          if (one != other) {
            extra[placed.disks().get(one).node()][placed.disks().get(other).node()] +=
                (double) placed.budgetBytes()[slot] / (chain.length - 1);
          }
        }
      }
    }
    RecoveryTraffic hardest = new RecoveryTraffic(0, 0, new double[nodes]);
    for (int lost = 0; lost < nodes; lost++) {
      double sum = Arrays.stream(extra[lost]).sum();
      long size = 0;
      for (int node = 0; node < nodes; node++) {
        size += Zones.mayShare(placed, lost, node) ? sizes[node] : 0;
      }
      double worst = 0;
      for (int node = 0; node < nodes; node++) {
        double ofSize = sizes[node] == 0 || sum == 0 ? 0 : extra[lost][node] / sizes[node];
        worst = Math.max(worst, sum == 0 ? 0 : ofSize / (sum / size));
      }
      if (worst > hardest.worst) {
        double[] share = Arrays.stream(extra[lost]).map(bytes -> bytes / sum).toArray();
        hardest = new RecoveryTraffic(lost, worst, share);
      }
    }
    return hardest;
  }

  /**
   * Loses each disk in turn, and finds the survivor that must take the largest part of its reads:
   * {@code worst} is that part.
   */
  public static RecoveryTraffic ofDisks(PlacedTable placed) {
    int disks = placed.disks().size();
    int[][] slotsOf = slotsOf(placed);
    RecoveryTraffic hardest = new RecoveryTraffic(0, 0, new double[disks]);
    double[] extra = new double[disks];
    for (int lost = 0; lost < disks; lost++) {
      Arrays.fill(extra, 0);
      double sum = 0;
      for (int slot : slotsOf[lost]) {
        int[] chain = placed.slots()[slot];
        for (int other : chain) {
          if (other != lost) {
            double bytes = (double) placed.budgetBytes()[slot] / (chain.length - 1);
            extra[other] += bytes;
            sum += bytes;
          }
        }
      }
      double worst = sum == 0 ? 0 : Arrays.stream(extra).max().orElse(0) / sum;
      if (worst > hardest.worst) {
        double all = sum;
        double[] share = Arrays.stream(extra).map(bytes -> bytes / all).toArray();
        hardest = new RecoveryTraffic(lost, worst, share);
      }
    }
    return hardest;
  }

  private static int[][] slotsOf(PlacedTable placed) {
    int[][] slotsOf = new int[placed.disks().size()][0];
    for (int slot = 0; slot < placed.slots().length; slot++) {
      for (int disk : placed.slots()[slot]) {
        int[] known = slotsOf[disk];
        slotsOf[disk] = Arrays.copyOf(known, known.length + 1);
        slotsOf[disk][known.length] = slot;
      }
    }
    return slotsOf;
  }
}
