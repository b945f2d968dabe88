package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.FillOutcome;
import io.luciola.chaintable.analysis.Filling;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.PlacementRule;

/**
 * Files that are written one after the other.
 *
 * @param name for people
 * @param fileBytes size of each
 */
record Workload(String name, long fileBytes) {

  /** A chunk of a file. */
  static final long LEAST_FILE_BYTES = 1 << 20;

  /** Writes them as the system writes that makes tables by this rule. */
  Filled fill(PlacedTable placed, PlacementRule rule, int stripe, double until, long seed) {
    FillOutcome outcome =
        switch (rule) {
          case DISPERSED -> Filling.growing(placed, stripe, fileBytes, until, seed);
          case BY_DISK_INDEX -> Filling.fixedStripe(placed, stripe, fileBytes, until);
        };
    return new Filled(
        name,
        fileBytes,
        until,
        outcome.files(),
        outcome.full(),
        FillView.of(placed, outcome.fill()));
  }
}
