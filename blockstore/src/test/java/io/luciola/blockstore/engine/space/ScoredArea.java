package io.luciola.blockstore.engine.space;

import java.util.Arrays;

/** An area whose rule of placement is a score for each region: slow, but any rule can be tried. */
final class ScoredArea implements Area {

  private static final int REGION_BLOCKS = 1 << FreeMaps.REGION_ORDER;

  /** A score for placing an extent of an order into a region that has room; the highest wins. */
  @FunctionalInterface
  interface Rule {
    long score(ScoredArea area, int region, int order);
  }

  /** Never places there. */
  static final long NEVER = Long.MIN_VALUE;

  private final FreeMaps maps;
  private final int[] free;
  private final int[] classes;
  private final Rule rule;
  private long freeBlocks;

  ScoredArea(int regions, Rule rule) {
    this.rule = rule;
    maps = new FreeMaps(regions);
    free = new int[regions];
    classes = new int[regions];
    Arrays.fill(free, REGION_BLOCKS);
    Arrays.fill(classes, -1);
    freeBlocks = blocks();
  }

  int freeIn(int region) {
    return free[region];
  }

  /** The order for which the region was opened, or -1 when it is wholly free. */
  int classOf(int region) {
    return classes[region];
  }

  /** Order of the least free extent in the region that is large enough. */
  int leastSufficient(int region, int order) {
    return Integer.numberOfTrailingZeros(orders(region) >>> order << order);
  }

  @Override
  public long blocks() {
    return (long) free.length << FreeMaps.REGION_ORDER;
  }

  @Override
  public long freeBlocks() {
    return freeBlocks;
  }

  @Override
  public long allocate(int order) {
    int best = -1;
    long bestScore = NEVER;
    for (int region = 0; region < free.length; region++) {
      if (orders(region) >>> order != 0) {
        long score = rule.score(this, region, order);
        if (score > bestScore) {
          bestScore = score;
          best = region;
        }
      }
    }
    if (best < 0) {
      return -1;
    }
    if (free[best] == REGION_BLOCKS) {
      maps.open(best);
      classes[best] = order;
    }
    int start = maps.allocate(best, order);
    free[best] -= 1 << order;
    freeBlocks -= 1L << order;
    return ((long) best << FreeMaps.REGION_ORDER) + start;
  }

  @Override
  public void free(long start, int order) {
    int region = (int) (start >>> FreeMaps.REGION_ORDER);
    maps.free(region, (int) start & (REGION_BLOCKS - 1), order);
    free[region] += 1 << order;
    freeBlocks += 1L << order;
    if (free[region] == REGION_BLOCKS) {
      classes[region] = -1;
    }
  }

  @Override
  public void close() {
    maps.close();
  }

  private int orders(int region) {
    return free[region] == REGION_BLOCKS ? 1 << FreeMaps.REGION_ORDER : maps.orders(region);
  }
}
