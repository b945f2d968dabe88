package io.luciola.cluster.disk;

import java.util.List;

/**
 * What a change will do, decided before anything is done.
 *
 * @param steps in this order; the first that fails is the last
 * @param refusals why it must not be done, one sentence each; empty when it may
 * @param notes what the administrator should know, one sentence each
 */
public record Plan(List<Step> steps, List<String> refusals, List<String> notes) {

  public Plan {
    steps = List.copyOf(steps);
    refusals = List.copyOf(refusals);
    notes = List.copyOf(notes);
  }

  /** Whether it may be done. */
  public boolean isRefused() {
    return !refusals.isEmpty();
  }
}
