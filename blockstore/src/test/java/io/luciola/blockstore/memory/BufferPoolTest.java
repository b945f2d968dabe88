package io.luciola.blockstore.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.linux.Memory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

  private static final int MAX = 64 << 10;

  @Test
  void roundsTheCapacityUpToWholeLargestBuffers() {
    try (BufferPool pool = new BufferPool(1, MAX)) {
      assertEquals(MAX, pool.capacityBytes());
      assertEquals(MAX, pool.freeBytes());
      assertEquals(MAX, pool.maxBufferBytes());
    }
  }

  @Test
  void buffersAreAlignedAndRoundedUpToPowersOfTwo() {
    try (BufferPool pool = new BufferPool(4 * MAX, MAX)) {
      long small = pool.acquire(1);
      long odd = pool.acquire(4097);
      long large = pool.acquire(MAX);

      assertEquals(0, small % 4096);
      assertEquals(4096, pool.lengthBytes(small));
      assertEquals(8192, pool.lengthBytes(odd));
      assertEquals(MAX, pool.lengthBytes(large));
      assertEquals(4 * MAX - 4096 - 8192 - MAX, pool.freeBytes());
      assertEquals(3, pool.buffersInUse());
    }
  }

  @Test
  void saysExhaustedAndRecoversAfterRelease() {
    try (BufferPool pool = new BufferPool(MAX, MAX)) {
      long all = pool.acquire(MAX);
      assertEquals(BufferPool.EXHAUSTED, pool.acquire(1));

      pool.release(all);

      assertNotEquals(BufferPool.EXHAUSTED, pool.acquire(MAX));
    }
  }

  @Test
  void mergesWhatWasSplit() {
    try (BufferPool pool = new BufferPool(2 * MAX, MAX)) {
      List<Long> pages = new ArrayList<>();
      for (long page = pool.acquire(1); page != BufferPool.EXHAUSTED; page = pool.acquire(1)) {
        pages.add(page);
      }
      assertEquals(2 * MAX / 4096, pages.size());
      assertEquals(0, pool.freeBytes());

      pages.forEach(pool::release);

      assertNotEquals(BufferPool.EXHAUSTED, pool.acquire(MAX));
      assertNotEquals(BufferPool.EXHAUSTED, pool.acquire(MAX));
    }
  }

  @Test
  void refusesAReleaseThatIsNone() {
    try (BufferPool pool = new BufferPool(2 * MAX, MAX)) {
      long buffer = pool.acquire(8192);

      assertThrows(IllegalArgumentException.class, () -> pool.release(buffer + 4096));
      assertThrows(IllegalArgumentException.class, () -> pool.release(buffer + 1));
      assertThrows(IllegalArgumentException.class, () -> pool.release(0));
      assertThrows(
          IllegalArgumentException.class,
          () -> pool.release(pool.regionAddress() + pool.capacityBytes()));
      pool.release(buffer);
      String twice =
          assertThrows(IllegalArgumentException.class, () -> pool.release(buffer)).getMessage();

      assertTrue(twice.contains("released twice"), twice);
      assertEquals(pool.capacityBytes(), pool.freeBytes());
    }
  }

  @Test
  void refusesImpossibleSizes() {
    assertThrows(IllegalArgumentException.class, () -> new BufferPool(MAX, 4095));
    assertThrows(IllegalArgumentException.class, () -> new BufferPool(MAX, 12 << 10));
    assertThrows(IllegalArgumentException.class, () -> new BufferPool(MAX, 128 << 20));
    assertThrows(IllegalArgumentException.class, () -> new BufferPool(0, MAX));
    try (BufferPool pool = new BufferPool(MAX, MAX)) {
      assertThrows(IllegalArgumentException.class, () -> pool.acquire(0));
      assertThrows(IllegalArgumentException.class, () -> pool.acquire(MAX + 1));
    }
  }

  @Test
  void refusesEverythingAfterClose() {
    BufferPool pool = new BufferPool(MAX, MAX);
    long buffer = pool.acquire(1);
    pool.close();
    pool.close();

    assertThrows(IllegalStateException.class, () -> pool.acquire(1));
    assertThrows(IllegalStateException.class, () -> pool.release(buffer));
  }

  @Test
  void holdsTheLargestBuffersOfAll() {
    try (BufferPool pool =
        new BufferPool(BufferPool.LIMIT_MAX_BUFFER_BYTES, BufferPool.LIMIT_MAX_BUFFER_BYTES)) {
      long buffer = pool.acquire(BufferPool.LIMIT_MAX_BUFFER_BYTES);
      Memory.putLong(buffer + BufferPool.LIMIT_MAX_BUFFER_BYTES - 8, 42);
      assertEquals(42, Memory.getLong(buffer + BufferPool.LIMIT_MAX_BUFFER_BYTES - 8));
      assertEquals(0, pool.freeBytes());
    }
  }

  @Test
  void allocatesNothingInSteadyState() {
    try (BufferPool pool = new BufferPool(4 * MAX, MAX)) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      churn(pool, 50_000);

      long before = threads.getCurrentThreadAllocatedBytes();
      churn(pool, 100_000);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertTrue(allocated <= 4096, allocated + " bytes allocated by 100000 rounds");
    }
  }

  private static void churn(BufferPool pool, int rounds) {
    for (int i = 0; i < rounds; i++) {
      long one = pool.acquire(4096);
      long other = pool.acquire(16_384);
      pool.release(one);
      pool.release(other);
    }
  }

  @Test
  void aPoolWithinMemoryOfOthersLeavesItToThem() {
    long region = Memory.allocate(2 * MAX);
    BufferPool pool = BufferPool.within(region, 2 * MAX, MAX);
    assertEquals(region, pool.regionAddress());
    long one = pool.acquire(MAX);
    long other = pool.acquire(MAX);
    assertEquals(BufferPool.EXHAUSTED, pool.acquire(1));
    assertTrue(Math.min(one, other) == region && Math.max(one, other) == region + MAX);
    pool.close();

    Memory.putLong(region, 7); // would end the process if it were unmapped
    assertEquals(7, Memory.getLong(region));
    Memory.free(region, 2 * MAX);
  }

  @Test
  void refusesRegionsThatDoNotFit() {
    assertThrows(IllegalArgumentException.class, () -> BufferPool.within(0, MAX, MAX));
    assertThrows(IllegalArgumentException.class, () -> BufferPool.within(4097, MAX, MAX));
    assertThrows(IllegalArgumentException.class, () -> BufferPool.within(4096, MAX + 4096, MAX));
    assertThrows(IllegalArgumentException.class, () -> BufferPool.within(4096, MAX, 0));
  }

  @Property(tries = 200)
  void buffersNeverOverlapAndNoByteIsLost(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (BufferPool pool = new BufferPool(4 * MAX, MAX)) {
      TreeMap<Long, Integer> inUse = new TreeMap<>();
      for (int step = 0; step < 300; step++) {
        if (inUse.isEmpty() || random.nextInt(5) < 3) {
          int length = 1 + random.nextInt(1 << random.nextInt(17));
          long address = pool.acquire(Math.min(length, MAX));
          if (address != BufferPool.EXHAUSTED) {
            Map.Entry<Long, Integer> below = inUse.floorEntry(address);
            Map.Entry<Long, Integer> above = inUse.ceilingEntry(address);
            int usable = pool.lengthBytes(address);
            assertTrue(usable >= length);
            assertTrue(below == null || below.getKey() + below.getValue() <= address);
            assertTrue(above == null || address + usable <= above.getKey());
            inUse.put(address, usable);
          }
        } else {
          Long address = inUse.ceilingKey(pool.regionAddress() + random.nextLong(4L * MAX));
          Long victim = address == null ? inUse.firstKey() : address;
          inUse.remove(victim);
          pool.release(victim);
        }
        long used = inUse.values().stream().mapToLong(Integer::longValue).sum();
        assertEquals(pool.capacityBytes() - used, pool.freeBytes());
        assertEquals(inUse.size(), pool.buffersInUse());
      }
      inUse.keySet().forEach(pool::release);
      for (int i = 0; i < 4; i++) {
        assertNotEquals(BufferPool.EXHAUSTED, pool.acquire(MAX), "all is merged again");
      }
    }
  }
}
