package io.luciola.craq.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many seeds of the simulated chain; {@code PlantedBugsTest} shows that it would tell. */
class SimulationTest {

  private static final int SEEDS = 2000;

  @Test
  void noSeedBreaksAPromise() {
    long acknowledged = 0;
    long changes = 0;
    long onEngines = 0;
    Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    for (long seed = 1; seed <= SEEDS; seed++) {
      Simulation simulation = new Simulation(seed);
      List<String> violations = run(simulation, seed);
      assertTrue(violations.isEmpty(), message(seed, violations.toString()));
      acknowledged += simulation.acknowledged();
      changes += simulation.chainChanges();
      onEngines += simulation.usesEngine() ? simulation.acknowledged() : 0;
      simulation.faults().forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
    }
    assertTrue(acknowledged > 20L * SEEDS, "only " + acknowledged + " updates were acknowledged");
    assertTrue(changes > SEEDS, "only " + changes + " versions of chains");
    assertTrue(onEngines > SEEDS / 2, "only " + onEngines + " updates went to real engines");
    for (Fault fault : Fault.values()) {
      assertTrue(faults.getOrDefault(fault, 0) > SEEDS / 50, fault + ": " + faults);
    }
  }

  private static List<String> run(Simulation simulation, long seed) {
    try {
      return simulation.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(message(seed, e.toString()), e);
    }
  }

  private static String message(long seed, String what) {
    return what + "; repeat: ./luciola sim --seed " + seed + " --trace";
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 1; seed <= 50; seed++) {
      Simulation first = new Simulation(seed);
      Simulation second = new Simulation(seed);
      first.run();
      second.run();
      assertEquals(first.traceHash(), second.traceHash(), "seed " + seed);
      assertTrue(first.simulatedNs() > 0, "seed " + seed);
    }
  }
}
