package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chain as everybody knows it, and its next version while that is not durable yet. */
final class ManagedChain {

  private final ChainRule rule;
  private Chain current;
  private @Nullable Chain pending;

  ManagedChain(Chain current, ChainRule rule) {
    this.rule = rule;
    this.current = current;
  }

  Chain current() {
    return current;
  }

  /** Whether a target was lost and the chain as it is durable does not say so yet. */
  boolean misses(HeldTarget target) {
    return target.isLostIn(current);
  }

  /** Whether its readers may count on a target, now and as soon as the next version is durable. */
  boolean countsOn(HeldTarget target) {
    boolean goes =
        pending != null
            && current.isServing(target.targetId)
            && !pending.isServing(target.targetId);
    return !goes && !target.isLostIn(current);
  }

  /** The next version by what is known of the targets; null when nothing is to change now. */
  @Nullable Chain advance(Map<Long, HeldTarget> targets) {
    if (pending != null) {
      return null;
    }
    tell(targets);
    Chain next = rule.next(current, id -> stateOf(targets.get(id)));
    if (next.version() == current.version()) {
      return null;
    }
    pending = next;
    return next;
  }

  /**
   * The version without the first of the last serving targets.
   *
   * @throws IllegalStateException when that cannot be now
   */
  Chain rotateLastServing() {
    if (pending != null) {
      throw new IllegalStateException("chain " + current.id() + " is just being changed");
    }
    Chain rotated = LastServingRotation.rotate(current);
    pending = rotated;
    return rotated;
  }

  /** False when this is not the version that is pending. */
  boolean onPersisted(Chain chain) {
    if (!chain.equals(pending)) {
      return false;
    }
    current = chain;
    pending = null;
    return true;
  }

  boolean onPersistFailed(Chain chain) {
    if (!chain.equals(pending)) {
      return false;
    }
    pending = null;
    return true;
  }

  private void tell(Map<Long, HeldTarget> targets) {
    for (ChainTarget place : current.targets()) {
      HeldTarget target = targets.get(place.targetId());
      if (target != null) {
        target.onChain(current);
      }
    }
  }

  private LocalTargetState stateOf(@Nullable HeldTarget target) {
    return target == null ? LocalTargetState.INVALID : target.stateIn(current);
  }
}
