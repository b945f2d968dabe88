package io.luciola.chaintable.placement;

import java.util.List;

/** Suggests how many targets a disk should hold. */
public final class TargetsPerDisk {

  private static final int FEWEST = 3;
  private static final int MOST = 24;

  /** What the hardest hit survivor of a lost node may take beyond the mean. */
  private static final double EVEN_ENOUGH = 1.13;

  private TargetsPerDisk() {}

  /**
   * The fewest from 3 on that divide into chains, and with which pairs of nodes can share about
   * equally many chains: whole numbers near a small mean are uneven.
   *
   * @throws IllegalArgumentException when no number up to 24 divides into chains
   */
  public static int suggest(List<PlacementNode> nodes, int replicas) {
    long disks = nodes.stream().mapToLong(node -> node.disks().size()).sum();
    int best = 0;
    double bestRatio = Double.MAX_VALUE;
    for (int targets = FEWEST; targets <= MOST; targets++) {
      boolean divides = disks * targets % replicas == 0;
      double shared =
          (double) disks / nodes.size() * targets * (replicas - 1) / Math.max(1, nodes.size() - 1);
      double ratio = shared == 0 ? 1 : Math.ceil(shared - 1e-9) / shared;
      if (divides && ratio < bestRatio) {
        best = targets;
        bestRatio = ratio;
      }
      if (bestRatio <= EVEN_ENOUGH) {
        return best;
      }
    }
    Requirement.holds(
        best > 0,
        disks + " disks do not divide into chains of " + replicas + "; change one of them");
    return best;
  }
}
