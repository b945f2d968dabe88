package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.StoredTarget;
import io.luciola.blockstore.engine.index.LongIntMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The targets on the device by number, their budgets and what they use. */
final class Targets {

  static final int NONE = LongIntMap.ABSENT;

  private final LongIntMap byId = new LongIntMap(64);
  private final long[] ids = new long[StoredTarget.MAX];
  private final long[] budgets = new long[StoredTarget.MAX];
  private final long[] used = new long[StoredTarget.MAX];
  private final boolean[] lossy = new boolean[StoredTarget.MAX];
  private int size;

  int size() {
    return size;
  }

  /** Whether a target of this id is there or can be added. */
  boolean hasRoomFor(long id) {
    return size < StoredTarget.MAX || numberOf(id) != NONE;
  }

  /** Adds a target or changes it. */
  void put(long id, long budgetBytes, boolean mayLackChunks) {
    int number = byId.get(id);
    if (number == NONE) {
      number = size++;
      ids[number] = id;
      byId.put(id, number);
    }
    budgets[number] = budgetBytes;
    lossy[number] = mayLackChunks;
  }

  /** The target's number, or {@link #NONE}. */
  int numberOf(long id) {
    return id < 0 ? NONE : byId.get(id);
  }

  long id(int number) {
    return ids[number];
  }

  long budgetBytes(int number) {
    return budgets[number];
  }

  long usedBytes(int number) {
    return used[number];
  }

  boolean hasBudget(int number, long bytes) {
    return used[number] + bytes <= budgets[number];
  }

  void charge(int number, long bytes) {
    used[number] += bytes;
  }

  /** Whether chunks of it may have been lost with damaged metadata. */
  boolean isLossy(int number) {
    return lossy[number];
  }

  void setAllLossy() {
    Arrays.fill(lossy, 0, size, true);
  }

  long[] ids() {
    return Arrays.copyOf(ids, size);
  }

  /** As superblocks keep them. */
  List<StoredTarget> stored() {
    List<StoredTarget> stored = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      stored.add(new StoredTarget(ids[number], budgets[number], lossy[number]));
    }
    return stored;
  }
}
