package io.luciola.fio.engine.chunkfile;

import java.util.Arrays;

/**
 * Which slots are free: groups of 256, each with a bitmap. Takes from the fullest groups first, so
 * that sparse ones drain; groups are sorted by fullness into four levels, full ones are in none.
 */
final class SlotAllocator {

  static final int SLOTS_PER_GROUP = 256;

  private static final int WORDS = SLOTS_PER_GROUP / Long.SIZE;
  private static final int LEVELS = 4;
  private static final int NONE = -1;

  private final int[] heads = new int[LEVELS];
  private long[] taken = new long[WORDS];
  private int[] usedSlots = new int[1];
  private int[] next = new int[1];
  private int[] previous = new int[1];
  private int groups;

  /** No groups, no slots. */
  SlotAllocator() {
    Arrays.fill(heads, NONE);
  }

  int groups() {
    return groups;
  }

  /** Takes a free slot; -1 when there is none and a group must be added. */
  int allocate() {
    for (int level = LEVELS - 1; level >= 0; level--) {
      int group = heads[level];
      if (group != NONE) {
        int slot = group * SLOTS_PER_GROUP + firstFree(group);
        occupy(slot);
        return slot;
      }
    }
    return NONE;
  }

  private int firstFree(int group) {
    for (int word = 0; word < WORDS; word++) {
      long free = ~taken[group * WORDS + word];
      if (free != 0) {
        return word * Long.SIZE + Long.numberOfTrailingZeros(free);
      }
    }
    throw new AssertionError("a full group in a level");
  }

  boolean isTaken(int slot) {
    return (taken[slot / Long.SIZE] & 1L << slot) != 0;
  }

  /** Takes this slot, which must be free. */
  void occupy(int slot) {
    assert !isTaken(slot);
    taken[slot / Long.SIZE] |= 1L << slot;
    change(slot / SLOTS_PER_GROUP, 1);
  }

  /** Gives a slot back, which must be taken. */
  void release(int slot) {
    assert isTaken(slot);
    taken[slot / Long.SIZE] &= ~(1L << slot);
    change(slot / SLOTS_PER_GROUP, -1);
  }

  private void change(int group, int slots) {
    int before = levelOf(group);
    usedSlots[group] += slots;
    int after = levelOf(group);
    if (before != after) {
      unlink(group, before);
      link(group, after);
    }
  }

  private int levelOf(int group) {
    return usedSlots[group] == SLOTS_PER_GROUP
        ? NONE
        : usedSlots[group] / (SLOTS_PER_GROUP / LEVELS);
  }

  private void link(int group, int level) {
    if (level == NONE) {
      return;
    }
    int head = heads[level];
    next[group] = head;
    previous[group] = NONE;
    if (head != NONE) {
      previous[head] = group;
    }
    heads[level] = group;
  }

  private void unlink(int group, int level) {
    if (level == NONE) {
      return;
    }
    if (previous[group] == NONE) {
      heads[level] = next[group];
    } else {
      next[previous[group]] = next[group];
    }
    if (next[group] != NONE) {
      previous[next[group]] = previous[group];
    }
  }

  /** Adds a group of free slots behind the last one. */
  void addGroup() {
    if (groups == usedSlots.length) {
      taken = Arrays.copyOf(taken, 2 * taken.length);
      usedSlots = Arrays.copyOf(usedSlots, 2 * groups);
      next = Arrays.copyOf(next, 2 * groups);
      previous = Arrays.copyOf(previous, 2 * groups);
    }
    link(groups, 0);
    groups++;
  }
}
