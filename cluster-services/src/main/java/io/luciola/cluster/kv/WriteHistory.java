package io.luciola.cluster.kv;

import java.util.Map;
import java.util.TreeMap;

/**
 * When each key was last written: a step function over the keys, exact for versions above the
 * horizon. Used by the committer only.
 */
final class WriteHistory {

  /** The version that holds from a key up to the next key in the map. */
  private final TreeMap<byte[], Long> versionFrom = new TreeMap<>(KeyOrder.COMPARATOR);

  private int sizeAfterPrune;

  WriteHistory() {
    versionFrom.put(new byte[0], Long.MIN_VALUE);
  }

  /** Whether anything in the ranges was written after {@code version}. */
  boolean writtenAfter(long version, KeyRanges ranges) {
    for (Map.Entry<byte[], byte[]> range : ranges.ranges().entrySet()) {
      if (versionFrom.floorEntry(range.getKey()).getValue() > version) {
        return true;
      }
      for (long written :
          versionFrom.subMap(range.getKey(), false, range.getValue(), false).values()) {
        if (written > version) {
          return true;
        }
      }
    }
    return false;
  }

  /** Notes a write. Versions never fall from one call to the next. */
  void record(KeyRanges ranges, long version) {
    for (Map.Entry<byte[], byte[]> range : ranges.ranges().entrySet()) {
      long behind = versionFrom.floorEntry(range.getValue()).getValue();
      versionFrom.subMap(range.getKey(), true, range.getValue(), false).clear();
      versionFrom.put(range.getKey(), version);
      versionFrom.putIfAbsent(range.getValue(), behind);
    }
  }

  /** Joins what was written at or before {@code horizon}; does so only when the map has doubled. */
  void prune(long horizon) {
    if (versionFrom.size() < 1024 || versionFrom.size() < 2 * sizeAfterPrune) {
      return;
    }
    boolean previousIsOld = false;
    var steps = versionFrom.entrySet().iterator();
    while (steps.hasNext()) {
      boolean old = steps.next().getValue() <= horizon;
      if (old && previousIsOld) {
        steps.remove();
      }
      previousIsOld = old;
    }
    sizeAfterPrune = versionFrom.size();
  }
}
