package io.luciola.blockstore.agent;

/**
 * A piece of a polled system that owns its state and does a bounded amount of work per call.
 *
 * <p>After Aeron's agents: the same agent runs on a thread of its own, shares a thread with others,
 * or is driven by the caller; it never knows which. All methods are called by one thread at a time.
 */
public interface Agent {

  /** Called once by the thread that will call {@link #doWork()}, before the first such call. */
  default void onStart() {}

  /**
   * Does what there is to do now, without blocking.
   *
   * @return how much was done; 0 means that the caller may idle
   */
  int doWork();

  /** Called once by the same thread after the last {@link #doWork()}. */
  default void onClose() {}

  /** The name for threads, logs and metrics, for example {@code storage-1}. */
  String roleName();
}
