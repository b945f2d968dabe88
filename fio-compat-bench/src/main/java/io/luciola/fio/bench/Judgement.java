package io.luciola.fio.bench;

/** What the bar is held against. */
enum Judgement {
  /** Ours divided by the reference must be at least the bar. */
  RATIO_AT_LEAST(true, true),
  /** Ours divided by the reference must be at most the bar. */
  RATIO_AT_MOST(true, false),
  /** Ours must be at least the bar. */
  VALUE_AT_LEAST(false, true),
  /** Ours must be at most the bar. */
  VALUE_AT_MOST(false, false),
  /** Ours less the reference must be at most the bar. */
  DIFFERENCE_AT_MOST(false, false),
  /** There is no bar. */
  NONE(false, true);

  private final boolean relative;
  private final boolean atLeast;

  Judgement(boolean relative, boolean atLeast) {
    this.relative = relative;
    this.atLeast = atLeast;
  }

  /** Whether the bar is a ratio. */
  boolean relative() {
    return relative;
  }

  /** Whether more is better. */
  boolean atLeast() {
    return atLeast;
  }

  boolean reached(double value, double bar) {
    return this == NONE || (atLeast ? value >= bar : value <= bar);
  }
}
