package io.luciola.blockstore.agent;

import java.util.concurrent.locks.LockSupport;

/** Spins, yields, parks, each for longer. */
final class BackoffIdleStrategy implements IdleStrategy {

  private static final int SPINS = 20;
  private static final int YIELDS = 50;
  private static final long MIN_PARK_NS = 1_000;
  private static final long MAX_PARK_NS = 1_000_000;

  private int idleRounds;
  private long parkNs = MIN_PARK_NS;

  // Yielding is the point here: cores may be shared with the thread that has the work.
  @SuppressWarnings("ThreadPriorityCheck")
  @Override
  public void idle(int workCount) {
    if (workCount != 0) {
      idleRounds = 0;
      parkNs = MIN_PARK_NS;
    } else if (idleRounds < SPINS) {
      idleRounds++;
      Thread.onSpinWait();
    } else if (idleRounds < SPINS + YIELDS) {
      idleRounds++;
      Thread.yield();
    } else {
      LockSupport.parkNanos(parkNs);
      parkNs = Math.min(parkNs * 2, MAX_PARK_NS);
    }
  }
}
