package io.luciola.cluster.kv;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of keys as disjoint ranges, begin included and end not; neighbours are merged. */
final class KeyRanges {

  private final TreeMap<byte[], byte[]> endByBegin = new TreeMap<>(KeyOrder.COMPARATOR);
  private long keyBytes;

  void addKey(byte[] key) {
    if (!contains(key)) {
      add(key, KeyOrder.after(key));
    }
  }

  void add(byte[] begin, byte[] end) {
    if (KeyOrder.COMPARATOR.compare(begin, end) >= 0) {
      return;
    }
    byte[] mergedBegin = begin;
    byte[] mergedEnd = end;
    Map.Entry<byte[], byte[]> before = endByBegin.lowerEntry(begin);
    if (before != null && KeyOrder.COMPARATOR.compare(before.getValue(), begin) >= 0) {
      mergedBegin = before.getKey();
      mergedEnd = later(mergedEnd, before.getValue());
    }
    NavigableMap<byte[], byte[]> swallowed = endByBegin.subMap(mergedBegin, true, mergedEnd, true);
    while (!swallowed.isEmpty()) {
      Map.Entry<byte[], byte[]> range = swallowed.firstEntry();
      mergedEnd = later(mergedEnd, range.getValue());
      endByBegin.remove(range.getKey());
      keyBytes -= range.getKey().length + range.getValue().length;
      swallowed = endByBegin.subMap(mergedBegin, true, mergedEnd, true);
    }
    endByBegin.put(mergedBegin, mergedEnd);
    keyBytes += mergedBegin.length + mergedEnd.length;
  }

  boolean contains(byte[] key) {
    Map.Entry<byte[], byte[]> range = endByBegin.floorEntry(key);
    return range != null && KeyOrder.COMPARATOR.compare(key, range.getValue()) < 0;
  }

  boolean intersects(byte[] begin, byte[] end) {
    Map.Entry<byte[], byte[]> range = endByBegin.lowerEntry(end);
    return range != null && KeyOrder.COMPARATOR.compare(begin, range.getValue()) < 0;
  }

  boolean isEmpty() {
    return endByBegin.isEmpty();
  }

  /** Bytes of all begins and ends. */
  long keyBytes() {
    return keyBytes;
  }

  /** Begin to end, in order. */
  NavigableMap<byte[], byte[]> ranges() {
    return endByBegin;
  }

  private static byte[] later(byte[] a, byte[] b) {
    return KeyOrder.COMPARATOR.compare(a, b) >= 0 ? a : b;
  }
}
