package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.agent.IdleStrategy;

/**
 * How a client uses its engine.
 *
 * @param maxInFlight most requests asked and not yet delivered; BACK_PRESSURE beyond
 * @param sleeps whether the client's thread sleeps on {@link EngineClient#completionFd()}; a client
 *     that always polls saves its engine the system call that wakes it
 * @param waiting what the client's thread does during calls that wait for the engine, such as
 *     {@link EngineClient#stat}
 */
public record ClientOptions(int maxInFlight, boolean sleeps, IdleStrategy waiting) {

  /** Largest allowed {@link #maxInFlight()}. */
  public static final int LIMIT_MAX_IN_FLIGHT = 1 << 20;

  /** Checks the range. */
  public ClientOptions {
    if (maxInFlight < 1 || maxInFlight > LIMIT_MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "maxInFlight must be from 1 to " + LIMIT_MAX_IN_FLIGHT + ", is " + maxInFlight);
    }
  }

  /** For a thread that sleeps while it waits. */
  public static ClientOptions sleeping(int maxInFlight) {
    return new ClientOptions(maxInFlight, true, IdleStrategy.backoff());
  }

  /** For a thread that polls, and idles by itself. */
  public static ClientOptions polling(int maxInFlight, IdleStrategy waiting) {
    return new ClientOptions(maxInFlight, false, waiting);
  }
}
