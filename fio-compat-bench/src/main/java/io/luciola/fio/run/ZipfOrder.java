package io.luciola.fio.run;

import java.util.SplittableRandom;

/**
 * Few blocks often, many seldom: the k-th favorite with a probability that falls as 1/k^theta
 * (Zipf). The favorites are scattered over the file.
 *
 * <p>By rejection-inversion (Hörmann and Derflinger 1996): constant time and memory for any number
 * of blocks.
 */
final class ZipfOrder implements BlockOrder {

  private final long blocks;
  private final double theta;
  private final SplittableRandom random;
  private final Scatter scatter;
  private final double integralFirst;
  private final double integralLast;
  private final double threshold;

  ZipfOrder(long blocks, double theta, SplittableRandom random) {
    this.blocks = blocks;
    this.theta = theta;
    this.random = random;
    this.scatter = new Scatter(blocks, random);
    integralFirst = integral(1.5) - 1;
    integralLast = integral(blocks + 0.5);
    threshold = 2 - inverse(integral(2.5) - Math.pow(2, -theta));
  }

  @Override
  public long next() {
    while (true) {
      double u = integralLast + random.nextDouble() * (integralFirst - integralLast);
      double x = inverse(u);
      long rank = Math.clamp(Math.round(x), 1, blocks);
      if (rank - x <= threshold || u >= integral(rank + 0.5) - Math.pow((double) rank, -theta)) {
        return scatter.of(rank - 1);
      }
    }
  }

  private double integral(double x) {
    return (Math.pow(x, 1 - theta) - 1) / (1 - theta);
  }

  private double inverse(double y) {
    return Math.pow(Math.max(0, y * (1 - theta) + 1), 1 / (1 - theta));
  }
}
