package io.luciola.craq.history;

import java.util.Arrays;

/**
 * A set of small numbers, made for many copies and comparisons. Equal to another with the same
 * members, however far either once reached.
 */
final class SlotSet {

  private static final long[] NONE = {};

  private long[] words;

  SlotSet() {
    words = NONE;
  }

  private SlotSet(long[] words) {
    this.words = words;
  }

  SlotSet copy() {
    return new SlotSet(words.length == 0 ? NONE : words.clone());
  }

  boolean has(int slot) {
    int word = slot >> 6;
    return word < words.length && (words[word] & 1L << slot) != 0;
  }

  void add(int slot) {
    int word = slot >> 6;
    if (word >= words.length) {
      words = Arrays.copyOf(words, word + 1);
    }
    words[word] |= 1L << slot;
  }

  void remove(int slot) {
    int word = slot >> 6;
    if (word < words.length) {
      words[word] &= ~(1L << slot);
    }
  }

  boolean containsAll(SlotSet part) {
    for (int i = 0; i < part.words.length; i++) {
      long here = i < words.length ? words[i] : 0;
      if ((part.words[i] & ~here) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlotSet set && containsAll(set) && set.containsAll(this);
  }

  @Override
  public int hashCode() {
    long hash = 0;
    for (int i = 0; i < words.length; i++) {
      if (words[i] != 0) {
        hash = (hash ^ (words[i] + i)) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
      }
    }
    return (int) hash;
  }
}
