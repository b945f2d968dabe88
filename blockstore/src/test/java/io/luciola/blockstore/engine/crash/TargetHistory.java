package io.luciola.blockstore.engine.crash;

import java.util.ArrayList;
import java.util.List;

/** Whether a target was there, and when that could and had to survive a crash. */
final class TargetHistory {

  private static final int NEVER = Integer.MAX_VALUE;

  private static final class Step {
    final boolean there;
    final int possibleFrom;
    int certainFrom = NEVER;

    Step(boolean there, int possibleFrom) {
      this.there = there;
      this.possibleFrom = possibleFrom;
    }
  }

  private final List<Step> steps = new ArrayList<>();

  /** What the last step that was carried out says. */
  boolean there;

  TargetHistory(boolean there) {
    this.there = there;
    steps.add(new Step(there, -1));
    steps.getFirst().certainFrom = -1;
  }

  /** It may be created or removed from here on. */
  void possible(boolean next, int position) {
    steps.add(new Step(next, position));
  }

  /** What became possible last was promised to last. */
  void certain(int position) {
    steps.getLast().certainFrom = position;
    there = steps.getLast().there;
  }

  /** Whether it may be there, or not, after a crash at this position. */
  boolean allows(boolean actual, int crash) {
    boolean allowed = false;
    for (Step step : steps) {
      if (step.possibleFrom > crash) {
        break;
      }
      allowed = step.there == actual || (allowed && step.certainFrom > crash);
    }
    return allowed;
  }
}
