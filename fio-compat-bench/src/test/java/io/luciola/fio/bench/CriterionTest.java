package io.luciola.fio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CriterionTest {

  private static List<Measurement> iops(double... values) {
    return DoubleStream.of(values)
        .mapToObj(value -> new Measurement(value, value * 4096, 2e9 / value))
        .toList();
  }

  private static Row judge(Judgement judgement, double bar, double[] ours, double... reference) {
    return new Criterion(Metric.IOPS, judgement, bar).judge("c", iops(ours), iops(reference));
  }

  @Test
  void theRatioIsTheMedianOfThePairsAndNotOfTheMedians() {
    Row row = judge(Judgement.RATIO_AT_LEAST, 1, new double[] {1000, 9000, 3000}, 2000, 3000, 3000);
    assertEquals(3, row.ours());
    assertEquals(3, row.reference());
    assertEquals(1, row.ratio());
    assertTrue(row.reached());
    assertEquals(List.of(1.0, 9.0, 3.0), row.ourRuns());
  }

  @ParameterizedTest
  @CsvSource({
    "RATIO_AT_LEAST, 0.5, true",
    "RATIO_AT_LEAST, 0.51, false",
    "RATIO_AT_MOST, 0.5, true",
    "RATIO_AT_MOST, 0.49, false",
    "VALUE_AT_LEAST, 1, true",
    "VALUE_AT_LEAST, 1.1, false",
    "VALUE_AT_MOST, 1, true",
    "VALUE_AT_MOST, 0.9, false",
    "NONE, NaN, true"
  })
  void theBarItselfIsReached(Judgement judgement, double bar, boolean reached) {
    assertEquals(reached, judge(judgement, bar, new double[] {1000}, 2000).reached());
  }

  @Test
  void aDifferenceIsTakenPairByPair() {
    Criterion criterion = new Criterion(Metric.TIME_PER_IO, Judgement.DIFFERENCE_AT_MOST, 200);
    Row row = criterion.judge("null", iops(4e6, 2.5e6), iops(10e6, 10e6));
    assertEquals(List.of(150.0, 300.0), row.ourRuns());
    assertEquals(225, row.ours());
    assertFalse(row.reached());
  }

  @Test
  void withoutAReferenceTheValueStandsForItself() {
    Row row = judge(Judgement.VALUE_AT_LEAST, 1500, new double[] {1.6e6, 1.4e6, 1.5e6});
    assertEquals(1500, row.ours());
    assertTrue(Double.isNaN(row.ratio()));
    assertTrue(row.reached());
  }

  @Test
  void metricsHaveTheirUnits() {
    Measurement run = new Measurement(2000, 3 << 20, 1500);
    assertEquals(2, Metric.IOPS.of(run));
    assertEquals(3, Metric.BANDWIDTH.of(run));
    assertEquals(1.5, Metric.CPU_PER_IO.of(run));
    assertEquals(500_000, Metric.TIME_PER_IO.of(run));
  }
}
