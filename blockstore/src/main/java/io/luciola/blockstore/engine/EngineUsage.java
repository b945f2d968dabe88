package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.space.SpaceLevel;
import java.util.List;

/**
 * What a device has and what its targets take of it, at one moment.
 *
 * @param capacityBytes bytes of chunk capacity, used or not
 * @param freeBytes what of it new chunks can have
 * @param level how short the device is of space
 * @param targets all targets, those that are being removed included
 */
public record EngineUsage(
    long capacityBytes, long freeBytes, SpaceLevel level, List<TargetUsage> targets) {

  /** Copies the list. */
  public EngineUsage {
    targets = List.copyOf(targets);
  }

  /** What is not free. */
  public long usedBytes() {
    return capacityBytes - freeBytes;
  }

  /**
   * A target of the device.
   *
   * @param targetId its id
   * @param budgetBytes most bytes of chunk capacity that it may occupy
   * @param usedBytes what it occupies, pending updates included
   * @param lossy chunks of it may have been lost with damaged metadata
   * @param removing it is being removed: callers do not know it any longer
   */
  public record TargetUsage(
      long targetId, long budgetBytes, long usedBytes, boolean lossy, boolean removing) {}
}
