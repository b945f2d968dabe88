package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/**
 * The whole interface of the engine, held against plain arrays, with restarts, losses of power and
 * device faults in between.
 */
class ConformityTest {

  private static final int CHAIN = 500;
  private static final AtomicLong OPERATIONS = new AtomicLong();

  @AfterProperty
  void report() {
    System.out.println(OPERATIONS.get() + " operations so far");
  }

  @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED)
  void behavesLikeArrays(@ForAll("chains") ActionChain<FaultyEngine> chain) {
    run(chain);
  }

  @Tag("slow")
  @Property(tries = 2200, shrinking = ShrinkingMode.BOUNDED)
  void behavesLikeArraysForAMillionOperations(@ForAll("chains") ActionChain<FaultyEngine> chain) {
    run(chain);
    assertTrue(OPERATIONS.get() > 0);
  }

  private static void run(ActionChain<FaultyEngine> chain) {
    FaultyEngine engine = chain.run();
    OPERATIONS.addAndGet(engine.operations());
    engine.finish();
  }

  /** A random workload without jqwik, for hunts and for repeating a seed. */
  static void runRandomly(long seed, int operations) {
    FaultyEngine engine = new FaultyEngine();
    RandomOperations random = new RandomOperations(seed);
    Random dice = new Random(seed);
    for (int i = 0; i < operations; i++) {
      engine.run(dice.nextInt(150) == 0 ? new Operation.Reopen() : random.next());
    }
    engine.finish();
  }

  @Provide
  Arbitrary<ActionChain<FaultyEngine>> chains() {
    return ActionChain.startWith(FaultyEngine::new)
        .withAction(12, operation("prepare", changes().map(Operation.Prepare::new)))
        .withAction(4, operation("update", changes().map(Operation.Update::new)))
        .withAction(8, operation("commit", chunks().map(Operation.Commit::new)))
        .withAction(2, operation("discard", chunks().map(Operation.Discard::new)))
        .withAction(6, operation("read", reads()))
        .withAction(
            6, operation("work", Arbitraries.integers().between(1, 8).map(Operation.Work::new)))
        .withAction(1, operation("sync", Arbitraries.just(new Operation.Sync())))
        .withAction(1, operation("target", targets()))
        .withAction(1, operation("remove", removals()))
        .withAction(
            3,
            operation(
                "again", Arbitraries.just(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30))))
        .withAction(1, operation("reopen", Arbitraries.just(new Operation.Reopen())))
        .withAction(1, mutation("power", (engine, seed) -> engine.losePower()))
        .withAction(1, mutation("fault", FaultyEngine::failSome))
        .withMaxTransformations(CHAIN);
  }

  private static Action<FaultyEngine> operation(
      String name, Arbitrary<? extends Operation> operations) {
    return new Action.Independent<>() {
      @Override
      public Arbitrary<Transformer<FaultyEngine>> transformer() {
        return operations.map(
            operation -> Transformer.mutate(operation.toString(), engine -> engine.run(operation)));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  /** Something that takes a seed. */
  @FunctionalInterface
  private interface Seeded {
    void apply(FaultyEngine engine, long seed);
  }

  private static Action<FaultyEngine> mutation(String name, Seeded action) {
    return new Action.Independent<>() {
      @Override
      public Arbitrary<Transformer<FaultyEngine>> transformer() {
        return Arbitraries.longs()
            .map(
                seed ->
                    Transformer.mutate(name + " " + seed, engine -> action.apply(engine, seed)));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private static Arbitrary<Integer> chunks() {
    return Arbitraries.integers().between(0, EngineModel.CHUNKS - 1);
  }

  private static Arbitrary<Change> changes() {
    return Combinators.combine(chunks(), Arbitraries.longs())
        .as((chunk, seed) -> new RandomOperations(seed).change(chunk));
  }

  private static Arbitrary<Operation.Read> reads() {
    return Combinators.combine(
            chunks(),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 100_000),
            Arbitraries.integers().between(0, 150_000))
        .as(Operation.Read::new);
  }

  private static Arbitrary<Operation.RemoveTarget> removals() {
    return Arbitraries.of(EngineModel.TARGET, 100L, 101L, 110L).map(Operation.RemoveTarget::new);
  }

  private static Arbitrary<Operation.CreateTarget> targets() {
    return Combinators.combine(
            Arbitraries.longs().between(100, 110), Arbitraries.longs().between(0, 1 << 30))
        .as(Operation.CreateTarget::new);
  }
}
