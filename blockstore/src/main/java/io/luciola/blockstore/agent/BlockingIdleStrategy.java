package io.luciola.blockstore.agent;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Yields a few times, then sleeps until an agent's descriptor is readable or the thread's doorbell
 * rings: an idle thread uses no processor time, and wakes when there is work, not later.
 */
public final class BlockingIdleStrategy implements IdleStrategy {

  /** Longest sleep, whatever the agents allow. */
  public static final long MAX_SLEEP_NS = 100_000_000;

  private static final int YIELDS = 20;

  private final Doorbell doorbell;
  private final List<? extends SleepableAgent> agents;

  /** Lives as long as this object. */
  private final MemorySegment memory;

  private final long pollfds;
  private int idleRounds;

  /**
   * For the thread that runs these agents.
   *
   * @param doorbell of that thread; closed by whoever made it
   */
  public BlockingIdleStrategy(Doorbell doorbell, List<? extends SleepableAgent> agents) {
    this.doorbell = doorbell;
    this.agents = List.copyOf(agents);
    memory = Arena.ofAuto().allocate((agents.size() + 1L) * Polling.POLLFD_BYTES, 8);
    pollfds = memory.address();
  }

  @SuppressWarnings("ThreadPriorityCheck") // a yield is cheaper than a sleep when work is near
  @Override
  public void idle(int workCount) {
    if (workCount != 0) {
      idleRounds = 0;
    } else if (idleRounds < YIELDS) {
      idleRounds++;
      Thread.yield();
    } else {
      sleep();
    }
  }

  @Override
  public void wakeUp(Thread idler) {
    doorbell.ringAnyway();
  }

  @SuppressWarnings("ThreadPriorityCheck") // an agent without a descriptor must be polled
  private void sleep() {
    doorbell.arm();
    long limitNs = MAX_SLEEP_NS;
    int count = 0;
    put(count++, doorbell.fd());
    for (int i = 0; i < agents.size(); i++) {
      SleepableAgent agent = agents.get(i);
      limitNs = Math.min(limitNs, agent.sleepLimitNs());
      if (agent.wakeUpFd() >= 0) {
        put(count++, agent.wakeUpFd());
      }
    }
    try {
      if (limitNs <= 0) {
        Thread.yield();
      } else {
        poll(count, (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNs)));
      }
    } finally {
      Reference.reachabilityFence(memory);
    }
    doorbell.disarm();
  }

  private void poll(int count, int timeoutMs) {
    int result = Polling.poll(pollfds, count, timeoutMs);
    if (result < 0 && result != -Errno.EINTR) {
      throw new IllegalStateException("poll: " + Errno.describe(-result));
    }
  }

  private void put(int index, int fd) {
    long at = pollfds + (long) index * Polling.POLLFD_BYTES;
    Memory.putInt(at, fd);
    Memory.putShort(at + 4, (short) Polling.POLLIN);
    Memory.putShort(at + 6, (short) 0);
  }
}
