package io.luciola.fio.run;

import java.util.SplittableRandom;

/** Maps ranks to blocks, one to one, so that neighbors in rank are not neighbors in the file. */
final class Scatter {

  private final long blocks;
  private final long mask;
  private final int shift;
  private final long factor;
  private final long addend;

  Scatter(long blocks, SplittableRandom random) {
    this.blocks = blocks;
    int bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(blocks - 1));
    mask = (1L << bits) - 1;
    shift = (bits + 1) / 2;
    factor = random.nextLong() | 1;
    addend = random.nextLong();
  }

  /** The block of a rank; walks on along the permutation's cycle until inside the file. */
  long of(long rank) {
    long value = rank;
    do {
      value = (value * factor + addend) & mask;
      value ^= value >>> shift;
      value = (value * factor + addend) & mask;
    } while (value >= blocks);
    return value;
  }
}
