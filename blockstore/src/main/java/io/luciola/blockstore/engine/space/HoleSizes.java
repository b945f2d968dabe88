package io.luciola.blockstore.engine.space;

/** Which regions have free extents of which order. */
final class HoleSizes implements AutoCloseable {

  private final HierarchicalBitmap[] regions = new HierarchicalBitmap[FreeMaps.REGION_ORDER + 1];
  private final short[] orders;
  // Bit k: some region has a free extent of order k.
  private int present;

  /** For so many regions, all of them without a free extent. */
  HoleSizes(int regionCount) {
    orders = new short[regionCount];
    for (int order = 0; order < regions.length; order++) {
      regions[order] = new HierarchicalBitmap(regionCount);
    }
  }

  /** Notes the orders of all free extents of a region, bit k for order k. */
  void set(int region, int newOrders) {
    int changed = orders[region] ^ newOrders;
    orders[region] = (short) newOrders;
    while (changed != 0) {
      int order = Integer.numberOfTrailingZeros(changed);
      changed &= changed - 1;
      if ((newOrders >>> order & 1) != 0) {
        regions[order].add(region);
        present |= 1 << order;
      } else {
        regions[order].remove(region);
        if (regions[order].count() == 0) {
          present &= ~(1 << order);
        }
      }
    }
  }

  /** The lowest of the regions with the least sufficient free extent, or -1. */
  int leastSufficient(int order) {
    int sufficient = present >>> order << order;
    return sufficient == 0 ? -1 : first(Integer.numberOfTrailingZeros(sufficient));
  }

  /** The lowest region with a free extent of exactly this order, or -1. */
  int first(int order) {
    return (int) regions[order].first();
  }

  /** How many regions have a free extent of exactly this order. */
  int count(int order) {
    return (int) regions[order].count();
  }

  /** Order of the largest free extent, or -1. */
  int largest() {
    return 31 - Integer.numberOfLeadingZeros(present);
  }

  @Override
  public void close() {
    for (HierarchicalBitmap set : regions) {
      set.close();
    }
  }
}
