package io.luciola.blockstore.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeAgentTest {

  private final List<String> trace = new ArrayList<>();

  private final class Part implements Agent {
    private final String name;
    private String failsAt = "";

    Part(String name) {
      this.name = name;
    }

    Part failingAt(String step) {
      failsAt = step;
      return this;
    }

    @Override
    public void onStart() {
      did("start");
    }

    @Override
    public int doWork() {
      did("work");
      return 2;
    }

    @Override
    public void onClose() {
      did("close");
    }

    @Override
    public String roleName() {
      return name;
    }

    private void did(String step) {
      trace.add(step + " " + name);
      if (failsAt.equals(step)) {
        throw new IllegalStateException(step + " " + name);
      }
    }
  }

  @Test
  void startsAndWorksInOrderAndClosesInReverseOrder() {
    try (AgentInvoker invoker =
        new AgentInvoker(new CompositeAgent("both", new Part("a"), new Part("b")))) {
      assertEquals(4, invoker.invoke());
    }

    assertEquals(List.of("start a", "start b", "work a", "work b", "close b", "close a"), trace);
  }

  @Test
  void goesOnBehindThePartThatThrew() {
    CompositeAgent agent =
        new CompositeAgent("three", new Part("a"), new Part("b").failingAt("work"), new Part("c"));

    assertThrows(IllegalStateException.class, agent::doWork);
    assertEquals(2, agent.doWork());
    assertThrows(IllegalStateException.class, agent::doWork);

    assertEquals(List.of("work a", "work b", "work c", "work a", "work b"), trace);
  }

  @Test
  void closesAllEvenWhenSomeThrow() {
    CompositeAgent agent =
        new CompositeAgent(
            "three",
            new Part("a").failingAt("close"),
            new Part("b"),
            new Part("c").failingAt("close"));
    agent.onStart();
    trace.clear();

    IllegalStateException error = assertThrows(IllegalStateException.class, agent::onClose);

    assertEquals(List.of("close c", "close b", "close a"), trace);
    assertEquals("close c", error.getMessage());
    assertEquals("close a", error.getSuppressed()[0].getMessage());
  }

  @Test
  void closesWhatHadStartedWhenOneCannotStart() {
    CompositeAgent agent =
        new CompositeAgent("three", new Part("a"), new Part("b").failingAt("start"), new Part("c"));

    assertThrows(IllegalStateException.class, agent::onStart);

    assertEquals(List.of("start a", "start b", "close a"), trace);
  }

  @Test
  void theInvokerHandsExceptionsToItsCallerAndClosesOnce() {
    Part part = new Part("a").failingAt("work");
    AgentInvoker invoker = new AgentInvoker(part);

    assertSame(
        IllegalStateException.class,
        assertThrows(IllegalStateException.class, invoker::invoke).getClass());
    invoker.close();
    invoker.close();

    assertEquals(List.of("start a", "work a", "close a"), trace);
    assertThrows(IllegalStateException.class, invoker::invoke);
  }

  @Test
  void anInvokerThatNeverRanClosesNothing() {
    new AgentInvoker(new Part("a")).close();

    assertEquals(List.of(), trace);
  }

  @Test
  void refusesToBeEmpty() {
    assertThrows(IllegalArgumentException.class, () -> new CompositeAgent("none"));
  }
}
