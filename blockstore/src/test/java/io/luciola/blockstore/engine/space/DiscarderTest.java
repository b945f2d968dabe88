package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DiscarderTest {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long FAST = 1L << 40;

  private record Discard(long start, int blocks, int slot) {}

  private static final class Fixture implements AutoCloseable {
    final ExtentAllocator allocator;
    final List<Discard> inFlight = new ArrayList<>();
    final Discarder discarder;
    long nowNs;
    boolean queueFull;

    Fixture(long blocks, DiscardOptions options) {
      allocator = new ExtentAllocator(blocks);
      discarder = new Discarder(allocator, options, 4096, this::submit, () -> nowNs);
      nowNs = SECOND_NS;
    }

    boolean submit(long start, int blocks, int slot) {
      if (queueFull) {
        return false;
      }
      inFlight.add(new Discard(start, blocks, slot));
      return true;
    }

    void complete() {
      Discard first = inFlight.removeFirst();
      discarder.onDiscarded(first.slot, true);
    }

    int doWork() {
      return discarder.doWork(SpaceLevel.OK);
    }

    @Override
    public void close() {
      discarder.close();
      allocator.close();
    }
  }

  @Property(tries = 100)
  void neverDiscardsWhatCouldBeInUseAndMissesNothingFreed(@ForAll long seed) {
    Random random = new Random(seed);
    int blocks = 40_000 + random.nextInt(60_000);
    int unitOrder = random.nextInt(10);
    BitSet used = new BitSet(blocks);
    BitSet discardable = new BitSet(blocks);
    List<long[]> extents = new ArrayList<>();
    try (Fixture fixture = new Fixture(blocks, new DiscardOptions(unitOrder, 3, FAST))) {
      for (int i = 0; i < 3000; i++) {
        fixture.nowNs += random.nextInt(1_000_000);
        int choice = random.nextInt(10);
        if (choice < 4) {
          int order = random.nextInt(11);
          long start = fixture.allocator.allocate(order);
          if (start >= 0) {
            int size = 1 << order;
            for (Discard discard : fixture.inFlight) {
              assertFalse(
                  start < discard.start + discard.blocks && discard.start < start + size,
                  "allocated while being discarded");
            }
            used.set((int) start, (int) start + size);
            discardable.clear((int) start, (int) start + size);
            extents.add(new long[] {start, order});
          }
        } else if (choice < 7 && !extents.isEmpty()) {
          free(fixture, extents.remove(random.nextInt(extents.size())), used, discardable);
        } else if (choice == 7 && !fixture.inFlight.isEmpty()) {
          fixture.complete();
        } else {
          fixture.queueFull = random.nextInt(4) == 0;
          discardAndCheck(fixture, used, discardable);
          fixture.queueFull = false;
        }
        assertEquals(
            blocks - used.cardinality(),
            fixture.allocator.freeBlocks() + fixture.discarder.blocksOut());
      }
      while (!extents.isEmpty()) {
        free(fixture, extents.removeLast(), used, discardable);
      }
      for (int i = 0; i < 100_000 && fixture.discarder.waitingUnits() > 0; i++) {
        fixture.nowNs += 1_000_000;
        discardAndCheck(fixture, used, discardable);
        while (!fixture.inFlight.isEmpty()) {
          fixture.complete();
        }
      }
      int tail = blocks >>> unitOrder << unitOrder;
      int left = discardable.nextSetBit(0);
      assertTrue(left < 0 || left >= tail, "block " + left + " was freed but not discarded");
      assertEquals(0, fixture.discarder.blocksOut());
      assertEquals(blocks, fixture.allocator.freeBlocks());
    }
  }

  /** Here a run of freed units reached the end of an area that ends within a region. */
  @Example
  void aRunEndsWithTheArea() {
    neverDiscardsWhatCouldBeInUseAndMissesNothingFreed(-1203);
  }

  private static void free(Fixture fixture, long[] extent, BitSet used, BitSet discardable) {
    fixture.discarder.free(extent[0], (int) extent[1]);
    int start = (int) extent[0];
    int end = start + (1 << extent[1]);
    used.clear(start, end);
    discardable.set(start, end);
  }

  private static void discardAndCheck(Fixture fixture, BitSet used, BitSet discardable) {
    if (fixture.doWork() == 0) {
      return;
    }
    Discard discard = fixture.inFlight.getLast();
    int start = (int) discard.start;
    int next = used.nextSetBit(start);
    assertTrue(next < 0 || next >= start + discard.blocks, "discarded what is in use");
    discardable.clear(start, start + discard.blocks);
  }

  @Example
  void neighboursGoInOneRequest() {
    try (Fixture fixture = new Fixture(1 << 20, new DiscardOptions(8, 2, FAST))) {
      for (long start = 0; start < 2048; start += 16) {
        assertTrue(fixture.allocator.reserve(start, 4));
      }
      for (long start = 2032; start >= 0; start -= 16) {
        fixture.discarder.free(start, 4);
      }
      assertEquals(1, fixture.doWork());
      assertEquals(List.of(new Discard(0, 2048, 0)), fixture.inFlight);
      assertEquals(2048, fixture.discarder.blocksOut());
      assertFalse(fixture.allocator.reserve(0, 0), "out of the allocator meanwhile");
      fixture.complete();
      assertEquals(0, fixture.discarder.blocksOut());
      assertTrue(fixture.allocator.reserve(0, 11));
    }
  }

  @Example
  void keepsToItsRate() {
    // 4 MiB a second in pieces of 1 MiB.
    try (Fixture fixture = new Fixture(1 << 20, new DiscardOptions(8, 8, 4 << 20))) {
      assertTrue(fixture.allocator.reserve(0, 13));
      fixture.discarder.free(0, 13);
      fixture.nowNs = 0;
      long discarded = 0;
      for (int tenth = 0; tenth <= 40; tenth++) {
        fixture.doWork();
        while (!fixture.inFlight.isEmpty()) {
          discarded += fixture.inFlight.getFirst().blocks;
          fixture.complete();
        }
        fixture.nowNs += SECOND_NS / 10;
      }
      assertEquals(16 * 256, discarded, "16 MiB in 4 seconds");
    }
  }

  @Example
  void yieldsWhenSpaceIsShortAndTakesASmallPartOfIt() {
    try (Fixture fixture = new Fixture(1 << 18, new DiscardOptions(8, 8, FAST))) {
      for (long start = 0; start < 1 << 18; start += 1 << 14) {
        assertTrue(fixture.allocator.reserve(start, 14));
      }
      fixture.discarder.free(0, 14);
      for (SpaceLevel level : List.of(SpaceLevel.LOW, SpaceLevel.REJECT, SpaceLevel.FULL)) {
        assertEquals(0, fixture.discarder.doWork(level));
      }
      for (int i = 0; i < 20; i++) {
        fixture.nowNs += SECOND_NS;
        fixture.doWork();
      }
      assertTrue(fixture.discarder.blocksOut() > 0);
      assertTrue(fixture.discarder.blocksOut() <= (1 << 14) / 16);
    }
  }

  @Example
  void aDeviceWithoutDiscardIsNotAskedAgain() {
    try (Fixture fixture = new Fixture(1 << 20, DiscardOptions.defaults())) {
      assertTrue(fixture.allocator.reserve(0, 10));
      fixture.discarder.free(0, 10);
      assertEquals(1, fixture.doWork());
      fixture.discarder.onDiscarded(fixture.inFlight.getFirst().slot, false);
      assertTrue(fixture.discarder.isStopped());
      assertEquals(1 << 20, fixture.allocator.freeBlocks());
      assertTrue(fixture.allocator.reserve(0, 10));
      fixture.discarder.free(0, 10);
      assertEquals(0, fixture.doWork());
      assertThrows(IllegalStateException.class, () -> fixture.discarder.onDiscarded(0, true));
    }
  }
}
