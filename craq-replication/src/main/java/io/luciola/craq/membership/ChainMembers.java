package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.List;

/** A chain with one target more, one less, or another one. */
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

  /**
   * With a target, which is refilled before it serves, in place of one that does not serve.
   *
   * @throws IllegalArgumentException when the old one is not in the chain
   * @throws IllegalStateException when the chain needs it
   */
  static Chain replaced(Chain chain, long oldTargetId, long newTargetId) {
    if (!isComplete(chain.stateOf(oldTargetId))) {
      return renumbered(chain, with(without(chain, oldTargetId), newTargetId));
    }
    String name = "target " + oldTargetId + " of chain " + chain.id();
    if (chain.stateOf(oldTargetId) == PublicTargetState.SERVING) {
      throw new IllegalStateException(name + " is SERVING; only one that is lost is replaced");
    }
    List<ChainTarget> others =
        chain.targets().stream().filter(target -> target.targetId() != oldTargetId).toList();
    if (others.stream().noneMatch(target -> isComplete(target.state()))) {
      throw new IllegalStateException(
          name + " is the last one that has all of the chain's data; without it data is lost");
    }
    return renumbered(chain, with(new Chain(chain.id(), chain.version(), others), newTargetId));
  }

  private static boolean isComplete(PublicTargetState state) {
    return state == PublicTargetState.SERVING || state == PublicTargetState.LASTSRV;
  }

  /** The next version of a chain, with the targets of another one. */
  private static Chain renumbered(Chain before, Chain after) {
    return new Chain(before.id(), before.version() + 1, after.targets());
  }
}
