package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ExtentAllocatorTest {

  @Property(tries = 200)
  void extentsNeverOverlapAndAllSpaceComesBack(
      @ForAll @IntRange(min = 1, max = 70_000) int blocks,
      @ForAll boolean classes,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (ExtentAllocator allocator = new ExtentAllocator(blocks, classes ? 1 : Integer.MAX_VALUE);
        ExtentAllocator recovered = new ExtentAllocator(blocks)) {
      ModelledArea area = new ModelledArea(allocator);
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(3) == 0 && area.extents() > 0) {
          area.free(random.nextInt(area.extents()));
        } else {
          int order = random.nextInt(random.nextBoolean() ? 4 : ExtentAllocator.MAX_ORDER + 1);
          area.allocate(order, 0);
        }
        if (i % 50 == 0) {
          area.checkFreeExtents();
        }
      }
      // Another allocator takes the same extents, in any order, as recovery does.
      for (int i = area.extents() - 1; i >= 0; i--) {
        long start = area.start(i);
        int order = area.order(i);
        assertTrue(recovered.isFree(start, order));
        assertTrue(recovered.reserve(start, order));
        assertFalse(recovered.reserve(start, order));
        assertTrue(recovered.isTaken(start, order));
      }
      assertEquals(allocator.freeBlocks(), recovered.freeBlocks());
      for (int order = 0; order <= ExtentAllocator.MAX_ORDER; order++) {
        assertEquals(allocator.freeExtents(order), recovered.freeExtents(order));
      }
      for (int i = 0; i < area.extents(); i++) {
        recovered.free(area.start(i), area.order(i));
      }
      int largest = Math.min(ExtentAllocator.MAX_ORDER, 31 - Integer.numberOfLeadingZeros(blocks));
      assertEquals(largest, recovered.largestFreeOrder());
      assertTrue(recovered.allocate(largest) >= 0, "buddies merged again");
    }
  }

  /** 200 thousand operations a time, a million in all. */
  @Property(tries = 5)
  void staysExactUnderChurn(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    long blocks = (270L << ExtentAllocator.MAX_ORDER) + random.nextInt(1 << 14);
    try (ExtentAllocator allocator = new ExtentAllocator(blocks)) {
      ModelledArea area = new ModelledArea(allocator);
      Workload[] phases = Workload.values();
      int operations = 0;
      while (operations < 200_000) {
        Workload sizes = phases[random.nextInt(phases.length)];
        int tag = random.nextInt(8);
        double wanted = 0.3 + 0.7 * random.nextDouble();
        for (int i = 0; i < 10_000; i++) {
          boolean fills = blocks - allocator.freeBlocks() < wanted * blocks;
          if (random.nextInt(10) < (fills ? 8 : 2)) {
            area.allocate(sizes.order(random), tag);
          } else if (area.extents() > 0) {
            area.free(random.nextInt(area.extents()));
          }
        }
        operations += 10_000;
        if (random.nextInt(4) == 0) {
          operations += area.freeAll(random.nextInt(8));
        }
        area.checkFreeExtents();
      }
      while (area.extents() > 0) {
        area.free(area.extents() - 1);
      }
      assertEquals(270, allocator.freeExtents(ExtentAllocator.MAX_ORDER), "all merged");
      assertEquals(blocks, allocator.freeBlocks());
    }
  }

  @Example
  void knowsWhichExtentsAreFreeOrTaken() {
    try (ExtentAllocator allocator = new ExtentAllocator(3L << ExtentAllocator.MAX_ORDER)) {
      assertTrue(allocator.reserve(64, 1));
      assertFalse(allocator.isFree(64, 0));
      assertTrue(allocator.isTaken(65, 0));
      assertTrue(allocator.isFree(66, 1));
      assertFalse(allocator.isTaken(64, 2), "half of it is free");
      assertFalse(allocator.isFree(64, 2), "half of it is taken");
      assertFalse(allocator.isTaken(0, 10));
      assertFalse(allocator.isFree(0, 10));
      assertTrue(allocator.isFree(128, 7));
      assertTrue(allocator.isFree(1 << 14, 14));
      assertFalse(allocator.isTaken(1 << 14, 3));
      assertTrue(allocator.reserve(1 << 14, 14));
      assertTrue(allocator.isTaken(1 << 14, 14));
      assertTrue(allocator.isTaken((1 << 14) + 64, 3));
      assertFalse(allocator.reserve((1 << 14) + 64, 3), "inside a taken extent");
      assertFalse(allocator.reserve(3, 1), "not aligned");
      assertFalse(allocator.reserve(3L << 14, 0), "outside");
      assertFalse(allocator.reserve(-1, 0), "outside");
      assertFalse(allocator.reserve(0, 15), "too large");
    }
  }

  @Example
  void keepsSizesApartWhileThereIsRoom() {
    try (ExtentAllocator allocator = new ExtentAllocator(256L << ExtentAllocator.MAX_ORDER)) {
      long small = allocator.allocate(0);
      long large = allocator.allocate(8);
      assertTrue(small >>> ExtentAllocator.MAX_ORDER != large >>> ExtentAllocator.MAX_ORDER);
      assertEquals(small + 1, allocator.allocate(0));
      assertEquals(large + 256, allocator.allocate(8));
      // With less than an eighth of the regions whole, a small extent fills holes of others.
      while (allocator.freeExtents(ExtentAllocator.MAX_ORDER) > 256 / 8) {
        allocator.allocate(ExtentAllocator.MAX_ORDER);
      }
      assertEquals(small + 4, allocator.allocate(2));
    }
  }

  @Example
  void sixteenTebibytesOpenWithLittleMemory() {
    try (ExtentAllocator allocator = new ExtentAllocator(1L << 32)) {
      assertEquals(1L << 32, allocator.freeBlocks());
      assertTrue(allocator.reserve((1L << 32) - 1, 0));
      assertFalse(allocator.reserve((1L << 32) - 2, 1));
      assertEquals((1L << 32) - 1, allocator.freeBlocks());
    }
  }

  @Example
  void quarantineHoldsExtentsUntilRecordAndRequestsAreDone() {
    try (ExtentAllocator allocator = new ExtentAllocator(64)) {
      ExtentQuarantine quarantine = new ExtentQuarantine();
      for (int i = 0; i < 64; i++) {
        assertEquals(i, allocator.allocate(0));
        quarantine.add(i, 0, i, 100 + i);
      }
      assertEquals(64, quarantine.blocks());
      assertEquals(0, quarantine.release(allocator, 10, 99));
      assertEquals(6, quarantine.release(allocator, 10, 105));
      assertEquals(5, quarantine.release(allocator, 10, 1000));
      for (int i = 0; i < 300; i++) {
        quarantine.add(quarantine.release(allocator, 11, 1000) > 0 ? 11 : 0, 0, 500, 0);
        if (i == 0) {
          assertEquals(allocator.freeBlocks(), 12);
        }
      }
      assertEquals(52 + 300, quarantine.blocks());
    }
  }
}
