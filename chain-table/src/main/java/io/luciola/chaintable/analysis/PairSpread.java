package io.luciola.chaintable.analysis;

/**
 * How many chains pairs of nodes share.
 *
 * @param fewest shared by any pair that may share chains
 * @param mean over these pairs
 * @param most shared by any pair
 * @param bound what the most would be in the best design: the mean rounded up
 */
public record PairSpread(int fewest, double mean, int most, int bound) {

  /** Counts them. Pairs in one zone count when there are fewer zones than replicas. */
  public static PairSpread ofNodes(PlacedTable placed) {
    int nodes = placed.nodes().size();
    int[][] shared = new int[nodes][nodes];
    for (int[] slot : placed.slots()) {
      for (int one : slot) {
        for (int other : slot) {
          if (one != other) {
            shared[placed.disks().get(one).node()][placed.disks().get(other).node()]++;
          }
        }
      }
    }
    int fewest = Integer.MAX_VALUE;
    int most = 0;
    long sum = 0;
    int pairs = 0;
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < a; b++) {
        if (Zones.mayShare(placed, a, b)) {
          fewest = Math.min(fewest, shared[a][b]);
          most = Math.max(most, shared[a][b]);
          sum += shared[a][b];
          pairs++;
        }
      }
    }
    if (pairs == 0) {
      return new PairSpread(0, 0, 0, 0);
    }
    return new PairSpread(fewest, (double) sum / pairs, most, (int) ((sum + pairs - 1) / pairs));
  }
}
