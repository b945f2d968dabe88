package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up a target that was among the last to serve and will not come back, as when its disk is
 * burnt: the next one takes its place. What only the lost target had is lost with it.
 */
final class LastServingRotation {

  private LastServingRotation() {}

  /**
   * The chain without the first of its last serving targets in that state.
   *
   * @throws IllegalStateException when a target serves, or none is left to take the place
   */
  static Chain rotate(Chain chain) {
    List<ChainTarget> targets = chain.targets();
    if (targets.size() < 2 || targets.getFirst().state() != PublicTargetState.LASTSRV) {
      throw new IllegalStateException(
          "chain "
              + chain.id()
              + " has "
              + targets.size()
              + " targets, of which the first is "
              + targets.getFirst().state()
              + "; only a chain of several whose first one is LASTSRV can be rotated");
    }
    List<ChainTarget> rotated = new ArrayList<>();
    rotated.add(new ChainTarget(targets.get(1).targetId(), PublicTargetState.LASTSRV));
    rotated.addAll(targets.subList(2, targets.size()));
    rotated.add(new ChainTarget(targets.getFirst().targetId(), PublicTargetState.OFFLINE));
    return new Chain(chain.id(), chain.version() + 1, rotated);
  }
}
