package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.craq.sim.SimRules;
import io.luciola.craq.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Shows that the simulator would tell: each planted bug is found, and the seed is printed. */
class PlantedBugsTest {

  private static final int SEEDS = 4000;
  private static final int LEAST_BUGS = 25;

  @Test
  void everyOneIsFound() {
    List<String> unfound = new ArrayList<>();
    Map<String, Supplier<SimRules>> bugs = PlantedBugs.all();
    System.out.printf("%-58s %6s %8s%n", "PLANTED BUG", "SEED", "ms");
    bugs.forEach(
        (name, rules) -> {
          long beganNs = System.nanoTime();
          long seed = firstSeedThatFinds(rules);
          long tookMs = (System.nanoTime() - beganNs) / 1_000_000;
          System.out.printf("%-58s %6s %8d%n", name, seed == 0 ? "-" : seed, tookMs);
          if (seed == 0) {
            unfound.add(name);
          }
        });
    assertEquals(List.of(), unfound, "not found within " + SEEDS + " seeds");
    assertTrue(bugs.size() >= LEAST_BUGS, "only " + bugs.size());
  }

  private static long firstSeedThatFinds(Supplier<SimRules> rules) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      if (isFound(new Simulation(seed, rules.get()))) {
        return seed;
      }
    }
    return 0;
  }

  private static boolean isFound(Simulation simulation) {
    try {
      return !simulation.run().isEmpty();
    } catch (AssertionError | RuntimeException found) {
      return true; // the replica, or the store, has noticed by itself
    }
  }
}
