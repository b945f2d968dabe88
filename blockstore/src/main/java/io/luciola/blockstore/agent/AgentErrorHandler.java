package io.luciola.blockstore.agent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what becomes of an agent that threw. */
@FunctionalInterface
public interface AgentErrorHandler {

  /** What becomes of the agent. */
  enum Decision {
    /** Its work is called again. */
    GO_ON,
    /** It is closed and never called again; the other agents of the thread go on. */
    STOP_AGENT
  }

  /** How often in a row an agent may fail before {@link #logging()} stops it. */
  int MAX_FAILURES_IN_A_ROW = 100;

  /**
   * Called by the agent's thread.
   *
   * @param agent which threw
   * @param error what it threw
   * @param failuresInARow how many of its rounds failed without a good one between, from 1
   */
  Decision onError(Agent agent, Throwable error, int failuresInARow);

  /**
   * Logs, and goes on: one bad request must not end the service. Stops the agent after an {@link
   * Error}, which leaves its state unknown, and after {@link #MAX_FAILURES_IN_A_ROW}, when it does
   * not recover.
   */
  static AgentErrorHandler logging() {
    Logger log = LoggerFactory.getLogger(AgentErrorHandler.class);
    return (agent, error, failuresInARow) -> {
      if (error instanceof Error || failuresInARow >= MAX_FAILURES_IN_A_ROW) {
        log.error(
            "Agent {} stops for good after {} failures in a row",
            agent.roleName(),
            failuresInARow,
            error);
        return Decision.STOP_AGENT;
      }
      log.error("Agent {} failed and goes on", agent.roleName(), error);
      return Decision.GO_ON;
    };
  }
}
