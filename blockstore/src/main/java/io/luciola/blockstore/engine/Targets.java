package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.LongIntMap;
import java.util.Arrays;

/** The targets on the device, their budgets and what they use. */
final class Targets {

  static final int NONE = LongIntMap.ABSENT;

  private final LongIntMap byId = new LongIntMap(64);
  private long[] ids = new long[16];
  private long[] budgets = new long[16];
  private long[] used = new long[16];
  private int size;

  int size() {
    return size;
  }

  /** Adds a target or changes its budget. */
  void put(long id, long budgetBytes) {
    int number = byId.get(id);
    if (number == NONE) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
        budgets = Arrays.copyOf(budgets, size * 2);
        used = Arrays.copyOf(used, size * 2);
      }
      number = size++;
      ids[number] = id;
      byId.put(id, number);
    }
    budgets[number] = budgetBytes;
  }

  boolean contains(long id) {
    return id >= 0 && byId.get(id) != NONE;
  }

  long id(int number) {
    return ids[number];
  }

  long budgetBytes(int number) {
    return budgets[number];
  }

  long usedBytes(long id) {
    return used[byId.get(id)];
  }

  boolean hasBudget(long id, long bytes) {
    int number = byId.get(id);
    return used[number] + bytes <= budgets[number];
  }

  void charge(long id, long bytes) {
    used[byId.get(id)] += bytes;
  }

  long[] ids() {
    return Arrays.copyOf(ids, size);
  }
}
