package io.luciola.blockstore.engine.space;

import org.jspecify.annotations.Nullable;

/**
 * Allocation of the data area: extents of 2^order blocks, aligned to their size, binary buddies in
 * regions of 64 MiB. One thread owns it; nothing allocates after construction.
 *
 * <p>Where an extent goes, in this order: the fullest region that was opened for this size; a
 * wholly free region, while more than an eighth of the regions are wholly free; the lowest of the
 * least sufficient free extents anywhere. So sizes and with them lifetimes stay apart while there
 * is room, and any free extent serves when there is not. An area of fewer than 256 regions goes by
 * the last rule alone. The figures are in {@code docs/space.md}.
 *
 * <p>Memory: at most 1 bit per block and 283 bytes per region (0.004 % of the area), off-heap and
 * only where regions were ever divided, and 10 bytes per region on the heap. For 16 TiB that is 512
 * MiB and 71 MiB at most, and 2.5 MiB.
 */
public final class ExtentAllocator implements ExtentSink, AutoCloseable {

  /** Order of the largest extent: 64 MiB in blocks of 4 KiB. */
  public static final int MAX_ORDER = FreeMaps.REGION_ORDER;

  private static final int REGION_BLOCKS = 1 << MAX_ORDER;
  private static final int LEAST_REGIONS_WITH_CLASSES = 256;
  private static final int UNDIVIDED_PART = 8;

  private final long blocks;
  private final FreeMaps maps;
  private final HoleSizes holes;
  private final @Nullable SizeClasses classes;
  private final int undividedWanted;
  private final int[] freeInRegion;
  private long freeBlocks;

  /**
   * An area of so many blocks, all free.
   *
   * @param blocks at most 2^44
   */
  public ExtentAllocator(long blocks) {
    this(blocks, LEAST_REGIONS_WITH_CLASSES);
  }

  /** The same, with another least number of regions for keeping sizes apart. */
  ExtentAllocator(long blocks, int leastRegionsWithClasses) {
    this.blocks = blocks;
    int regions = Math.toIntExact((blocks + REGION_BLOCKS - 1) >>> MAX_ORDER);
    maps = new FreeMaps(Math.max(regions, 1));
    holes = new HoleSizes(regions);
    classes = regions < leastRegionsWithClasses ? null : new SizeClasses(regions);
    undividedWanted = regions / UNDIVIDED_PART;
    freeInRegion = new int[regions];
    int whole = (int) (blocks >>> MAX_ORDER);
    for (int region = 0; region < whole; region++) {
      freeInRegion[region] = REGION_BLOCKS;
      holes.set(region, 1 << MAX_ORDER);
    }
    freeBlocks = (long) whole << MAX_ORDER;
    // What is left is a region of which the end is taken for good.
    for (int order = MAX_ORDER - 1; order >= 0; order--) {
      if ((blocks >>> order & 1) != 0) {
        free(blocks >>> (order + 1) << (order + 1), order);
      }
    }
  }

  /** Size of the area. */
  public long blocks() {
    return blocks;
  }

  /** Blocks in no extent. */
  public long freeBlocks() {
    return freeBlocks;
  }

  /** Order of the largest free extent, or -1 when there is none. */
  public int largestFreeOrder() {
    return holes.largest();
  }

  /** How many free extents of exactly this order there are. */
  public long freeExtents(int order) {
    return order == MAX_ORDER ? holes.count(MAX_ORDER) : maps.extents(order);
  }

  /**
   * Takes an extent.
   *
   * @return its first block, or -1 when no free extent is large enough
   */
  public long allocate(int order) {
    int region = choose(order);
    if (region < 0) {
      return -1;
    }
    openIfUndivided(region, order);
    int start = maps.allocate(region, order);
    onChange(region, -(1 << order));
    return ((long) region << MAX_ORDER) + start;
  }

  /**
   * Takes a certain extent, as recovery does.
   *
   * @return whether it was free and inside the area
   */
  public boolean reserve(long start, int order) {
    if (!isExtent(start, order)) {
      return false;
    }
    int region = region(start);
    openIfUndivided(region, order);
    if (!maps.reserve(region, inRegion(start), order)) {
      return false;
    }
    onChange(region, -(1 << order));
    return true;
  }

  @Override
  public void free(long start, int order) {
    assert isExtent(start, order) : "no extent: block " + start + " order " + order;
    int region = region(start);
    maps.free(region, inRegion(start), order);
    onChange(region, 1 << order);
  }

  /** Whether every block of the extent is free. */
  public boolean isFree(long start, int order) {
    return isExtent(start, order)
        && (isUndivided(region(start)) || maps.isFree(region(start), inRegion(start), order));
  }

  /** Whether no block of the extent is free. */
  public boolean isTaken(long start, int order) {
    return isExtent(start, order)
        && !isUndivided(region(start))
        && maps.isTaken(region(start), inRegion(start), order);
  }

  @Override
  public void close() {
    maps.close();
    holes.close();
    if (classes != null) {
      classes.close();
    }
  }

  private int choose(int order) {
    if (classes != null) {
      int region = classes.fullest(order);
      if (region >= 0) {
        return region;
      }
      if (holes.count(MAX_ORDER) > undividedWanted) {
        return holes.first(MAX_ORDER);
      }
    }
    return holes.leastSufficient(order);
  }

  private void openIfUndivided(int region, int order) {
    if (isUndivided(region)) {
      maps.open(region);
      if (classes != null) {
        classes.open(region, order);
      }
    }
  }

  private void onChange(int region, int freed) {
    int free = freeInRegion[region] + freed;
    freeInRegion[region] = free;
    freeBlocks += freed;
    int orders = free == REGION_BLOCKS ? 1 << MAX_ORDER : maps.orders(region);
    holes.set(region, orders);
    if (classes != null) {
      classes.set(region, free, orders);
    }
  }

  private boolean isUndivided(int region) {
    return freeInRegion[region] == REGION_BLOCKS;
  }

  private boolean isExtent(long start, int order) {
    return order >= 0
        && order <= MAX_ORDER
        && start >= 0
        && start + (1L << order) <= blocks
        && (start & ((1L << order) - 1)) == 0;
  }

  private static int region(long start) {
    return (int) (start >>> MAX_ORDER);
  }

  private static int inRegion(long start) {
    return (int) start & (REGION_BLOCKS - 1);
  }
}
