package io.luciola.blockstore.agent;

/** An agent whose thread may sleep until a descriptor or a {@link Doorbell} wakes it. */
public interface SleepableAgent extends Agent {

  /**
   * A descriptor that becomes readable when there is work; -1 where there is none. Asked after
   * {@link #onStart()}.
   */
  int wakeUpFd();

  /**
   * How long the thread may sleep now at most. Asked after a {@link #doWork()} that returned 0,
   * with the thread's doorbell armed: an agent that finds work now answers 0.
   */
  long sleepLimitNs();
}
