package io.luciola.craq.history;

/** What a reader was promised, strongest first. */
public enum ReadMode {
  /** The state at some time between the read's beginning and its end. */
  LINEARIZABLE,

  /** A state not older than any that the same client has read before, and not from the future. */
  MONOTONIC,

  /** A committed state of any age, and not from the future. */
  COMMITTED_LOCAL
}
