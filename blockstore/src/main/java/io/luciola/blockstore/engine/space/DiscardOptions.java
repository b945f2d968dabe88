package io.luciola.blockstore.engine.space;

/**
 * How freed space is discarded.
 *
 * @param unitOrder least piece to discard, aligned to its size, in blocks of 2^this: at least the
 *     device's erase unit where it is known
 * @param maxInFlight most discards at a time
 * @param bytesPerSecond most bytes discarded in a second, on average
 */
public record DiscardOptions(int unitOrder, int maxInFlight, long bytesPerSecond) {

  /** Checks the ranges. */
  public DiscardOptions {
    if (unitOrder < 0 || unitOrder > ExtentAllocator.MAX_ORDER) {
      throw new IllegalArgumentException(
          "A discard unit must be of order 0 to "
              + ExtentAllocator.MAX_ORDER
              + ", is "
              + unitOrder);
    }
    if (maxInFlight < 1 || bytesPerSecond < 1) {
      throw new IllegalArgumentException("Discards need a limit and a rate of at least 1");
    }
  }

  /** Pieces of 1 MiB, 2 requests at a time, 1 GiB a second. */
  public static DiscardOptions defaults() {
    return new DiscardOptions(8, 2, 1L << 30);
  }
}
