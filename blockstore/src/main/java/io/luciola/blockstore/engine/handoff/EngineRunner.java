package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.agent.AgentErrorHandler;
import io.luciola.blockstore.agent.AgentInvoker;
import io.luciola.blockstore.agent.AgentRunner;
import io.luciola.blockstore.agent.BlockingIdleStrategy;
import io.luciola.blockstore.agent.CompositeAgent;
import io.luciola.blockstore.agent.Doorbell;
import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs engines for other threads: each on a thread of its own, all on one, or by {@link #invoke()}.
 * Clients connect from the threads that use them.
 *
 * <p>The engines know nothing of each other: when one fails, the others go on. Any thread may call
 * {@link #connect} and {@link #close()}; the thread that started an INVOKER runner drives and
 * closes it.
 */
public final class EngineRunner implements AutoCloseable {

  /** Requests that an engine's ring holds unless told otherwise. */
  public static final int DEFAULT_RING_CAPACITY = 4096;

  private final List<EngineAgent> agents = new ArrayList<>();
  private final List<AgentRunner> runners = new ArrayList<>();
  private final List<Doorbell> doorbells = new ArrayList<>();
  private @Nullable AgentInvoker invoker;

  private EngineRunner() {}

  /**
   * Opens the engines, each on the thread that will own it, and returns when all are open.
   *
   * @param idle what the threads do when there is nothing to do; of no meaning to INVOKER
   * @param ringCapacity requests that wait for one engine to take them, a power of two;
   *     BACK_PRESSURE beyond
   * @throws RuntimeException what the opener threw; the engines that were open are closed
   */
  public static EngineRunner start(
      ThreadingMode mode, IdleMode idle, int ringCapacity, List<EngineSource> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("there is no engine to run");
    }
    EngineRunner runner = new EngineRunner();
    try {
      switch (mode) {
        case DEDICATED ->
            sources.forEach(
                source ->
                    runner.startThread(source.roleName(), idle, ringCapacity, List.of(source)));
        case SHARED -> runner.startThread("engines", idle, ringCapacity, sources);
        case INVOKER -> {
          Doorbell doorbell = runner.newDoorbell();
          sources.forEach(
              source -> runner.agents.add(new EngineAgent(source, ringCapacity, doorbell)));
          runner.invoker =
              new AgentInvoker(
                  new CompositeAgent("engines", runner.agents.toArray(EngineAgent[]::new)));
          runner.invoke();
        }
      }
      runner.agents.forEach(agent -> agent.opened().join());
      return runner;
    } catch (CompletionException unopened) {
      runner.close();
      switch (unopened.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        default -> throw unopened;
      }
    }
  }

  /**
   * Connects a client to an engine; it belongs to the thread that calls it.
   *
   * @param engine its place among the sources
   */
  public EngineClient connect(int engine, ClientOptions options, HandoffListener listener) {
    return new EngineClient(agents.get(engine), options, listener);
  }

  /**
   * A round of work of each engine, in mode INVOKER.
   *
   * @return what they did
   * @throws IllegalStateException in another mode
   */
  public int invoke() {
    if (invoker == null) {
      throw new IllegalStateException("the engines have threads of their own");
    }
    return invoker.invoke();
  }

  /** Closes the engines; what clients have in flight ends, at the latest with ENGINE_CLOSED. */
  @Override
  public synchronized void close() {
    if (invoker != null) {
      invoker.close();
    }
    runners.forEach(AgentRunner::close);
    if (runners.stream().noneMatch(AgentRunner::isRunning)) {
      runners.clear();
      doorbells.forEach(Doorbell::close);
      doorbells.clear();
    }
  }

  private void startThread(
      String name, IdleMode idle, int ringCapacity, List<EngineSource> sources) {
    Doorbell doorbell = newDoorbell();
    List<EngineAgent> ofThread =
        sources.stream().map(source -> new EngineAgent(source, ringCapacity, doorbell)).toList();
    agents.addAll(ofThread);
    IdleStrategy strategy =
        switch (idle) {
          case BUSY_SPIN -> IdleStrategy.busySpin();
          case YIELD -> IdleStrategy.yielding();
          case BACKOFF -> IdleStrategy.backoff();
          case BLOCK -> new BlockingIdleStrategy(doorbell, ofThread);
        };
    runners.add(
        new AgentRunner(
                name, strategy, AgentErrorHandler.logging(), ofThread.toArray(EngineAgent[]::new))
            .start());
  }

  private Doorbell newDoorbell() {
    Doorbell doorbell = new Doorbell();
    doorbells.add(doorbell);
    return doorbell;
  }
}
