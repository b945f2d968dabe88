package io.luciola.blockstore.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.AgentErrorHandler.Decision;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentRunnerTest {

  private final List<String> trace = new CopyOnWriteArrayList<>();

  /** Writes what happens to it; works as told. */
  private final class TracingAgent implements Agent {
    private final String name;
    private final Runnable work;
    final CountDownLatch rounds = new CountDownLatch(5);

    TracingAgent(String name, Runnable work) {
      this.name = name;
      this.work = work;
    }

    @Override
    public void onStart() {
      trace.add("start " + name);
    }

    @Override
    public int doWork() {
      rounds.countDown();
      work.run();
      return 0;
    }

    @Override
    public void onClose() {
      trace.add("close " + name);
    }

    @Override
    public String roleName() {
      return name;
    }
  }

  @Test
  void startsInOrderAndClosesInReverseOrderOnItsOwnThread() throws InterruptedException {
    AtomicReference<Thread> worker = new AtomicReference<>();
    TracingAgent one = new TracingAgent("one", () -> worker.set(Thread.currentThread()));
    TracingAgent two = new TracingAgent("two", () -> {});
    AgentRunner runner = runner(AgentErrorHandler.logging(), one, two).start();
    two.rounds.await();
    assertTrue(runner.isRunning());

    runner.close();

    assertFalse(runner.isRunning());
    assertEquals(List.of("start one", "start two", "close two", "close one"), trace);
    assertEquals("test-runner", worker.get().getName());
    assertFalse(worker.get().isVirtual());
  }

  @Test
  void anErrorGoesToTheHandlerAndTheAgentGoesOnWhenItSaysSo() throws InterruptedException {
    List<Integer> failures = new CopyOnWriteArrayList<>();
    TracingAgent failing =
        new TracingAgent(
            "failing",
            () -> {
              throw new IllegalStateException("planted");
            });
    AgentErrorHandler goOn =
        (_, error, failuresInARow) -> {
          assertEquals("planted", error.getMessage());
          failures.add(failuresInARow);
          return Decision.GO_ON;
        };

    try (AgentRunner runner = runner(goOn, failing).start()) {
      failing.rounds.await();
      assertTrue(runner.isRunning());
    }

    assertEquals(List.of(1, 2, 3, 4), failures.subList(0, 4));
    assertEquals(List.of("start failing", "close failing"), trace);
  }

  @Test
  void anAgentThatIsStoppedDoesNotStopTheOthers() throws InterruptedException {
    TracingAgent broken =
        new TracingAgent(
            "broken",
            () -> {
              throw new AssertionError("planted");
            });
    TracingAgent sound = new TracingAgent("sound", () -> {});

    try (AgentRunner runner = runner(AgentErrorHandler.logging(), broken, sound).start()) {
      sound.rounds.await();
      assertTrue(runner.isRunning());
      assertTrue(trace.contains("close broken"));
      assertEquals(4, broken.rounds.getCount(), "called once, never again");
    }

    assertEquals(List.of("start broken", "start sound", "close broken", "close sound"), trace);
  }

  @Test
  void endsWithItsLastAgent() throws InterruptedException {
    TracingAgent failing =
        new TracingAgent(
            "failing",
            () -> {
              throw new IllegalStateException("planted");
            });

    AgentRunner runner = runner((_, _, _) -> Decision.STOP_AGENT, failing).start();

    assertTrue(runner.stop(30_000));
    assertEquals(List.of("start failing", "close failing"), trace);
  }

  @Test
  void anAgentThatCannotStartIsReportedAndLeftOut() throws InterruptedException {
    CountDownLatch reported = new CountDownLatch(1);
    Agent unable =
        new Agent() {
          @Override
          public void onStart() {
            throw new IllegalStateException("planted");
          }

          @Override
          public int doWork() {
            trace.add("worked unstarted");
            return 0;
          }

          @Override
          public String roleName() {
            return "unable";
          }
        };
    TracingAgent sound = new TracingAgent("sound", () -> {});
    AgentErrorHandler handler =
        (agent, _, _) -> {
          assertSame(unable, agent);
          reported.countDown();
          return Decision.GO_ON;
        };

    try (AgentRunner runner = runner(handler, unable, sound).start()) {
      reported.await();
      sound.rounds.await();
      assertTrue(runner.isRunning());
    }

    assertEquals(List.of("start sound", "close sound"), trace);
  }

  @Test
  void stopWaitsNoLongerThanItIsTold() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    TracingAgent stuck =
        new TracingAgent(
            "stuck",
            () -> {
              entered.countDown();
              try {
                assertTrue(leave.await(60, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    AgentRunner runner = runner(AgentErrorHandler.logging(), stuck).start();
    entered.await();

    assertFalse(runner.stop(10));
    leave.countDown();

    assertTrue(runner.stop(30_000));
  }

  @Test
  void refusesASecondStartAndHavingNothingToRun() {
    AgentRunner runner = runner(AgentErrorHandler.logging(), new TracingAgent("a", () -> {}));
    runner.close();
    runner.start();
    assertThrows(IllegalStateException.class, runner::start);
    runner.close();
    assertThrows(IllegalArgumentException.class, () -> runner(AgentErrorHandler.logging()));
  }

  @Test
  void theLoggingHandlerStopsAfterAnErrorOrTooManyFailures() {
    Agent agent = new TracingAgent("any", () -> {});
    AgentErrorHandler handler = AgentErrorHandler.logging();
    RuntimeException planted = new RuntimeException("planted, this is a test");

    assertEquals(Decision.GO_ON, handler.onError(agent, planted, 1));
    assertEquals(
        Decision.STOP_AGENT,
        handler.onError(agent, planted, AgentErrorHandler.MAX_FAILURES_IN_A_ROW));
    assertEquals(Decision.STOP_AGENT, handler.onError(agent, new AssertionError("planted"), 1));
  }

  private static AgentRunner runner(AgentErrorHandler handler, Agent... agents) {
    return new AgentRunner("test-runner", IdleStrategy.backoff(), handler, agents);
  }
}
