package io.luciola.cluster.cli;

/** How a verb prints data. */
public enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON
}
