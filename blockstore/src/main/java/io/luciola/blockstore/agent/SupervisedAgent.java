package io.luciola.blockstore.agent;

import io.luciola.blockstore.agent.AgentErrorHandler.Decision;

/** An agent whose errors go to a handler, and which is closed at most once. */
final class SupervisedAgent {

  private final Agent agent;
  private final AgentErrorHandler errorHandler;
  private int failuresInARow;
  private boolean alive;

  SupervisedAgent(Agent agent, AgentErrorHandler errorHandler) {
    this.agent = agent;
    this.errorHandler = errorHandler;
  }

  /** An agent that cannot start has nothing to work with: it is reported and left out. */
  void start() {
    try {
      agent.onStart();
      alive = true;
    } catch (Throwable error) {
      errorHandler.onError(agent, error, 1);
    }
  }

  boolean isAlive() {
    return alive;
  }

  int doWork() {
    try {
      int workCount = agent.doWork();
      failuresInARow = 0;
      return workCount;
    } catch (Throwable error) {
      failuresInARow++;
      if (errorHandler.onError(agent, error, failuresInARow) == Decision.STOP_AGENT) {
        close();
      }
      return 0;
    }
  }

  void close() {
    if (alive) {
      alive = false;
      try {
        agent.onClose();
      } catch (Throwable error) {
        errorHandler.onError(agent, error, failuresInARow + 1);
      }
    }
  }
}
