package io.luciola.blockstore.engine.space;

/**
 * Watches how short the area is of space and admits or refuses what wants extents. Owned by the
 * allocator's thread; allocates nothing.
 *
 * <p>What will soon be free again (quarantined or being discarded) counts as free, so that
 * rewriting does not make the level waver. On a small area the extents of {@link SpaceThresholds}
 * count as no larger than 1/256 of it.
 */
public final class SpaceGauge {

  private static final int LEAST_EXTENTS_PER_AREA_ORDER = 8;
  private static final int MARGIN_EXTENTS = 2;

  private final ExtentAllocator allocator;
  private final Listener listener;
  private final long lowBlocks;
  private final long rejectBlocks;
  private final long fullBlocks;
  private final long marginBlocks;
  private final int lowExtentOrder;
  private final int rejectExtentOrder;
  private SpaceLevel level = SpaceLevel.OK;

  /** Hears of changes. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The level changed; called once per change, by the thread that owns the gauge.
     *
     * @param freeBlocks free, or about to be
     * @param largestFreeOrder order of the largest free extent, or -1
     */
    void onLevel(SpaceLevel before, SpaceLevel now, long freeBlocks, int largestFreeOrder);
  }

  /** A gauge at {@link SpaceLevel#OK} until the first {@link #update}. */
  public SpaceGauge(ExtentAllocator allocator, SpaceThresholds thresholds, Listener listener) {
    this.allocator = allocator;
    this.listener = listener;
    long blocks = allocator.blocks();
    lowBlocks = (long) (blocks * thresholds.lowFraction());
    rejectBlocks = (long) (blocks * thresholds.rejectFraction());
    fullBlocks = (long) (blocks * thresholds.fullFraction());
    marginBlocks = (long) (blocks * thresholds.marginFraction());
    int largest = Math.max(0, 63 - Long.numberOfLeadingZeros(Math.max(blocks, 1)));
    int most = Math.max(0, largest - LEAST_EXTENTS_PER_AREA_ORDER);
    lowExtentOrder = Math.min(thresholds.lowExtentOrder(), most);
    rejectExtentOrder = Math.min(thresholds.rejectExtentOrder(), most);
  }

  /** The level at the last {@link #update}. */
  public SpaceLevel level() {
    return level;
  }

  /**
   * How many blocks chunks can grow to before growing is refused, unless the free space is in
   * pieces: what lies beyond is for rewriting.
   */
  public long growableBlocks() {
    long extents = (MARGIN_EXTENTS + 2L) << rejectExtentOrder;
    return Math.max(0, allocator.blocks() - rejectBlocks - marginBlocks - extents);
  }

  /**
   * Looks again; call it whenever space was taken or given back, at least once per round of work.
   *
   * @param returningBlocks taken blocks that will be free without anybody's doing
   */
  public void update(long returningBlocks) {
    long free = allocator.freeBlocks() + returningBlocks;
    SpaceLevel now = levelAt(free, returningBlocks, 0, 0);
    if (now.compareTo(level) < 0) {
      // Better, but a level ends only beyond the margin.
      SpaceLevel cautious = levelAt(free, returningBlocks, marginBlocks, MARGIN_EXTENTS);
      now = cautious.compareTo(level) < 0 ? cautious : level;
    }
    if (now != level) {
      SpaceLevel before = level;
      level = now;
      listener.onLevel(before, now, free, allocator.largestFreeOrder());
    }
  }

  /**
   * Whether an extent may be taken: the level allows the need, and taking it leaves the share that
   * is kept for more urgent needs. Whether one is free is the allocator's answer.
   */
  public boolean admits(SpaceNeed need, int order, long returningBlocks) {
    if (need.isRefusedAt(level)) {
      return false;
    }
    long left = allocator.freeBlocks() + returningBlocks - (1L << order);
    return switch (need) {
      case GROW -> left >= rejectBlocks;
      case REWRITE -> left >= fullBlocks;
      case SHRINK -> true;
    };
  }

  private SpaceLevel levelAt(long free, long returning, long margin, int extentMargin) {
    if (free <= fullBlocks + margin) {
      return SpaceLevel.FULL;
    }
    int fewExtents = 1 + extentMargin;
    if (free <= rejectBlocks + margin || extents(rejectExtentOrder, returning) <= fewExtents) {
      return SpaceLevel.REJECT;
    }
    if (free <= lowBlocks + margin || extents(lowExtentOrder, returning) <= fewExtents) {
      return SpaceLevel.LOW;
    }
    return SpaceLevel.OK;
  }

  /** Most extents of this order that can be had, now or when what returns is there. */
  private long extents(int order, long returning) {
    long count = returning >>> order;
    for (int larger = order; larger <= ExtentAllocator.MAX_ORDER; larger++) {
      count += allocator.freeExtents(larger) << (larger - order);
    }
    return count;
  }
}
