package io.luciola.chaintable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An ordered group of replicas. Reads go to the SERVING ones; writes go through these in the order
 * of the list, and then to the one that is SYNCING; the others are skipped.
 *
 * @param id positive
 * @param version grows with every change of the list or of a state
 * @param targets head first, tail last; not empty, no target twice
 */
public record Chain(int id, int version, List<ChainTarget> targets) {

  /** In place of a target id: there is none. */
  public static final long NO_TARGET = 0;

  /** Checks the rules and copies the list. */
  public Chain {
    if (id <= 0 || version <= 0) {
      throw new IllegalArgumentException(
          "chain id and version are positive, not " + id + " and " + version);
    }
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("chain " + id + " has no target");
    }
    Set<Long> seen = new HashSet<>();
    for (ChainTarget target : targets) {
      if (!seen.add(target.targetId())) {
        throw new IllegalArgumentException(
            "chain " + id + " has target " + target.targetId() + " twice");
      }
    }
  }

  /** The first serving target, where writes begin; {@link #NO_TARGET} when none serves. */
  public long head() {
    for (ChainTarget target : targets) {
      if (target.state() == PublicTargetState.SERVING) {
        return target.targetId();
      }
    }
    return NO_TARGET;
  }

  /** The last serving target, where updates are first committed; {@link #NO_TARGET} if none. */
  public long tail() {
    for (ChainTarget target : targets.reversed()) {
      if (target.state() == PublicTargetState.SERVING) {
        return target.targetId();
      }
    }
    return NO_TARGET;
  }

  /**
   * The next target behind one of the chain that writes reach, SERVING or SYNCING; {@link
   * #NO_TARGET} behind the last one and for a target that is not in the chain.
   */
  public long successorOf(long targetId) {
    boolean behind = false;
    for (ChainTarget target : targets) {
      if (behind && isWritten(target.state())) {
        return target.targetId();
      }
      behind |= target.targetId() == targetId;
    }
    return NO_TARGET;
  }

  /** The state of a target; INVALID when it is not in the chain. */
  public PublicTargetState stateOf(long targetId) {
    for (ChainTarget target : targets) {
      if (target.targetId() == targetId) {
        return target.state();
      }
    }
    return PublicTargetState.INVALID;
  }

  /** Whether a target is in the chain and serves. */
  public boolean isServing(long targetId) {
    return stateOf(targetId) == PublicTargetState.SERVING;
  }

  /** Whether a target is in the chain and is being refilled. */
  public boolean isSyncing(long targetId) {
    return stateOf(targetId) == PublicTargetState.SYNCING;
  }

  private static boolean isWritten(PublicTargetState state) {
    return state == PublicTargetState.SERVING || state == PublicTargetState.SYNCING;
  }
}
