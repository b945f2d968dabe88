package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints the tables of {@code docs/space.md} and holds the allocator to what they say. */
@Tag("slow")
class FragmentationTest {

  private static final int REGIONS = 512;
  private static final int CHURN_OPERATIONS = 20_000;
  private static final long SEED = 1;
  private static final int[] SHOWN = {0, 4, 8, 10, 12, 14};

  @Test
  void utilisationBeforeTheFirstRefusalIsThatOfLowestFirst() {
    for (Workload workload : Workload.values()) {
      System.out.printf(
          "%nUtilisation in percent at the first refusal of a size, %s, %d regions, seed %d%n",
          workload, REGIONS, SEED);
      System.out.printf("%-22s%8s%8s%8s%8s%8s%8s%n", "", "4K", "64K", "1M", "4M", "16M", "64M");
      double[] reference = {};
      for (Placement placement : Placement.values()) {
        double[] refusals = firstRefusals(placement, workload);
        System.out.printf("%-22s", placement);
        for (int order : SHOWN) {
          System.out.printf("%8.1f", refusals[order]);
        }
        System.out.println();
        if (placement == Placement.LOWEST_FIRST) {
          reference = refusals;
        } else if (placement == Placement.OWN_SIZE_THEN_ANY) {
          for (int order : SHOWN) {
            assertTrue(
                refusals[order] >= reference[order] - 2.5,
                placement + " refuses order " + order + " at " + refusals[order]);
          }
        }
      }
    }
  }

  @Test
  void freeSpaceComesTogetherFasterThanLowestFirst() {
    for (Workload workload : Workload.values()) {
      System.out.printf(
          "%nShare of free space in percent that can be had as 4M 16M 64M, after a full area was"
              + " thinned to 60 %% and its extents replaced so many times, %s, %d regions, seed"
              + " %d%n",
          workload, REGIONS, SEED);
      System.out.printf("%-22s%15s%15s%15s%15s%n", "", "0", "0.5", "1", "2");
      double reference = 0;
      for (Placement placement : Placement.values()) {
        double[][] shares = drain(placement, workload);
        System.out.printf("%-22s", placement);
        for (double[] share : shares) {
          System.out.printf("   %4.0f%4.0f%4.0f", share[0], share[1], share[2]);
        }
        System.out.println();
        double last = shares[shares.length - 1][1];
        if (placement == Placement.LOWEST_FIRST) {
          reference = last;
        } else if (placement == Placement.OWN_SIZE_THEN_ANY) {
          assertTrue(last >= reference - 1, placement + " has " + last + ", not " + reference);
        }
      }
    }
  }

  /** Fills up in steps of a percent, replacing at random at each step. */
  private static double[] firstRefusals(Placement placement, Workload workload) {
    Random random = new Random(SEED);
    double[] refusals = new double[ExtentAllocator.MAX_ORDER + 1];
    Arrays.fill(refusals, 100);
    boolean[] refused = new boolean[refusals.length];
    try (Area area = placement.area(REGIONS)) {
      Extents extents = new Extents(area);
      for (int percent = 60; percent <= 100; percent++) {
        long wanted = area.blocks() * percent / 100;
        int refusalsLeft = 500;
        for (int i = 0;
            refusalsLeft > 0 && (i < CHURN_OPERATIONS || extents.usedBlocks() < wanted);
            i++) {
          if (extents.usedBlocks() >= wanted) {
            extents.freeOne(random);
            continue;
          }
          int order = workload.order(random);
          if (!extents.allocate(order)) {
            refusalsLeft--;
            note(refusals, refused, order, extents);
          }
        }
        for (int order = 0; order < refusals.length; order++) {
          long start = area.allocate(order);
          if (start < 0) {
            note(refusals, refused, order, extents);
          } else {
            area.free(start, order);
          }
        }
      }
    }
    return refusals;
  }

  private static void note(double[] refusals, boolean[] refused, int order, Extents extents) {
    if (!refused[order]) {
      refused[order] = true;
      refusals[order] = 100.0 * extents.usedBlocks() / extents.area.blocks();
    }
  }

  private static double[][] drain(Placement placement, Workload workload) {
    Random random = new Random(SEED);
    try (Area area = placement.area(REGIONS)) {
      Extents extents = new Extents(area);
      long full = area.blocks() * 95 / 100;
      for (int refusals = 0; extents.usedBlocks() < full && refusals < 500; ) {
        refusals += extents.allocate(workload.order(random)) ? 0 : 1;
      }
      long wanted = area.blocks() * 60 / 100;
      while (extents.usedBlocks() > wanted) {
        extents.freeOne(random);
      }
      int half = extents.count() / 2;
      List<double[]> shares = new ArrayList<>();
      for (int halves = 0; halves <= 4; halves++) {
        if (halves != 3) {
          shares.add(new double[] {extents.share(10), extents.share(12), extents.share(14)});
        }
        for (int i = 0; i < half; i++) {
          extents.freeOne(random);
          boolean given = true;
          while (given && extents.usedBlocks() < wanted) {
            given = extents.allocate(workload.order(random));
          }
        }
      }
      return shares.toArray(double[][]::new);
    }
  }

  /** The extents that are out. */
  private static final class Extents {
    private final Area area;
    private long[] starts = new long[1024];
    private byte[] orders = new byte[1024];
    private int count;

    Extents(Area area) {
      this.area = area;
    }

    int count() {
      return count;
    }

    long usedBlocks() {
      return area.blocks() - area.freeBlocks();
    }

    boolean allocate(int order) {
      long start = area.allocate(order);
      if (start < 0) {
        return false;
      }
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
        orders = Arrays.copyOf(orders, count * 2);
      }
      starts[count] = start;
      orders[count++] = (byte) order;
      return true;
    }

    void freeOne(Random random) {
      int extent = random.nextInt(count);
      area.free(starts[extent], orders[extent]);
      count--;
      starts[extent] = starts[count];
      orders[extent] = orders[count];
    }

    /** Percentage of the free space that can be had in extents of this order. */
    double share(int order) {
      double free = area.freeBlocks();
      List<Long> taken = new ArrayList<>();
      for (long start = area.allocate(order); start >= 0; start = area.allocate(order)) {
        taken.add(start);
      }
      taken.forEach(start -> area.free(start, order));
      return 100 * taken.size() * (double) (1 << order) / free;
    }
  }
}
