package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ExtentAllocatorTest {

  private record Extent(long start, int order) {}

  @Property(tries = 200)
  void extentsNeverOverlapAndAllSpaceComesBack(
      @ForAll @IntRange(min = 1, max = 70_000) int blocks, @ForAll long seed) {
    Random random = new Random(seed);
    ExtentAllocator allocator = new ExtentAllocator(blocks);
    BitSet taken = new BitSet(blocks);
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (random.nextInt(3) == 0 && !extents.isEmpty()) {
        Extent gone = extents.remove(random.nextInt(extents.size()));
        allocator.free(gone.start, gone.order);
        taken.clear((int) gone.start, (int) gone.start + (1 << gone.order));
      } else {
        int order = random.nextInt(random.nextBoolean() ? 4 : ExtentAllocator.MAX_ORDER + 1);
        long start = allocator.allocate(order);
        if (start < 0) {
          continue;
        }
        int size = 1 << order;
        assertEquals(0, start % size, "alignment");
        assertTrue(start + size <= blocks, "inside the area");
        int next = taken.nextSetBit((int) start);
        assertTrue(next < 0 || next >= start + size, "overlap at " + start);
        taken.set((int) start, (int) start + size);
        extents.add(new Extent(start, order));
      }
      assertEquals(blocks - taken.cardinality(), allocator.freeBlocks());
    }
    // Another allocator takes the same extents, in any order, as recovery does.
    ExtentAllocator recovered = new ExtentAllocator(blocks);
    for (Extent extent : extents.reversed()) {
      assertTrue(recovered.reserve(extent.start, extent.order));
      assertFalse(recovered.reserve(extent.start, extent.order));
    }
    assertEquals(allocator.freeBlocks(), recovered.freeBlocks());
    extents.forEach(extent -> recovered.free(extent.start, extent.order));
    int largest = Math.min(ExtentAllocator.MAX_ORDER, 31 - Integer.numberOfLeadingZeros(blocks));
    assertTrue(recovered.allocate(largest) >= 0, "buddies merged again");
  }

  @Example
  void quarantineHoldsExtentsUntilRecordAndRequestsAreDone() {
    ExtentAllocator allocator = new ExtentAllocator(64);
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
