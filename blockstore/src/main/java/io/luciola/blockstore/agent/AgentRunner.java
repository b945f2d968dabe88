package io.luciola.blockstore.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A platform thread that runs one or more agents: each in turn, then idle when none had work.
 *
 * <p>Agents start in the order given and close in the reverse order, all on that thread. An agent
 * that throws is judged by the {@link AgentErrorHandler}; one that stops does not stop the others.
 * The thread ends with {@link #close} or with its last agent.
 */
public final class AgentRunner implements AutoCloseable {

  /** How long {@link #close} waits for the thread. */
  public static final long CLOSE_TIMEOUT_MS = 30_000;

  private static final Logger LOG = LoggerFactory.getLogger(AgentRunner.class);

  private final List<Agent> agents;
  private final IdleStrategy idleStrategy;
  private final AgentErrorHandler errorHandler;
  private final Thread thread;
  private volatile boolean stopping;
  private boolean started;

  /**
   * Prepares a thread; {@link #start} starts it.
   *
   * @param name of the thread
   * @param idleStrategy for this thread alone
   * @param errorHandler judges agents that throw
   * @param agents at least one
   */
  public AgentRunner(
      String name, IdleStrategy idleStrategy, AgentErrorHandler errorHandler, Agent... agents) {
    if (agents.length == 0) {
      throw new IllegalArgumentException("Runner " + name + " has no agent to run");
    }
    this.agents = List.of(agents);
    this.idleStrategy = idleStrategy;
    this.errorHandler = errorHandler;
    thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  /** Starts the thread; once. */
  public synchronized AgentRunner start() {
    if (started) {
      throw new IllegalStateException("Runner " + thread.getName() + " was started before");
    }
    started = true;
    thread.start();
    return this;
  }

  /** Whether the thread runs. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /**
   * Asks the thread to close its agents and end, and waits for that.
   *
   * @return whether it ended in time
   * @throws IllegalStateException when called by an agent of this very thread, or interrupted
   */
  public boolean stop(long timeoutMs) {
    stopping = true;
    idleStrategy.wakeUp(thread);
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(
          "Runner " + thread.getName() + " cannot wait for its own thread to end");
    }
    try {
      return thread.join(Duration.ofMillis(timeoutMs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while waiting for runner " + thread.getName() + " to end", e);
    }
  }

  /**
   * Stops, waiting at most {@link #CLOSE_TIMEOUT_MS}; a thread that does not end by then is logged
   * with where it is, and left alone.
   */
  @Override
  public void close() {
    if (wasStarted() && !stop(CLOSE_TIMEOUT_MS)) {
      LOG.error(
          "Runner {} did not end within {} s; it is at {}",
          thread.getName(),
          TimeUnit.MILLISECONDS.toSeconds(CLOSE_TIMEOUT_MS),
          List.of(thread.getStackTrace()));
    }
  }

  private synchronized boolean wasStarted() {
    return started;
  }

  private void run() {
    SupervisedAgent[] supervised = new SupervisedAgent[agents.size()];
    for (int i = 0; i < supervised.length; i++) {
      supervised[i] = new SupervisedAgent(agents.get(i), errorHandler);
    }
    try {
      for (SupervisedAgent agent : supervised) {
        agent.start();
      }
      work(supervised);
    } finally {
      // Also when the idle strategy or the handler threw: others wait for these agents' last words.
      for (int i = supervised.length - 1; i >= 0; i--) {
        supervised[i].close();
      }
    }
  }

  private void work(SupervisedAgent[] supervised) {
    while (!stopping) {
      int workCount = 0;
      boolean anyAlive = false;
      for (SupervisedAgent agent : supervised) {
        if (agent.isAlive()) {
          anyAlive = true;
          workCount += agent.doWork();
        }
      }
      if (!anyAlive) {
        break;
      }
      idleStrategy.idle(workCount);
    }
  }
}
