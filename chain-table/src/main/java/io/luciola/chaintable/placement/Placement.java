package io.luciola.chaintable.placement;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import java.util.List;

/**
 * Targets on disks, the chains of them, and their tables.
 *
 * @param targets in ascending id order
 * @param chains in ascending id order, from 1; all targets serve
 * @param tables as requested; each chain is in one of them
 */
public record Placement(List<PlacedTarget> targets, List<Chain> chains, List<ChainTable> tables) {

  /** Copies the lists. */
  public Placement {
    targets = List.copyOf(targets);
    chains = List.copyOf(chains);
    tables = List.copyOf(tables);
  }
}
