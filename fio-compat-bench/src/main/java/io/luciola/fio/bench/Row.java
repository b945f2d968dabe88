package io.luciola.fio.bench;

import java.util.List;

/**
 * One line of the table.
 *
 * @param caseName of the case that it belongs to
 * @param measure what was measured
 * @param unit of both values
 * @param ours median
 * @param reference median; NaN when there is none
 * @param ratio median of the ratios of ours to the reference, pair by pair; NaN when there is none
 * @param judgement how the bar is meant
 * @param bar what must be reached; NaN when there is none
 * @param reached whether it is
 * @param ourRuns all runs, in their order
 * @param referenceRuns all runs, in their order
 */
record Row(
    String caseName,
    String measure,
    String unit,
    double ours,
    double reference,
    double ratio,
    Judgement judgement,
    double bar,
    boolean reached,
    List<Double> ourRuns,
    List<Double> referenceRuns) {

  /** A value that stands for itself. */
  static Row absolute(
      String caseName,
      String measure,
      String unit,
      List<Double> runs,
      Judgement judgement,
      double bar) {
    double ours = Medians.of(runs);
    return new Row(
        caseName,
        measure,
        unit,
        ours,
        Double.NaN,
        Double.NaN,
        judgement,
        bar,
        judgement.reached(ours, bar),
        List.copyOf(runs),
        List.of());
  }
}
