package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.device.BlockDevice;
import java.util.concurrent.locks.LockSupport;

/**
 * What to do while an engine has nothing to do: sleep until its device has, or for a moment when
 * the engine refused something for now.
 */
final class EngineIdle {

  private static final long RETRY_NS = 50_000;

  private final BlockDevice device;

  EngineIdle(BlockDevice device) {
    this.device = device;
  }

  /**
   * Sleeps.
   *
   * @param retry whether something waits to be tried again
   * @param limitNs how long the engine allows at most
   */
  void sleep(boolean retry, long limitNs) {
    if (device.inFlight() == 0) {
      LockSupport.parkNanos(Math.min(RETRY_NS, limitNs));
    } else if (limitNs > 0) {
      device.await(retry ? RETRY_NS : limitNs);
    }
  }
}
