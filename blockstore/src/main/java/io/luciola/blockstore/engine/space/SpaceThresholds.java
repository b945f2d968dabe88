package io.luciola.blockstore.engine.space;

/**
 * Where the levels begin. A level begins when the free part of the area, or the number of free
 * extents of a size, is at or below its threshold; it ends above the threshold and the margin.
 *
 * @param lowFraction free part of the area at which {@link SpaceLevel#LOW} begins
 * @param rejectFraction free part at which {@link SpaceLevel#REJECT} begins; at most {@code
 *     lowFraction}
 * @param fullFraction free part at which {@link SpaceLevel#FULL} begins; at most {@code
 *     rejectFraction}
 * @param marginFraction how much more must be free for a level to end
 * @param lowExtentOrder LOW begins when there is at most one free extent of 2^this blocks or more
 * @param rejectExtentOrder REJECT begins when there is at most one free extent of 2^this blocks or
 *     more; that one is for overwriting; at most {@code lowExtentOrder}
 */
public record SpaceThresholds(
    double lowFraction,
    double rejectFraction,
    double fullFraction,
    double marginFraction,
    int lowExtentOrder,
    int rejectExtentOrder) {

  /** Checks the ranges. */
  public SpaceThresholds {
    if (!(fullFraction >= 0
        && fullFraction <= rejectFraction
        && rejectFraction <= lowFraction
        && lowFraction < 1
        && marginFraction >= 0
        && marginFraction < 1)) {
      throw new IllegalArgumentException(
          "Space thresholds must be 0 <= full <= reject <= low < 1, and the margin a fraction");
    }
    if (rejectExtentOrder < 0
        || rejectExtentOrder > lowExtentOrder
        || lowExtentOrder > ExtentAllocator.MAX_ORDER) {
      throw new IllegalArgumentException(
          "Space thresholds' extent orders must be 0 <= reject <= low <= "
              + ExtentAllocator.MAX_ORDER);
    }
  }

  /**
   * LOW at 4 % free, REJECT at 2 %, FULL at 0.5 %, half a percent of margin; LOW at the last extent
   * of 4 MiB, REJECT at the last of 1 MiB.
   */
  public static SpaceThresholds defaults() {
    return new SpaceThresholds(0.04, 0.02, 0.005, 0.005, 10, 8);
  }
}
