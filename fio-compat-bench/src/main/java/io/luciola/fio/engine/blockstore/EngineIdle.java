package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.util.concurrent.locks.LockSupport;

/**
 * What to do while an engine has nothing to do: yield a few times, then sleep until its device has
 * something or a millisecond is over, for the engine's own timers.
 */
final class EngineIdle implements AutoCloseable {

  private static final int YIELDS = 20;
  private static final int SLEEP_MS = 1;
  private static final long PARK_NS = 50_000;

  private final long pollfd = Memory.allocate(Memory.PAGE_BYTES);
  private int idleRounds;

  void onWork(int work) {
    idleRounds = work > 0 ? 0 : idleRounds + 1;
  }

  @SuppressWarnings("ThreadPriorityCheck") // a yield is cheaper than sleeping for a quick device
  void pause(int completionFd) {
    if (idleRounds == 0) {
      return;
    }
    if (idleRounds < YIELDS) {
      Thread.yield();
    } else if (completionFd < 0) {
      LockSupport.parkNanos(PARK_NS);
    } else {
      Memory.putInt(pollfd, completionFd);
      Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
      Polling.poll(pollfd, 1, SLEEP_MS);
    }
  }

  @Override
  public void close() {
    Memory.free(pollfd, Memory.PAGE_BYTES);
  }
}
