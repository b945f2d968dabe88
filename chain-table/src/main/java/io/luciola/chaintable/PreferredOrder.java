package io.luciola.chaintable;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a chain gets into the order that an operator prefers, by moves of one target at a time to the
 * end of the chain.
 *
 * <p>Those that stay where they are keep their order, and those that move stand behind them in the
 * order of their moves. So the longest beginning of the preferred order that the chain has already,
 * with others in between, stays; all others move once, which are the fewest moves possible.
 */
public final class PreferredOrder {

  private PreferredOrder() {}

  /**
   * The target that has to move to the end next.
   *
   * @param preferred the chain's targets, head first
   * @return {@link Chain#NO_TARGET} when the chain is in that order
   * @throws IllegalArgumentException when these are not the chain's targets
   */
  public static long nextToMove(Chain chain, List<Long> preferred) {
    check(chain, preferred);
    int staying = 0;
    for (ChainTarget target : chain.targets()) {
      if (target.targetId() == preferred.get(staying) && ++staying == preferred.size()) {
        return Chain.NO_TARGET;
      }
    }
    return preferred.get(staying);
  }

  /**
   * Checks that an order names each of a chain's targets once.
   *
   * @throws IllegalArgumentException when it does not; the message names the targets
   */
  public static void check(Chain chain, List<Long> preferred) {
    Stream<Long> targets = chain.targets().stream().map(ChainTarget::targetId);
    if (preferred.size() != chain.targets().size()
        || !new HashSet<>(preferred).containsAll(targets.toList())) {
      throw new IllegalArgumentException(
          "the order "
              + preferred
              + " is not one of the targets of chain "
              + chain.id()
              + ": "
              + chain.targets().stream().map(ChainTarget::targetId).toList());
    }
  }
}
