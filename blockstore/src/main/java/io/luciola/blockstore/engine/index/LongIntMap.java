package io.luciola.blockstore.engine.index;

import java.util.Arrays;

/** A map from non-negative longs to non-negative ints; grows, allocates nothing otherwise. */
public final class LongIntMap {

  /** What {@link #get} says of an absent key. */
  public static final int ABSENT = -1;

  private long[] keys;
  private int[] values;
  private int mask;
  private int size;

  /** An empty map with room for so many keys. */
  public LongIntMap(int expected) {
    allocate(Integer.highestOneBit(Math.max(expected, 8) * 2 - 1) * 2);
  }

  /** How many keys there are. */
  public int size() {
    return size;
  }

  /** The key's value, or {@link #ABSENT}. */
  public int get(long key) {
    for (int at = home(key); keys[at] >= 0; at = (at + 1) & mask) {
      if (keys[at] == key) {
        return values[at];
      }
    }
    return ABSENT;
  }

  /** Adds or replaces. */
  public void put(long key, int value) {
    int at = home(key);
    while (keys[at] >= 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    if (keys[at] < 0) {
      size++;
    }
    keys[at] = key;
    values[at] = value;
    if (size * 2 > mask) {
      grow();
    }
  }

  /** Removes the key if it is there. */
  public void remove(long key) {
    int hole = home(key);
    while (keys[hole] != key) {
      if (keys[hole] < 0) {
        return;
      }
      hole = (hole + 1) & mask;
    }
    size--;
    for (int at = (hole + 1) & mask; keys[at] >= 0; at = (at + 1) & mask) {
      if (((at - home(keys[at])) & mask) >= ((at - hole) & mask)) {
        keys[hole] = keys[at];
        values[hole] = values[at];
        hole = at;
      }
    }
    keys[hole] = ABSENT;
  }

  private int home(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & mask;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    allocate(oldKeys.length * 2);
    for (int at = 0; at < oldKeys.length; at++) {
      if (oldKeys[at] >= 0) {
        put(oldKeys[at], oldValues[at]);
      }
    }
  }

  private void allocate(int capacity) {
    keys = new long[capacity];
    Arrays.fill(keys, ABSENT);
    values = new int[capacity];
    mask = capacity - 1;
    size = 0;
  }
}
