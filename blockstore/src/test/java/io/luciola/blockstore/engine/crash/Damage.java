package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.format.DeviceLayout;
import java.util.List;

/** What was done to a device behind the engine's back. */
record Damage(Kind kind, List<Long> offsets) {

  enum Kind {
    /** One bit is turned over. */
    FLIPPED,
    /** A block is zeros. */
    ZEROED,
    /** Two blocks have changed places, as after misdirected writes. */
    SWAPPED,
    /** A block is as it was earlier, as after a lost write. */
    STALE,
    /** Both copies of a journal record are zeros. */
    BOTH_COPIES
  }

  boolean isOnly(DeviceLayout layout, DeviceRegion region) {
    return offsets.stream().allMatch(offset -> DeviceRegion.of(layout, offset) == region);
  }

  boolean hits(DeviceLayout layout, DeviceRegion region) {
    return offsets.stream().anyMatch(offset -> DeviceRegion.of(layout, offset) == region);
  }

  boolean hitsBlock(long offset) {
    return offsets.contains(offset & -CorruptionTest.BLOCK);
  }
}
