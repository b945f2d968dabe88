package io.luciola.fio.stats;

import java.util.Arrays;
import java.util.List;

/** Counts by range: a value falls into the first range whose limit is above it. */
public final class Buckets {

  private final long[] limits;
  private final List<String> labels;
  private final long[] counts;
  private long total;

  private Buckets(long[] limits, List<String> labels) {
    this.limits = limits;
    this.labels = labels;
    this.counts = new long[labels.size()];
  }

  /**
   * Latencies: fio's ranges in nanoseconds, microseconds and milliseconds, labelled {@code 2us}.
   */
  public static Buckets latencies() {
    int[] steps = {2, 4, 10, 20, 50, 100, 250, 500, 750, 1000};
    String[] units = {"ns", "us", "ms"};
    long[] limits = new long[31];
    String[] labels = new String[32];
    long unitNs = 1;
    for (int unit = 0; unit < 3; unit++, unitNs *= 1000) {
      for (int step = 0; step < 10; step++) {
        limits[unit * 10 + step] = steps[step] * unitNs;
        labels[unit * 10 + step] = steps[step] + units[unit];
      }
    }
    limits[30] = 2000 * 1_000_000L;
    labels[30] = "2000ms";
    labels[31] = ">=2000ms";
    return new Buckets(limits, List.of(labels));
  }

  /** I/Os in flight when one more was issued. */
  public static Buckets depths() {
    return new Buckets(
        new long[] {2, 4, 8, 16, 32, 64}, List.of("1", "2", "4", "8", "16", "32", ">=64"));
  }

  /** I/Os that were submitted or reaped in one go. */
  public static Buckets batches() {
    return new Buckets(
        new long[] {1, 5, 9, 17, 33, 65}, List.of("0", "4", "8", "16", "32", "64", ">=64"));
  }

  /** Counts one value. */
  public void add(long value) {
    int bucket = 0;
    while (bucket < limits.length && value >= limits[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    total++;
  }

  /** Adds the counts of another one of the same kind. */
  public void merge(Buckets other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  /** Forgets everything. */
  public void reset() {
    Arrays.fill(counts, 0);
    total = 0;
  }

  /** The ranges' names, in order. */
  public List<String> labels() {
    return labels;
  }

  /** Values counted. */
  public long total() {
    return total;
  }

  /** Percentage of the values in a range; what is above 0 shows as at least {@code least}. */
  public double percent(int bucket, double least) {
    if (counts[bucket] == 0) {
      return 0;
    }
    return Math.max(least, 100.0 * counts[bucket] / total);
  }
}
