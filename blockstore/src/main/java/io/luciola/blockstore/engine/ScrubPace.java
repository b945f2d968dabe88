package io.luciola.blockstore.engine;

/**
 * When the next piece may be read: so many bytes per second, and an eighth of that while others use
 * the device. What was missed while nobody called is made up for, up to one second's worth.
 */
final class ScrubPace {

  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int SLOWDOWN_WHEN_BUSY = 8;

  private final long bytesPerSecond;
  private boolean started;
  private long dueNs;
  private long lastNs;
  private long lastCostNs;

  ScrubPace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  boolean mayRead(long nowNs, boolean busy) {
    if (!started) {
      started = true;
      dueNs = nowNs;
      lastNs = nowNs;
    }
    if (nowNs - dueNs > NS_PER_SECOND) {
      dueNs = nowNs - NS_PER_SECOND;
    }
    return nowNs >= dueNs && (!busy || nowNs - lastNs >= SLOWDOWN_WHEN_BUSY * lastCostNs);
  }

  /** A read of so many bytes began. */
  void charge(long nowNs, int bytes) {
    lastCostNs = (long) ((double) bytes * NS_PER_SECOND / bytesPerSecond);
    dueNs += lastCostNs;
    lastNs = nowNs;
  }
}
