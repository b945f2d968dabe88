package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.PlacementRule;
import java.util.Arrays;

/** Over how many chains a file is to go. */
final class Stripes {

  private Stripes() {}

  /**
   * The least with which each file uses all disks of the table. In a table of one round: the
   * longest way from one chain of a disk to its next.
   */
  static int covering(PlacedTable placed) {
    return placed.table().rounds() > 1 ? placed.table().minimumStripe() : longestGap(placed);
  }

  /** The same, and in a table of one round: as many chains as lie on all disks at best. */
  static int usual(PlacedTable placed) {
    int best = Math.ceilDiv(placed.disks().size(), placed.replicas());
    return placed.table().rounds() > 1
        ? placed.table().minimumStripe()
        : Math.min(best, placed.slots().length);
  }

  /** What a table made by a rule is judged by. */
  static int of(PlacedTable placed, PlacementRule rule) {
    return rule == PlacementRule.DISPERSED ? covering(placed) : usual(placed);
  }

  private static int longestGap(PlacedTable placed) {
    int slots = placed.slots().length;
    int[] last = new int[placed.disks().size()];
    Arrays.fill(last, -1);
    int longest = 1;
    // Twice around: the way over the end counts, too.
    for (int step = 0; step < 2 * slots; step++) {
      for (int disk : placed.slots()[step % slots]) {
        if (last[disk] >= 0) {
          longest = Math.max(longest, step - last[disk]);
        }
        last[disk] = step;
      }
    }
    return longest;
  }
}
