package io.luciola.fio.run;

import java.util.SplittableRandom;

/**
 * Every block once in random order, then again in another one.
 *
 * <p>Instead of a map of the blocks used, a keyed permutation: multiply by odd numbers, add, and
 * fold the upper bits onto the lower ones, all within the smallest power of two that holds the
 * blocks; numbers beyond the last block are passed over. Memory does not grow with the file.
 */
final class RandomOrder implements BlockOrder {

  private final SplittableRandom random;
  private final long blocks;
  private final long mask;
  private final int shift;
  private final long[] factors = new long[3];
  private final long[] addends = new long[3];
  private long position;

  RandomOrder(long blocks, SplittableRandom random) {
    this.random = random;
    this.blocks = blocks;
    int bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(blocks - 1));
    mask = (1L << bits) - 1;
    shift = (bits + 1) / 2;
    drawKeys();
  }

  @Override
  public long next() {
    while (true) {
      if (position > mask) {
        drawKeys();
      }
      long block = permute(position++);
      if (block < blocks) {
        return block;
      }
    }
  }

  private long permute(long index) {
    long value = index;
    for (int round = 0; round < 3; round++) {
      value = (value * factors[round] + addends[round]) & mask;
      value ^= value >>> shift;
    }
    return value;
  }

  private void drawKeys() {
    position = 0;
    for (int round = 0; round < 3; round++) {
      factors[round] = random.nextLong() | 1;
      addends[round] = random.nextLong();
    }
  }
}
