package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.List;

/** A chain with one target more, or one less. */
final class ChainMembers {

  private ChainMembers() {}

  /** With a target that is refilled before it serves. */
  static Chain with(Chain chain, long targetId) {
    List<ChainTarget> targets = new ArrayList<>(chain.targets());
    targets.add(new ChainTarget(targetId, PublicTargetState.OFFLINE));
    return new Chain(chain.id(), chain.version() + 1, targets);
  }

  /**
   * Without a target that is OFFLINE.
   *
   * @throws IllegalArgumentException when it is not in the chain
   * @throws IllegalStateException when it is in another state
   */
  static Chain without(Chain chain, long targetId) {
    PublicTargetState state = chain.stateOf(targetId);
    if (state == PublicTargetState.INVALID) {
      throw new IllegalArgumentException("target " + targetId + " is not in chain " + chain.id());
    }
    if (state != PublicTargetState.OFFLINE) {
      throw new IllegalStateException(
          "target "
              + targetId
              + " of chain "
              + chain.id()
              + " is "
              + state
              + "; only a target that is OFFLINE can be removed");
    }
    return new Chain(
        chain.id(),
        chain.version() + 1,
        chain.targets().stream().filter(target -> target.targetId() != targetId).toList());
  }
}
