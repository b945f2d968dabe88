package io.luciola.blockstore.engine.check;

/** How bad a finding is. */
public enum Severity {
  /** Content or metadata is lost, or contradicts itself. */
  ERROR,
  /**
   * Nothing is lost: one of two copies is damaged, or it may be what a crash cut off, or something
   * must be done that does not hurry.
   */
  WARNING
}
