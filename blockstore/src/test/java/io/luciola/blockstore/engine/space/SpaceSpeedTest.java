package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints what allocation costs in CPU time, and holds the allocator to allocating nothing. */
@Tag("slow")
class SpaceSpeedTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long BLOCKS_16_TIB = 1L << 32;
  private static final int EXTENTS = 200_000;
  private static final int PAIRS = 1_000_000;
  private static final int RECOVERED = 10_000_000;
  private static final int STEP = 7_368_787;
  private static final int ROUNDS = 9;

  @Test
  void replacingAllocatesNothing() {
    long[] starts = new long[EXTENTS];
    byte[] orders = new byte[EXTENTS];
    double[] costs = new double[ROUNDS];
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      SplittableRandom random = new SplittableRandom(round);
      try (ExtentAllocator allocator = new ExtentAllocator(1L << 28)) {
        for (int i = 0; i < EXTENTS; i++) {
          orders[i] = (byte) random.nextInt(11);
          starts[i] = allocator.allocate(orders[i]);
        }
        long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
        long began = THREADS.getCurrentThreadCpuTime();
        for (int pair = 0; pair < PAIRS; pair++) {
          int i = random.nextInt(EXTENTS);
          allocator.free(starts[i], orders[i]);
          orders[i] = (byte) random.nextInt(11);
          starts[i] = allocator.allocate(orders[i]);
        }
        costs[round] = (THREADS.getCurrentThreadCpuTime() - began) / (double) PAIRS;
        bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId()) - bytes;
        least = Math.min(least, bytes);
        assertTrue(allocator.freeBlocks() > 0);
      }
    }
    System.out.printf(
        "free and allocate at random, 1 TiB, %d extents of 4 KiB to 4 MiB: median %.0f ns a pair%n",
        EXTENTS, median(costs));
    assertTrue(least < PAIRS / 10, least + " bytes allocated in the best round");
  }

  @Test
  void sixteenTebibytesWithTenMillionExtentsAreRecovered() {
    double[] builds = new double[ROUNDS];
    double[] inOrder = new double[ROUNDS];
    double[] scattered = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long began = THREADS.getCurrentThreadCpuTime();
      try (ExtentAllocator allocator = new ExtentAllocator(BLOCKS_16_TIB)) {
        builds[round] = THREADS.getCurrentThreadCpuTime() - began;
        inOrder[round] = reserve(allocator, 1);
      }
      try (ExtentAllocator allocator = new ExtentAllocator(BLOCKS_16_TIB)) {
        scattered[round] = reserve(allocator, STEP);
      }
    }
    System.out.printf(
        "16 TiB: built in %.1f ms; %d extents of 64 KiB reserved in %.0f ms in order, %.0f ms each"
            + " in another region (medians of %d)%n",
        median(builds) / 1e6, RECOVERED, median(inOrder) / 1e6, median(scattered) / 1e6, ROUNDS);
  }

  /** Reserves every extent once, so many places apart; returns CPU nanoseconds. */
  private static double reserve(ExtentAllocator allocator, int step) {
    long began = THREADS.getCurrentThreadCpuTime();
    int place = 0;
    for (int i = 0; i < RECOVERED; i++) {
      place += step;
      place = place >= RECOVERED ? place - RECOVERED : place;
      assertTrue(allocator.reserve((long) place << 4, 4));
    }
    double cost = THREADS.getCurrentThreadCpuTime() - began;
    assertEquals(BLOCKS_16_TIB - ((long) RECOVERED << 4), allocator.freeBlocks());
    return cost;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
