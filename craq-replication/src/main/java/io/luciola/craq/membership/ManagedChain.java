package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import java.util.Collection;
import java.util.Map;
import java.util.function.UnaryOperator;
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
    boolean comesLost = pending != null && target.isLostIn(pending);
    return !goes && !comesLost && !target.isLostIn(current);
  }

  /** The next version by what is known of the targets; null when nothing is to change now. */
  @Nullable Chain advance(Map<Long, HeldTarget> targets) {
    if (pending != null) {
      return null;
    }
    tell(targets);
    if (waitsForTheLastToStop(targets)) {
      return null;
    }
    Chain next = rule.next(current, id -> stateOf(targets.get(id)));
    if (next.version() == current.version()) {
      return null;
    }
    pending = next;
    return next;
  }

  /**
   * Whether all that serve are on their way out and some have not stopped yet. They go together: as
   * nothing is acknowledged without all of them, each of them is complete then.
   */
  private boolean waitsForTheLastToStop(Map<Long, HeldTarget> targets) {
    boolean oneStillServes = false;
    for (ChainTarget place : current.targets()) {
      if (place.state() == PublicTargetState.SERVING) {
        HeldTarget target = targets.get(place.targetId());
        if (target == null || !target.goesFrom(current)) {
          return false;
        }
        oneStillServes |= !target.isLostIn(current);
      }
    }
    return oneStillServes;
  }

  /** Whether some target serves that nobody wants to go, and that is not on the given list. */
  boolean servesWithout(Collection<HeldTarget> without, Map<Long, HeldTarget> targets) {
    return current.targets().stream()
        .filter(place -> place.state() == PublicTargetState.SERVING)
        .map(place -> targets.get(place.targetId()))
        .anyMatch(
            target -> target != null && !target.goesFrom(current) && !without.contains(target));
  }

  /** Whether every target serves, nothing is under way and nobody is asked to go. */
  boolean isCalm(Map<Long, HeldTarget> targets) {
    return pending == null
        && current.targets().stream()
            .allMatch(
                place -> {
                  HeldTarget target = targets.get(place.targetId());
                  return place.state() == PublicTargetState.SERVING
                      && target != null
                      && !target.goesFrom(current);
                });
  }

  /**
   * The next version as an operator wants it.
   *
   * @throws IllegalStateException when that cannot be now
   */
  Chain change(UnaryOperator<Chain> edit) {
    if (pending != null) {
      throw new IllegalStateException("chain " + current.id() + " is just being changed");
    }
    Chain next = edit.apply(current);
    pending = next;
    return next;
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
