package io.luciola.blockstore.agent;

/**
 * Runs an agent on the caller's thread, round by round: for deterministic tests, and for owners
 * that poll anyway. What the agent throws goes to the caller.
 */
public final class AgentInvoker implements AutoCloseable {

  private final Agent agent;
  private boolean started;
  private boolean closed;

  /** An invoker for one agent, which starts with the first {@link #invoke}. */
  public AgentInvoker(Agent agent) {
    this.agent = agent;
  }

  /**
   * One round of work.
   *
   * @return what the agent did
   * @throws IllegalStateException when closed
   */
  public int invoke() {
    if (closed) {
      throw new IllegalStateException("The invoker of " + agent.roleName() + " is closed");
    }
    if (!started) {
      agent.onStart();
      started = true;
    }
    return agent.doWork();
  }

  /** Closes the agent if it ever started. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (started) {
        agent.onClose();
      }
    }
  }
}
