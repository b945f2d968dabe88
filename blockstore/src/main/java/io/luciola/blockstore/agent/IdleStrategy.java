package io.luciola.blockstore.agent;

import java.util.concurrent.locks.LockSupport;

/** What a polling thread does when there was nothing to do. One per thread: it may keep state. */
@FunctionalInterface
public interface IdleStrategy {

  /**
   * Called after each round of work.
   *
   * @param workCount what was done in the round; not 0 means: go on at once
   */
  void idle(int workCount);

  /**
   * Ends the idling of a thread that must look at something new. Any thread may call this.
   *
   * @param idler the thread that uses this strategy
   */
  default void wakeUp(Thread idler) {
    LockSupport.unpark(idler);
  }

  /**
   * Spins, then yields, then parks, 1 µs at first and up to 1 ms: quick under load, cheap when
   * idle, fair where cores are shared.
   */
  static IdleStrategy backoff() {
    return new BackoffIdleStrategy();
  }

  /** Yields: answers fast, leaves the core to others that want it, and never lets it sleep. */
  @SuppressWarnings("ThreadPriorityCheck")
  static IdleStrategy yielding() {
    return workCount -> {
      if (workCount == 0) {
        Thread.yield();
      }
    };
  }

  /** Spins: answers fastest, for a thread that has a core of its own. */
  static IdleStrategy busySpin() {
    return workCount -> {
      if (workCount == 0) {
        Thread.onSpinWait();
      }
    };
  }

  /** Does nothing, for agents that wait by themselves. */
  static IdleStrategy noop() {
    return _ -> {};
  }
}
