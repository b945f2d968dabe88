package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpaceGaugeTest {

  private static final int BLOCKS = 1 << 20;

  private final ExtentAllocator allocator = new ExtentAllocator(BLOCKS);
  private final List<SpaceLevel> levels = new ArrayList<>();
  private final SpaceGauge gauge =
      new SpaceGauge(
          allocator,
          SpaceThresholds.defaults(),
          (before, now, freeBlocks, largestFreeOrder) -> levels.add(now));

  @AfterEach
  void close() {
    allocator.close();
  }

  @Test
  void levelsFollowTheFreeSpaceDownAndWithAMarginUp() {
    List<Long> extents = new ArrayList<>();
    for (long start = allocator.allocate(10); start >= 0; start = allocator.allocate(10)) {
      extents.add(start);
      gauge.update(0);
      double free = (double) allocator.freeBlocks() / BLOCKS;
      SpaceLevel expected =
          free <= 0.005
              ? SpaceLevel.FULL
              : free <= 0.02 ? SpaceLevel.REJECT : free <= 0.04 ? SpaceLevel.LOW : SpaceLevel.OK;
      assertEquals(expected, gauge.level(), () -> "with " + free + " free");
    }
    assertEquals(List.of(SpaceLevel.LOW, SpaceLevel.REJECT, SpaceLevel.FULL), levels);
    for (long start : extents) {
      SpaceLevel before = gauge.level();
      allocator.free(start, 10);
      gauge.update(0);
      double free = (double) allocator.freeBlocks() / BLOCKS;
      boolean mayEnd =
          switch (before) {
            case FULL -> free > 0.01;
            case REJECT -> free > 0.025;
            case LOW -> free > 0.045;
            case OK -> false;
          };
      assertEquals(mayEnd, gauge.level() != before, () -> before + " with " + free + " free");
    }
    assertEquals(
        List.of(
            SpaceLevel.LOW,
            SpaceLevel.REJECT,
            SpaceLevel.FULL,
            SpaceLevel.REJECT,
            SpaceLevel.LOW,
            SpaceLevel.OK),
        levels);
  }

  @Test
  void aLevelDoesNotWaverAtItsThreshold() {
    while (allocator.freeBlocks() > BLOCKS * 0.04) {
      allocator.allocate(6);
    }
    for (int i = 0; i < 100; i++) {
      gauge.update(0);
      allocator.free(allocator.freeBlocks() % 2 == 0 ? 0 : 64, 6);
      gauge.update(0);
      allocator.allocate(6);
    }
    assertEquals(List.of(SpaceLevel.LOW), levels);
  }

  @Test
  void growingEndsBeforeRewritingAndShrinkingAlwaysGoes() {
    assertTrue(gauge.admits(SpaceNeed.GROW, 14, 0));
    int grown = 0;
    while (gauge.admits(SpaceNeed.GROW, 4, 0) && allocator.allocate(4) >= 0) {
      gauge.update(0);
      grown++;
    }
    assertTrue(allocator.freeBlocks() >= BLOCKS * 0.02 - 1, "2 % are left for rewriting");
    assertTrue(grown > 0);
    int rewritten = 0;
    while (gauge.admits(SpaceNeed.REWRITE, 4, 0) && allocator.allocate(4) >= 0) {
      gauge.update(0);
      rewritten++;
    }
    assertTrue(rewritten > 0);
    assertTrue(
        allocator.freeBlocks() >= BLOCKS * 0.005 - 1, "half a percent is left for shrinking");
    assertFalse(gauge.admits(SpaceNeed.GROW, 0, 0));
    while (allocator.allocate(0) >= 0) {
      gauge.update(0);
      assertTrue(gauge.admits(SpaceNeed.SHRINK, 0, 0));
    }
    assertEquals(SpaceLevel.FULL, gauge.level());
    assertTrue(gauge.admits(SpaceNeed.SHRINK, 14, 0));
  }

  @Test
  void spaceInSmallPiecesIsShortToo() {
    // Every second piece of 512 KiB stays free: half the area, but nothing of 1 MiB.
    for (long start = 0; start < BLOCKS; start += 256) {
      assertTrue(allocator.reserve(start, 7));
    }
    gauge.update(0);
    assertEquals(SpaceLevel.REJECT, gauge.level());
    assertFalse(gauge.admits(SpaceNeed.GROW, 0, 0));
    assertTrue(gauge.admits(SpaceNeed.REWRITE, 7, 0));
    // One whole MiB is the one that is kept; more than three end the level.
    for (int i = 0; i < 3; i++) {
      allocator.free(i * 256L, 7);
      gauge.update(0);
      assertEquals(SpaceLevel.REJECT, gauge.level());
    }
    allocator.free(3 * 256L, 7);
    gauge.update(0);
    assertEquals(SpaceLevel.LOW, gauge.level(), "1 piece of 4 MiB");
  }

  @Test
  void whatReturnsSoonCountsAsFree() {
    long returning = 0;
    while (allocator.freeBlocks() > 0) {
      allocator.allocate(8);
      returning += 256;
    }
    gauge.update(returning);
    assertEquals(SpaceLevel.OK, gauge.level());
    gauge.update(0);
    assertEquals(SpaceLevel.FULL, gauge.level());
  }

  @Test
  void senselessThresholdsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new SpaceThresholds(0.02, 0.04, 0, 0, 10, 8));
    assertThrows(
        IllegalArgumentException.class, () -> new SpaceThresholds(0.04, 0.02, -1, 0, 10, 8));
    assertThrows(
        IllegalArgumentException.class, () -> new SpaceThresholds(0.04, 0.02, Double.NaN, 0, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new SpaceThresholds(0.04, 0.02, 0, 0, 8, 10));
  }
}
