package io.luciola.chaintable.placement;

/**
 * The generator SplitMix64, written out so that the same seed gives the same placement in every
 * release: the state grows by 0x9E3779B97F4A7C15; a number is the state, xor its right shift by 30,
 * times 0xBF58476D1CE4E5B9, xor its right shift by 27, times 0x94D049BB133111EB, xor its right
 * shift by 31.
 */
final class SplitMix64 {

  private long state;

  SplitMix64(long seed) {
    state = seed;
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 to {@code bound - 1}: the upper 64 bits of {@code next() * bound}. */
  int below(int bound) {
    return (int) Math.unsignedMultiplyHigh(next(), bound);
  }

  /** Shuffles from the end: each place swaps with one at or before it. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
