package io.luciola.blockstore.engine.space;

/** How short an area is of space. Each level refuses what the one before it refuses, and more. */
public enum SpaceLevel {

  /** Enough. */
  OK,

  /** Nothing is refused, but somebody should make or add space. */
  LOW,

  /** New and growing chunks are refused; overwriting works. */
  REJECT,

  /**
   * Only removals, truncates, punches and updates that take no extent work. What is left is for
   * those of them that must copy.
   */
  FULL
}
