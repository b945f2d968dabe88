package io.luciola.blockstore.engine.space;

import java.util.ArrayList;
import java.util.List;

/** A set of small numbers that finds its least member in a handful of steps. */
public final class HierarchicalBitmap {

  private static final int WORD_BITS = 64;

  // levels[0] has a bit per number; each further level a bit per word of the one below.
  private final long[][] levels;

  /** An empty set of numbers below the size. */
  public HierarchicalBitmap(long size) {
    List<long[]> built = new ArrayList<>();
    long bits = Math.max(size, 1);
    do {
      bits = (bits + WORD_BITS - 1) / WORD_BITS;
      built.add(new long[Math.toIntExact(bits)]);
    } while (bits > 1);
    levels = built.toArray(long[][]::new);
  }

  /** Whether the number is in the set. */
  public boolean contains(long number) {
    long[] words = levels[0];
    int word = (int) (number >>> 6);
    return word < words.length && (words[word] & (1L << number)) != 0;
  }

  /** Adds a number. */
  public void add(long number) {
    long position = number;
    for (long[] words : levels) {
      words[(int) (position >>> 6)] |= 1L << position;
      position >>>= 6;
    }
  }

  /** Removes a number. */
  public void remove(long number) {
    long position = number;
    for (long[] words : levels) {
      int word = (int) (position >>> 6);
      words[word] &= ~(1L << position);
      if (words[word] != 0) {
        return;
      }
      position = word;
    }
  }

  /** The least member, or -1. */
  public long first() {
    long word = 0;
    for (int level = levels.length - 1; level >= 0; level--) {
      long bits = levels[level][(int) word];
      if (bits == 0) {
        return -1;
      }
      word = (word << 6) + Long.numberOfTrailingZeros(bits);
    }
    return word;
  }
}
