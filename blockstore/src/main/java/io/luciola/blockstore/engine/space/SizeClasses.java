package io.luciola.blockstore.engine.space;

import java.util.Arrays;

/**
 * The size for which each divided region was opened, and for each size the regions with room for
 * it, by fullness. Extents of one size kept together, in the fullest region that has room, let the
 * emptier regions drain (as 3FS's chunk engine does with its groups).
 */
final class SizeClasses implements AutoCloseable {

  private static final int NONE = -1;
  private static final int FULLNESS_ORDER = 3;
  private static final int FULLNESSES = 1 << FULLNESS_ORDER;

  private final byte[] classes;
  private final byte[] places;
  private final HierarchicalBitmap[] sets =
      new HierarchicalBitmap[(FreeMaps.REGION_ORDER + 1) * FULLNESSES];
  // For each order, bit f: some region of fullness f has room; 0 is fullest.
  private final byte[] present = new byte[FreeMaps.REGION_ORDER + 1];

  /** For so many regions, none of them divided. */
  SizeClasses(int regionCount) {
    classes = new byte[regionCount];
    places = new byte[regionCount];
    Arrays.fill(classes, (byte) NONE);
    Arrays.fill(places, (byte) NONE);
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new HierarchicalBitmap(regionCount);
    }
  }

  /** A region was opened for extents of this order. */
  void open(int region, int order) {
    classes[region] = (byte) order;
  }

  /** Notes a region's free blocks and the orders of its free extents. */
  void set(int region, int freeBlocks, int orders) {
    int order = classes[region];
    if (order == NONE) {
      return;
    }
    boolean undivided = freeBlocks == 1 << FreeMaps.REGION_ORDER;
    int place = NONE;
    if (!undivided && orders >>> order != 0) {
      place = order * FULLNESSES + ((freeBlocks - 1) >>> (FreeMaps.REGION_ORDER - FULLNESS_ORDER));
    }
    move(region, place);
    if (undivided) {
      classes[region] = NONE;
    }
  }

  /** The lowest of the fullest regions opened for this order that have room for it, or -1. */
  int fullest(int order) {
    int fullnesses = present[order];
    return fullnesses == 0
        ? NONE
        : (int) sets[order * FULLNESSES + Integer.numberOfTrailingZeros(fullnesses)].first();
  }

  @Override
  public void close() {
    for (HierarchicalBitmap set : sets) {
      set.close();
    }
  }

  private void move(int region, int place) {
    int before = places[region];
    if (before == place) {
      return;
    }
    places[region] = (byte) place;
    if (before != NONE) {
      sets[before].remove(region);
      if (sets[before].count() == 0) {
        present[before / FULLNESSES] &= (byte) ~(1 << before % FULLNESSES);
      }
    }
    if (place != NONE) {
      sets[place].add(region);
      present[place / FULLNESSES] |= (byte) (1 << place % FULLNESSES);
    }
  }
}
