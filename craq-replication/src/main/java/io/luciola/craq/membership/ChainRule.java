package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.LocalTargetState;
import java.util.function.LongFunction;

/** How a chain changes. */
@FunctionalInterface
public interface ChainRule {

  /**
   * The chain that follows from what is known of its targets; the same chain when nothing is to
   * change, else one with the next version.
   */
  Chain next(Chain chain, LongFunction<LocalTargetState> localStates);
}
