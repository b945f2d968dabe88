package io.luciola.spdk;

import java.util.Arrays;

/**
 * The memory that drives may be given addresses of. Read by any thread without a lock; a changed
 * set is a new snapshot.
 */
final class DmaRanges {

  /** Sorted starts and the ends that belong to them; never changed. */
  static final class Snapshot {

    private final long[] starts;
    private final long[] ends;

    private Snapshot(long[] starts, long[] ends) {
      this.starts = starts;
      this.ends = ends;
    }

    long start(int index) {
      return starts[index];
    }

    long end(int index) {
      return ends[index];
    }

    /** Index of the one range that holds all these bytes, or -1. */
    int find(long address, long lengthBytes) {
      int index = Arrays.binarySearch(starts, address);
      int candidate = index >= 0 ? index : -index - 2;
      return candidate >= 0 && lengthBytes <= ends[candidate] - address ? candidate : -1;
    }
  }

  private volatile Snapshot snapshot = new Snapshot(new long[0], new long[0]);

  Snapshot snapshot() {
    return snapshot;
  }

  /** Adds a range; refuses one that overlaps another. */
  synchronized void add(long address, long lengthBytes) {
    long[] starts = snapshot.starts;
    long[] ends = snapshot.ends;
    int at = -Arrays.binarySearch(starts, address) - 1;
    boolean overlaps =
        at < 0
            || (at > 0 && ends[at - 1] > address)
            || (at < starts.length && starts[at] < address + lengthBytes);
    if (overlaps) {
      throw new IllegalArgumentException(
          "%d bytes at 0x%x overlap memory that is registered or allocated already"
              .formatted(lengthBytes, address));
    }
    snapshot = new Snapshot(insert(starts, at, address), insert(ends, at, address + lengthBytes));
  }

  /** Takes a range out; it must have been added exactly so. */
  synchronized void remove(long address, long lengthBytes) {
    int at = Arrays.binarySearch(snapshot.starts, address);
    if (at < 0 || snapshot.ends[at] != address + lengthBytes) {
      throw new IllegalArgumentException(
          "%d bytes at 0x%x are not registered: unregister exactly what was registered"
              .formatted(lengthBytes, address));
    }
    snapshot = new Snapshot(without(snapshot.starts, at), without(snapshot.ends, at));
  }

  private static long[] insert(long[] values, int at, long value) {
    long[] longer = new long[values.length + 1];
    System.arraycopy(values, 0, longer, 0, at);
    longer[at] = value;
    System.arraycopy(values, at, longer, at + 1, values.length - at);
    return longer;
  }

  private static long[] without(long[] values, int at) {
    long[] shorter = new long[values.length - 1];
    System.arraycopy(values, 0, shorter, 0, at);
    System.arraycopy(values, at + 1, shorter, at, shorter.length - at);
    return shorter;
  }
}
