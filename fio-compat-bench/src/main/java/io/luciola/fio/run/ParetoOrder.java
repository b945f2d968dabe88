package io.luciola.fio.run;

import java.util.SplittableRandom;

/**
 * A share h of the blocks gets a share 1-h of the I/Os, and so again within them (Pareto). The
 * favorites are scattered over the file.
 */
final class ParetoOrder implements BlockOrder {

  private final long blocks;
  private final double exponent;
  private final SplittableRandom random;
  private final Scatter scatter;

  ParetoOrder(long blocks, double h, SplittableRandom random) {
    this.blocks = blocks;
    this.exponent = Math.log(h) / Math.log(1 - h);
    this.random = random;
    this.scatter = new Scatter(blocks, random);
  }

  @Override
  public long next() {
    long rank = (long) (blocks * Math.pow(random.nextDouble(), exponent));
    return scatter.of(Math.min(rank, blocks - 1));
  }
}
