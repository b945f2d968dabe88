package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.luciola.craq.Simulation.Plant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many seeds of the simulated chain; and planted bugs, to show that it would tell. */
class SimulationTest {

  private static final int SEEDS = 3000;

  @Test
  void noSeedBreaksAPromise() {
    long acknowledged = 0;
    long crashes = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation simulation = new Simulation(seed, Plant.NONE);
      List<String> violations = run(simulation, seed);
      assertTrue(violations.isEmpty(), "seed " + seed + ": " + violations);
      acknowledged += simulation.acknowledged;
      crashes += simulation.crashes;
    }
    assertTrue(acknowledged > 20L * SEEDS, "only " + acknowledged + " updates were acknowledged");
    assertTrue(crashes > SEEDS / 2, "only " + crashes + " crashes");
  }

  private static List<String> run(Simulation simulation, long seed) {
    try {
      return simulation.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    }
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 1; seed <= 50; seed++) {
      Simulation first = new Simulation(seed, Plant.NONE);
      Simulation second = new Simulation(seed, Plant.NONE);
      first.run();
      second.run();
      assertEquals(first.loop.traceHash(), second.loop.traceHash(), "seed " + seed);
    }
  }

  @Test
  void anAnswerBeforeTheSuccessorsIsFound() {
    assertFound(PlantedBugs.answersBeforeTheSuccessor());
  }

  @Test
  void aDirtyReadOfTheCommittedVersionWithoutAskingTheTailIsFound() {
    assertFound(PlantedBugs.readsCommittedWithoutAsking());
  }

  @Test
  void aDirtyReadOfThePendingVersionWithoutAskingTheTailIsFound() {
    assertFound(PlantedBugs.readsPendingWithoutAsking());
  }

  @Test
  void takingARivalForARepeatIsFound() {
    assertFound(PlantedBugs.takesRivalsForRepeats());
  }

  @Test
  void aTailThatReadsBeforeItCommitsWhatARestartLeftIsFound() {
    assertFound(PlantedBugs.tailReadsBeforeItSettles());
  }

  @Test
  void aForwardThatIsGivenUpIsFound() {
    assertFound(PlantedBugs.givesUpForwards());
  }

  @Test
  void clientsThatDoNotMarkRepeatsAreFoundToWriteTwice() {
    assertFound(new Plant(ChainReplica::new, false, false));
  }

  @Test
  void disksThatLoseAcknowledgedPreparesAreFound() {
    assertFound(new Plant(ChainReplica::new, true, true));
  }

  private static void assertFound(Plant plant) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        if (!new Simulation(seed, plant).run().isEmpty()) {
          return;
        }
      } catch (AssertionError e) {
        assertNotNull(e.getMessage(), "seed " + seed);
        return;
      }
    }
    fail("no seed up to " + SEEDS + " found the planted bug");
  }
}
