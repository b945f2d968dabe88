package io.luciola.cluster.cli;

import io.luciola.craq.sim.Fault;
import io.luciola.craq.sim.Simulation;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many seeds of the simulator in some threads, and adds up what they did. */
final class SeedRun {

  private static final long REPORT_S = 5;
  private static final double NS_PER_HOUR = 3.6e12;
  private static final double NS_PER_MINUTE = 6e10;

  private final long first;
  private final long count;
  private final PrintWriter progress;
  private final ExecutorService threads;
  private final AtomicLong next;
  private final long beganNs = System.nanoTime();
  private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
  private long done;
  private long broken;
  private long onEngines;
  private long acknowledged;
  private long changes;
  private double simulatedNs;
  private long tookNs;

  /**
   * Starts.
   *
   * @param progress hears of broken promises at once, and now and then how far it is
   */
  SeedRun(long first, long count, int workers, PrintWriter progress) {
    this.first = first;
    this.count = count;
    this.progress = progress;
    this.next = new AtomicLong(first);
    threads = Executors.newFixedThreadPool(workers);
    for (int i = 0; i < workers; i++) {
      threads.execute(this::work);
    }
    threads.shutdown();
  }

  /** Waits for the last seed. */
  void await() throws InterruptedException {
    while (!threads.awaitTermination(REPORT_S, TimeUnit.SECONDS)) {
      synchronized (this) {
        progress.printf("sim: %d of %d seeds, %d broken%n", done, count, broken);
        progress.flush();
      }
    }
    tookNs = System.nanoTime() - beganNs;
  }

  private void work() {
    for (long seed = next.getAndIncrement(); seed < first + count; seed = next.getAndIncrement()) {
      Simulation simulation = new Simulation(seed);
      note(seed, simulation, run(simulation));
    }
  }

  /** What went wrong in a seed, an error of the protocol's own included. */
  static List<String> run(Simulation simulation) {
    try {
      return simulation.run();
    } catch (RuntimeException | AssertionError noticed) {
      return List.of(noticed.toString());
    }
  }

  private synchronized void note(long seed, Simulation simulation, List<String> violations) {
    done++;
    acknowledged += simulation.acknowledged();
    changes += simulation.chainChanges();
    onEngines += simulation.usesEngine() ? 1 : 0;
    simulatedNs += simulation.simulatedNs();
    simulation.faults().forEach((fault, times) -> faults.merge(fault, (long) times, Long::sum));
    if (!violations.isEmpty()) {
      broken++;
      progress.printf(
          "BROKEN in seed %d: %s%nrepeat: luciola sim --seed %d --trace%n", seed, violations, seed);
      progress.flush();
    }
  }

  /** Seeds that broke a promise. */
  synchronized long broken() {
    return broken;
  }

  synchronized void print(PrintWriter out) {
    out.printf(
        "%d seeds, %d of them on real block engines; %d broke a promise%n",
        done, onEngines, broken);
    out.printf(
        "%d updates acknowledged, %d versions of chains, %.2f hours simulated in %.1f s"
            + " (%.2f hours a minute)%n",
        acknowledged,
        changes,
        simulatedNs / NS_PER_HOUR,
        tookNs / 1e9,
        simulatedNs / NS_PER_HOUR / (tookNs / NS_PER_MINUTE));
    faults.forEach(
        (fault, times) ->
            out.printf(
                "%10d  %s%n", times, fault.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    out.flush();
  }
}
