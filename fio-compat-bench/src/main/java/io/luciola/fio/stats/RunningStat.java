package io.luciola.fio.stats;

/** Count, extremes, mean and standard deviation of a stream of numbers. */
public final class RunningStat {

  private long count;
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private double mean;
  private double squares;

  /** Takes one value. */
  public void add(long value) {
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }

  /** Takes all values of the other one. */
  public void merge(RunningStat other) {
    if (other.count == 0) {
      return;
    }
    long total = count + other.count;
    double delta = other.mean - mean;
    squares += other.squares + delta * delta * count * other.count / total;
    mean += delta * other.count / total;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    count = total;
  }

  /**
   * Adds the rates of a thread that ran at the same time: extremes and means add up, as fio shows
   * the bandwidth of a group.
   */
  public void addParallel(RunningStat other) {
    if (other.count == 0) {
      return;
    }
    if (count == 0) {
      merge(other);
      return;
    }
    double deviation = stddev() + other.stddev();
    min += other.min;
    max += other.max;
    mean += other.mean;
    count += other.count;
    squares = deviation * deviation * (count - 1);
  }

  /** Forgets everything. */
  public void reset() {
    count = 0;
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
    mean = 0;
    squares = 0;
  }

  /** Number of values. */
  public long count() {
    return count;
  }

  /** Smallest value; 0 when there is none. */
  public long min() {
    return count == 0 ? 0 : min;
  }

  /** Largest value; 0 when there is none. */
  public long max() {
    return count == 0 ? 0 : max;
  }

  /** Mean; 0 when there is no value. */
  public double mean() {
    return mean;
  }

  /** Standard deviation of the sample; 0 when there are fewer than two values. */
  public double stddev() {
    return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
  }
}
