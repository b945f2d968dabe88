package io.luciola.blockstore.engine.pages;

import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;

/**
 * Copies of pages as a checkpoint must write them, taken before they changed; first in, first out.
 */
final class CapturedPages implements AutoCloseable {

  private static final int SLAB_PAGES = 64;
  private static final long SLAB_BYTES = (long) SLAB_PAGES * Memory.PAGE_BYTES;

  private long[] slabs = new long[0];
  private long[] free = new long[SLAB_PAGES];
  private int freeCount;
  private int[] pages = new int[SLAB_PAGES];
  private long[] copies = new long[SLAB_PAGES];
  private int head;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(int page, long address) {
    if (freeCount == 0) {
      grow();
    }
    long copy = free[--freeCount];
    Memory.copy(address, copy, Memory.PAGE_BYTES);
    int at = (head + size++) % pages.length;
    pages[at] = page;
    copies[at] = copy;
  }

  int oldestPage() {
    return pages[head];
  }

  /** Copies the oldest one out and forgets it. */
  void take(long destination) {
    Memory.copy(copies[head], destination, Memory.PAGE_BYTES);
    free[freeCount++] = copies[head];
    head = (head + 1) % pages.length;
    size--;
  }

  @Override
  public void close() {
    for (long slab : slabs) {
      Memory.free(slab, SLAB_BYTES);
    }
  }

  private void grow() {
    long slab = Memory.allocate(SLAB_BYTES);
    slabs = Arrays.copyOf(slabs, slabs.length + 1);
    slabs[slabs.length - 1] = slab;
    int capacity = slabs.length * SLAB_PAGES;
    if (capacity > pages.length) {
      int[] largerPages = new int[capacity];
      long[] largerCopies = new long[capacity];
      for (int i = 0; i < size; i++) {
        largerPages[i] = pages[(head + i) % pages.length];
        largerCopies[i] = copies[(head + i) % pages.length];
      }
      pages = largerPages;
      copies = largerCopies;
      head = 0;
      free = Arrays.copyOf(free, capacity);
    }
    for (int i = 0; i < SLAB_PAGES; i++) {
      free[freeCount++] = slab + (long) i * Memory.PAGE_BYTES;
    }
  }
}
