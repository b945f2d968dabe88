package io.luciola.fio.stats;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Latencies in nanoseconds; with a histogram to three digits when percentiles are wanted. */
public final class LatencyStat {

  /** Latencies above this count as this one in the histogram; the maximum stays exact. */
  public static final long HISTOGRAM_LIMIT_NS = 3_600_000_000_000L;

  private final RunningStat stat = new RunningStat();
  private final @Nullable Histogram histogram;

  /** Empty. */
  public LatencyStat(boolean withPercentiles) {
    histogram = withPercentiles ? new Histogram(HISTOGRAM_LIMIT_NS, 3) : null;
  }

  /** Takes one latency. */
  public void add(long latencyNs) {
    long latency = Math.max(0, latencyNs);
    stat.add(latency);
    if (histogram != null) {
      histogram.recordValue(Math.min(latency, HISTOGRAM_LIMIT_NS));
    }
  }

  /** Takes all latencies of the other one, which must have a histogram when this one has. */
  public void merge(LatencyStat other) {
    stat.merge(other.stat);
    if (histogram != null && other.histogram != null) {
      histogram.add(other.histogram);
    }
  }

  /** Forgets everything. */
  public void reset() {
    stat.reset();
    if (histogram != null) {
      histogram.reset();
    }
  }

  /** Extremes, mean and deviation. */
  public RunningStat stat() {
    return stat;
  }

  /** Whether {@link #percentileNs} and {@link #forEachBin} answer. */
  public boolean hasPercentiles() {
    return histogram != null && stat.count() > 0;
  }

  /** The latency that a share of all latencies does not exceed; never above the maximum. */
  public long percentileNs(double percentile) {
    if (histogram == null) {
      throw new IllegalStateException("no percentiles were asked for");
    }
    return Math.min(histogram.getValueAtPercentile(percentile), stat.max());
  }

  /** Visits every distinct latency, as far as the histogram tells them apart, ascending. */
  public void forEachBin(BinVisitor visitor) {
    if (histogram != null) {
      histogram
          .recordedValues()
          .forEach(
              bin ->
                  visitor.onBin(
                      histogram.medianEquivalentValue(bin.getValueIteratedTo()),
                      bin.getCountAddedInThisIterationStep()));
    }
  }

  /** Receives the bins of a histogram. */
  @FunctionalInterface
  public interface BinVisitor {
    /** A latency and how often it came. */
    void onBin(long latencyNs, long count);
  }
}
