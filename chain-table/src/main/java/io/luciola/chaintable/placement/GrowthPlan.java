package io.luciola.chaintable.placement;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import java.util.List;
import java.util.Map;

/**
 * What makes a cluster use its new disks. Nothing that is stored moves; old chains keep their
 * members.
 *
 * @param targets the new ones, in ascending id order; all empty
 * @param chains the new ones, of version 1, in ascending id order
 * @param budgets the new budget of each target that exists in a chain, by its id; where old disks
 *     give space to new targets it is lower than before, never below what the chain holds
 * @param table the next version: the old slots, and behind them the new chains in rounds that touch
 *     every new disk
 */
public record GrowthPlan(
    List<PlacedTarget> targets, List<Chain> chains, Map<Long, Long> budgets, ChainTable table) {

  /** Copies. */
  public GrowthPlan {
    targets = List.copyOf(targets);
    chains = List.copyOf(chains);
    budgets = Map.copyOf(budgets);
  }
}
