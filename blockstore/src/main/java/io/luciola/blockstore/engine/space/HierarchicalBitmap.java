package io.luciola.blockstore.engine.space;

import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of small numbers that finds its least member, or the next one, in a handful of steps.
 * Off-heap; memory exists only where there were members.
 */
public final class HierarchicalBitmap implements AutoCloseable {

  private static final int WORD_ORDER = 6;

  // levels[0] has a bit per number; each further level a bit per word of the one below.
  private final long[] levels;
  private final long[] wordCounts;
  private final long address;
  private final long lengthBytes;
  private final long size;
  private long count;

  /** An empty set of numbers from 0 to size - 1. */
  public HierarchicalBitmap(long size) {
    this.size = size;
    List<Long> counts = new ArrayList<>();
    long bits = Math.max(size, 1);
    long words = 0;
    do {
      bits = (bits + Long.SIZE - 1) >>> WORD_ORDER;
      counts.add(bits);
      words += bits;
    } while (bits > 1);
    lengthBytes = (words * Long.BYTES + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
    address = Memory.allocate(lengthBytes);
    wordCounts = counts.stream().mapToLong(Long::longValue).toArray();
    levels = new long[wordCounts.length];
    long at = address;
    for (int level = 0; level < levels.length; level++) {
      levels[level] = at;
      at += wordCounts[level] * Long.BYTES;
    }
  }

  /** How many members there are. */
  long count() {
    return count;
  }

  /** Whether a number is a member. */
  public boolean contains(long number) {
    assert number < size : number + " in a set of numbers below " + size;
    return (word(0, number >>> WORD_ORDER) >>> number & 1) != 0;
  }

  /** Puts a number in; it may be there already. */
  public void add(long number) {
    assert number < size : number + " in a set of numbers below " + size;
    long position = number;
    for (int level = 0; level < levels.length; level++) {
      long at = position >>> WORD_ORDER;
      long before = word(level, at);
      long after = before | 1L << position;
      if (level == 0 && before != after) {
        count++;
      }
      putWord(level, at, after);
      if (before != 0) {
        return;
      }
      position = at;
    }
  }

  /** Takes a number out; it may be absent. */
  public void remove(long number) {
    if (!contains(number)) {
      return;
    }
    count--;
    long position = number;
    for (int level = 0; level < levels.length; level++) {
      long at = position >>> WORD_ORDER;
      long after = word(level, at) & ~(1L << position);
      putWord(level, at, after);
      if (after != 0) {
        return;
      }
      position = at;
    }
  }

  /** The least member, or -1. */
  public long first() {
    return count == 0 ? -1 : descend(levels.length - 1, 0);
  }

  /** The least member from a number on, or -1. */
  long next(long from) {
    long position = from;
    if (position >= size) {
      return -1;
    }
    for (int level = 0; level < levels.length; level++) {
      long at = position >>> WORD_ORDER;
      long bits = word(level, at) >>> position << position;
      if (bits != 0) {
        long found = (at << WORD_ORDER) + Long.numberOfTrailingZeros(bits);
        return level == 0 ? found : descend(level - 1, found);
      }
      position = at + 1;
      if (position == wordCounts[level]) {
        return -1;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    Memory.free(address, lengthBytes);
  }

  /** The least member below a word that has one. */
  private long descend(int fromLevel, long fromWord) {
    long at = fromWord;
    for (int level = fromLevel; level >= 0; level--) {
      at = (at << WORD_ORDER) + Long.numberOfTrailingZeros(word(level, at));
    }
    return at;
  }

  private long word(int level, long at) {
    return Memory.getLong(levels[level] + at * Long.BYTES);
  }

  private void putWord(int level, long at, long value) {
    Memory.putLong(levels[level] + at * Long.BYTES, value);
  }
}
