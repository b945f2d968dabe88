package io.luciola.fio.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How pairs of runs are judged.
 *
 * @param metric what is compared
 * @param judgement what the bar is held against
 * @param bar in the metric's unit, or a ratio
 */
record Criterion(Metric metric, Judgement judgement, double bar) {

  /**
   * Judges.
   *
   * @param ours at least one run
   * @param reference as many, or none
   */
  Row judge(String caseName, List<Measurement> ours, List<Measurement> reference) {
    List<Double> ourValues = ours.stream().map(metric::of).toList();
    if (reference.isEmpty()) {
      return Row.absolute(caseName, metric.label(), metric.unit(), ourValues, judgement, bar);
    }
    List<Double> referenceValues = reference.stream().map(metric::of).toList();
    List<Double> ratios = new ArrayList<>();
    List<Double> differences = new ArrayList<>();
    for (int pair = 0; pair < ourValues.size(); pair++) {
      ratios.add(ourValues.get(pair) / referenceValues.get(pair));
      differences.add(ourValues.get(pair) - referenceValues.get(pair));
    }
    if (judgement == Judgement.DIFFERENCE_AT_MOST) {
      String measure = metric.label() + " beyond the tool's own";
      return Row.absolute(caseName, measure, metric.unit(), differences, judgement, bar);
    }
    double ourMedian = Medians.of(ourValues);
    double ratio = Medians.of(ratios);
    return new Row(
        caseName,
        metric.label(),
        metric.unit(),
        ourMedian,
        Medians.of(referenceValues),
        ratio,
        judgement,
        bar,
        judgement.reached(judgement.relative() ? ratio : ourMedian, bar),
        ourValues,
        referenceValues);
  }
}
