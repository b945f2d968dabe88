package io.luciola.chaintable;

/**
 * A target's place in a chain.
 *
 * @param targetId positive
 * @param state as Mgmtd decided
 */
public record ChainTarget(long targetId, PublicTargetState state) {

  /** Checks the id. */
  public ChainTarget {
    if (targetId <= 0) {
      throw new IllegalArgumentException("a target id is positive, not " + targetId);
    }
  }
}
