package io.luciola.cluster.cli.output;

/** How a verb prints data. */
public enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON
}
