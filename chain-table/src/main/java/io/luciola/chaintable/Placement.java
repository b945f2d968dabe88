package io.luciola.chaintable;

import java.util.List;

/**
 * Targets on disks, the chains of them, and their table.
 *
 * @param targets in ascending id order
 * @param chains in ascending id order, from 1; all targets serve
 * @param table all chains, in slot order
 */
public record Placement(List<PlacedTarget> targets, List<Chain> chains, ChainTable table) {

  /** Copies the lists. */
  public Placement {
    targets = List.copyOf(targets);
    chains = List.copyOf(chains);
  }
}
