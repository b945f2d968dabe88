package io.luciola.blockstore.engine.space;

/** Rules of placement that were compared; decision record 0011 has the figures. */
enum Placement {

  /** The lowest of the least sufficient free extents. */
  LOWEST_FIRST,

  /** The lowest free extent that is large enough, of whatever size. */
  ADDRESS_ORDERED,

  /** The fullest region that has room. */
  FULLEST_REGION,

  /** Below 1 MiB from the bottom, the others from the top. */
  BOTH_ENDS,

  /** Each region for one size, the fullest first, as in 3FS. */
  ONE_SIZE_PER_REGION,

  /** What {@link ExtentAllocator} does. */
  OWN_SIZE_THEN_ANY;

  private static final int ORDER_OF_1_MIB = 8;
  private static final long BEHIND_ALL_OPENED = -(1L << 55);

  Area area(int regions) {
    return switch (this) {
      case LOWEST_FIRST -> new ScoredArea(regions, Placement::lowest);
      case ADDRESS_ORDERED -> new ScoredArea(regions, (area, region, order) -> -region);
      case FULLEST_REGION ->
          new ScoredArea(regions, (area, region, order) -> fullest(area, region));
      case BOTH_ENDS -> new ScoredArea(regions, Placement::fromBothEnds);
      case ONE_SIZE_PER_REGION -> new ScoredArea(regions, Placement::oneSize);
      case OWN_SIZE_THEN_ANY ->
          Area.of(new ExtentAllocator((long) regions << ExtentAllocator.MAX_ORDER));
    };
  }

  private static long lowest(ScoredArea area, int region, int order) {
    return -((long) area.leastSufficient(region, order) << 32) - region;
  }

  private static long fullest(ScoredArea area, int region) {
    return -((long) area.freeIn(region) << 32) - region;
  }

  private static long fromBothEnds(ScoredArea area, int region, int order) {
    return order >= ORDER_OF_1_MIB
        ? -((long) area.leastSufficient(region, order) << 32) + region
        : lowest(area, region, order);
  }

  private static long oneSize(ScoredArea area, int region, int order) {
    int opened = area.classOf(region);
    if (opened == order) {
      return fullest(area, region);
    }
    return opened < 0 ? BEHIND_ALL_OPENED - region : ScoredArea.NEVER;
  }
}
