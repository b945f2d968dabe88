package io.luciola.craq.history;

import java.util.List;

/**
 * What a checker says of a history.
 *
 * @param outcome whether the promise was kept
 * @param explanation a sentence on what is wrong; empty when nothing is
 * @param operations of a broken promise, operations that contradict each other, in order of their
 *     beginning, without most of those that do not matter; else empty
 */
public record Verdict(Outcome outcome, String explanation, List<Operation> operations) {

  /** How it went. */
  public enum Outcome {
    /** The promise was kept. */
    KEPT,
    /** The promise was broken. */
    BROKEN,
    /** The checker gave up: too many orders were possible. Nothing is known. */
    UNDECIDED
  }

  /** Copies the list. */
  public Verdict {
    operations = List.copyOf(operations);
  }

  static Verdict kept() {
    return new Verdict(Outcome.KEPT, "", List.of());
  }

  static Verdict undecided(long configurations) {
    return new Verdict(
        Outcome.UNDECIDED, "undecided after " + configurations + " configurations", List.of());
  }

  /** Whether the promise was kept, for certain. */
  public boolean isKept() {
    return outcome == Outcome.KEPT;
  }

  /** The explanation, and below it each operation on a line of its own. */
  @Override
  public String toString() {
    if (isKept()) {
      return "kept";
    }
    StringBuilder text = new StringBuilder(explanation);
    operations.forEach(operation -> text.append("\n  ").append(operation));
    return text.toString();
  }
}
