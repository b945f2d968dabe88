package io.luciola.chaintable.placement;

/** Refuses what cannot be placed. */
final class Requirement {

  private Requirement() {}

  static void holds(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
