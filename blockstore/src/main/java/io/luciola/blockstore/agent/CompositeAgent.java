package io.luciola.blockstore.agent;

import java.util.List;

/**
 * Several agents as one: they start and work in the order given, and close in the reverse order.
 *
 * <p>When one throws, the exception goes to the caller, and the next {@link #doWork()} goes on
 * behind the one that threw, so that it starves nobody.
 */
public final class CompositeAgent implements Agent {

  private final String roleName;
  private final List<Agent> agents;
  private int next;
  private int startedCount;

  /** Puts at least one agent together. */
  public CompositeAgent(String roleName, Agent... agents) {
    if (agents.length == 0) {
      throw new IllegalArgumentException("Composite agent " + roleName + " has no parts");
    }
    this.roleName = roleName;
    this.agents = List.of(agents);
  }

  /** Starts all; when one throws, those that had started are closed again. */
  @Override
  public void onStart() {
    try {
      for (Agent agent : agents) {
        agent.onStart();
        startedCount++;
      }
    } catch (RuntimeException | Error error) {
      closeStarted(error);
      throw error;
    }
  }

  @Override
  public int doWork() {
    int workCount = 0;
    for (int i = next; i < agents.size(); i++) {
      next = i + 1 == agents.size() ? 0 : i + 1;
      workCount += agents.get(i).doWork();
    }
    return workCount;
  }

  /** Closes all, even when some throw; the first exception is thrown with the others in it. */
  @Override
  public void onClose() {
    Throwable first = closeStarted(null);
    switch (first) {
      case null -> {}
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new AssertionError("An agent threw a checked exception", first);
    }
  }

  @Override
  public String roleName() {
    return roleName;
  }

  private Throwable closeStarted(Throwable cause) {
    Throwable first = cause;
    while (startedCount > 0) {
      startedCount--;
      try {
        agents.get(startedCount).onClose();
      } catch (RuntimeException | Error error) {
        if (first == null) {
          first = error;
        } else {
          first.addSuppressed(error);
        }
      }
    }
    return first;
  }
}
