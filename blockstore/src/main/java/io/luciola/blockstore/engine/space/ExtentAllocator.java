package io.luciola.blockstore.engine.space;

/**
 * Buddy allocation of the data area: extents of 2^order blocks, aligned to their size. Takes the
 * lowest one that fits, so that the upper part of the device stays in large pieces.
 */
public final class ExtentAllocator {

  /** Order of the largest extent: 64 MiB in blocks of 4 KiB. */
  public static final int MAX_ORDER = 14;

  private final long blocks;
  private final HierarchicalBitmap[] free = new HierarchicalBitmap[MAX_ORDER + 1];
  private long freeBlocks;

  /** An area of so many blocks, all free. */
  public ExtentAllocator(long blocks) {
    this.blocks = blocks;
    for (int order = 0; order <= MAX_ORDER; order++) {
      free[order] = new HierarchicalBitmap(blocks >>> order);
    }
    long start = 0;
    while (start < blocks) {
      int order = MAX_ORDER;
      while ((start & ((1L << order) - 1)) != 0 || start + (1L << order) > blocks) {
        order--;
      }
      free[order].add(start >>> order);
      start += 1L << order;
    }
    freeBlocks = blocks;
  }

  /** Size of the area. */
  public long blocks() {
    return blocks;
  }

  /** Blocks in no extent. */
  public long freeBlocks() {
    return freeBlocks;
  }

  /**
   * Takes an extent.
   *
   * @return its first block, or -1 when there is no free extent of that size
   */
  public long allocate(int order) {
    for (int from = order; from <= MAX_ORDER; from++) {
      long extent = free[from].first();
      if (extent >= 0) {
        long start = extent << from;
        split(start, from, start, order);
        freeBlocks -= 1L << order;
        return start;
      }
    }
    return -1;
  }

  /**
   * Takes a certain extent, as recovery does.
   *
   * @return whether it was free and inside the area
   */
  public boolean reserve(long start, int order) {
    if (order < 0
        || order > MAX_ORDER
        || start < 0
        || start + (1L << order) > blocks
        || (start & ((1L << order) - 1)) != 0) {
      return false;
    }
    for (int from = order; from <= MAX_ORDER; from++) {
      if (free[from].contains(start >>> from)) {
        split(start >>> from << from, from, start, order);
        freeBlocks -= 1L << order;
        return true;
      }
    }
    return false;
  }

  /** Gives an extent back. */
  public void free(long start, int order) {
    long extent = start >>> order;
    int merged = order;
    while (merged < MAX_ORDER && free[merged].contains(extent ^ 1)) {
      free[merged].remove(extent ^ 1);
      extent >>>= 1;
      merged++;
    }
    assert !free[merged].contains(extent) : "extent freed twice: " + start;
    free[merged].add(extent);
    freeBlocks += 1L << order;
  }

  /** Removes a free extent, keeping free all of it but the wanted part. */
  private void split(long start, int order, long wantedStart, int wantedOrder) {
    free[order].remove(start >>> order);
    long rest = start;
    for (int half = order - 1; half >= wantedOrder; half--) {
      long upper = rest + (1L << half);
      if (wantedStart >= upper) {
        free[half].add(rest >>> half);
        rest = upper;
      } else {
        free[half].add(upper >>> half);
      }
    }
  }
}
