package io.luciola.fio.run;

import java.util.SplittableRandom;

/** Any block each time, all equally likely: {@code norandommap}. */
final class UniformOrder implements BlockOrder {

  private final long blocks;
  private final SplittableRandom random;

  UniformOrder(long blocks, SplittableRandom random) {
    this.blocks = blocks;
    this.random = random;
  }

  @Override
  public long next() {
    return random.nextLong(blocks);
  }
}
