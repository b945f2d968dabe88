package io.luciola.fio.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsTest {

  @Property
  void mergingGivesTheSameAsAddingAll(
      @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 1_000_000) Long> left,
      @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 1_000_000) Long> right) {
    RunningStat all = new RunningStat();
    RunningStat one = new RunningStat();
    RunningStat other = new RunningStat();
    left.forEach(one::add);
    right.forEach(other::add);
    left.forEach(all::add);
    right.forEach(all::add);
    one.merge(other);
    assertEquals(all.count(), one.count());
    assertEquals(all.min(), one.min());
    assertEquals(all.max(), one.max());
    assertEquals(all.mean(), one.mean(), 1e-6 * (1 + all.mean()));
    assertEquals(all.stddev(), one.stddev(), 1e-6 * (1 + all.stddev()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2ns",
    "1, 2ns",
    "2, 4ns",
    "999, 1000ns",
    "1000, 2us",
    "1999, 2us",
    "2000, 4us",
    "999999, 1000us",
    "1000000, 2ms",
    "1999999999, 2000ms",
    "2000000000, >=2000ms"
  })
  void aLatencyFallsIntoTheRangeWhoseLimitIsAboveIt(long ns, String label) {
    Buckets buckets = Buckets.latencies();
    buckets.add(ns);
    assertEquals(100.0, buckets.percent(buckets.labels().indexOf(label), 0.01), label);
  }

  @Test
  void whatIsRareStillShows() {
    Buckets depths = Buckets.depths();
    depths.add(1);
    for (int i = 0; i < 10_000; i++) {
      depths.add(33);
    }
    assertEquals(0.1, depths.percent(0, 0.1));
    assertEquals(0, depths.percent(1, 0.1));
  }

  @Test
  void percentilesAreWithinThreeDigitsAndNeverAboveTheMaximum() {
    LatencyStat latency = new LatencyStat(true);
    for (long ns = 1; ns <= 100_000; ns++) {
      latency.add(ns);
    }
    assertEquals(50_000.0, (double) latency.percentileNs(50), 50);
    assertEquals(99_900.0, (double) latency.percentileNs(99.9), 100);
    assertEquals(100_000, latency.percentileNs(100));
    latency.add(Long.MAX_VALUE / 4);
    assertEquals(Long.MAX_VALUE / 4, latency.stat().max());
  }
}
