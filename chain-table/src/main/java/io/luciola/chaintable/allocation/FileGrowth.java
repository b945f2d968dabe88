package io.luciola.chaintable.allocation;

import org.jspecify.annotations.Nullable;

/**
 * How a file's layout grows: over one chain at first, then over as many as the file has chunks,
 * until it uses the whole stripe; from there on by half of what it has. Small files touch few
 * chains, and the number of segments is logarithmic in the length.
 */
public final class FileGrowth {

  /** Rounds over the whole stripe that a segment has at least. */
  private static final int LEAST_ROUNDS = 16;

  /**
   * The next segment.
   *
   * @param chains how many, if they can be had
   * @param chunks how many it covers
   */
  public record Step(int chains, long chunks) {}

  private FileGrowth() {}

  /** The segment to add so that a chunk that is not covered is. */
  public static Step usual(long covered, int stripe, long chunk) {
    int chains = chains(covered, stripe, chunk);
    long full = covered < stripe ? chains : Math.max((long) LEAST_ROUNDS * stripe, covered / 2);
    return new Step(chains, Math.max(full, chunk + 1 - covered));
  }

  /**
   * Half of a segment, for when no chain has room for its share of it.
   *
   * @return null when the segment cannot be smaller and cover the chunk
   */
  public static @Nullable Step half(Step step, long covered, long chunk) {
    long least = Math.max(step.chains, chunk + 1 - covered);
    long half = Math.ceilDiv(step.chunks / 2, step.chains) * step.chains;
    return step.chunks <= least ? null : new Step(step.chains, Math.max(least, half));
  }

  private static int chains(long covered, int stripe, long chunk) {
    return (int) Math.min(stripe, Math.max(covered, chunk + 1 - covered));
  }
}
