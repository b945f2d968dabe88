package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.format.StoredTarget;
import io.luciola.blockstore.engine.index.LongIntMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The targets on the device by number, their budgets and what they use. A target that is being
 * removed keeps its number, and cannot be found by its id any longer.
 */
final class Targets {

  static final int NONE = LongIntMap.ABSENT;

  private final LongIntMap byId = new LongIntMap(64);
  private final long[] ids = new long[StoredTarget.MAX];
  private final long[] budgets = new long[StoredTarget.MAX];
  private final long[] used = new long[StoredTarget.MAX];
  private final int[] flags = new int[StoredTarget.MAX];
  private int size;
  private boolean pagesLost;

  /** Every number in use is below this one. */
  int size() {
    return size;
  }

  /** Whether a target of this id is there or can be added. */
  boolean hasRoomFor(long id) {
    return numberOf(id) != NONE || freeNumber() < StoredTarget.MAX;
  }

  /** Adds a target or changes it. */
  void put(long id, long budgetBytes, boolean mayLackChunks) {
    int number = byId.get(id);
    if (number == NONE) {
      number = freeNumber();
      size = Math.max(size, number + 1);
      ids[number] = id;
      used[number] = 0;
      byId.put(id, number);
    }
    budgets[number] = budgetBytes;
    flags[number] = mayLackChunks ? StoredTarget.LOSSY : 0;
  }

  /**
   * As {@link #put}, by a record: what was written before pages were lost does not say that a
   * target lacks nothing of them.
   */
  void restore(long id, long budgetBytes, boolean mayLackChunks) {
    int number = byId.get(id);
    put(id, budgetBytes, mayLackChunks || (pagesLost && number != NONE && isLossy(number)));
  }

  /** Takes in what a superblock says, in an empty table. */
  void load(List<StoredTarget> stored) {
    size = stored.size();
    for (int number = 0; number < size; number++) {
      StoredTarget target = stored.get(number);
      ids[number] = target.id();
      budgets[number] = target.budgetBytes();
      flags[number] = target.flags();
      if (!target.isFree() && !target.removing()) {
        byId.put(target.id(), number);
      }
    }
  }

  /** From now on nobody finds the target; its chunks are still to go. */
  void beginRemoval(int number) {
    byId.remove(ids[number]);
    flags[number] |= StoredTarget.REMOVING;
  }

  /** A target that was being removed, and has no chunks any longer, is gone. */
  void endRemoval(int number) {
    flags[number] = StoredTarget.FREE;
    while (size > 0 && flags[size - 1] == StoredTarget.FREE) {
      flags[--size] = 0;
    }
  }

  /** The target's number, or {@link #NONE}; also when it is being removed. */
  int numberOf(long id) {
    return id < 0 ? NONE : byId.get(id);
  }

  /** The number of a target that is being removed, or {@link #NONE}. */
  int numberOfRemoved(long id) {
    for (int number = 0; number < size; number++) {
      if (ids[number] == id && isRemoving(number)) {
        return number;
      }
    }
    return NONE;
  }

  /** Whether the target of that number is being removed. */
  boolean isRemoving(int number) {
    return (flags[number] & StoredTarget.REMOVING) != 0;
  }

  /** Whether the number is that of a target, be it one that is being removed. */
  boolean exists(int number) {
    return number < size && flags[number] != StoredTarget.FREE;
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
    return (flags[number] & StoredTarget.LOSSY) != 0;
  }

  /** Pages with chunks of nobody knows which targets were lost. */
  void setAllLossy() {
    pagesLost = true;
    for (int number = 0; number < size; number++) {
      if (exists(number)) {
        flags[number] |= StoredTarget.LOSSY;
      }
    }
  }

  /** Ids of all targets but those being removed. */
  long[] ids() {
    return ids(false);
  }

  /** Ids of the targets being removed. */
  long[] removedIds() {
    return ids(true);
  }

  /** As superblocks keep them. */
  List<StoredTarget> stored() {
    List<StoredTarget> stored = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      stored.add(
          exists(number)
              ? new StoredTarget(ids[number], budgets[number], flags[number])
              : StoredTarget.NOBODY);
    }
    return stored;
  }

  /** What each uses. */
  List<TargetUsage> usage() {
    List<TargetUsage> usage = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      if (exists(number)) {
        usage.add(
            new TargetUsage(
                ids[number], budgets[number], used[number], isLossy(number), isRemoving(number)));
      }
    }
    return usage;
  }

  private long[] ids(boolean removing) {
    long[] found = new long[size];
    int count = 0;
    for (int number = 0; number < size; number++) {
      if (exists(number) && isRemoving(number) == removing) {
        found[count++] = ids[number];
      }
    }
    return Arrays.copyOf(found, count);
  }

  private int freeNumber() {
    int number = 0;
    while (exists(number)) {
      number++;
    }
    return number;
  }
}
