package io.luciola.cluster.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.craq.sim.Simulation;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luciola sim}: chains, clients and Mgmtds in simulated time. */
@Command(
    name = "sim",
    description =
        "Runs the replication protocol and the cluster manager in simulated time: nodes crash,"
            + " disks fail, connections break, Mgmtds lose their place; then everything is healed,"
            + " and what clients saw is judged. A seed is a schedule: the same one always does the"
            + " same.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What is simulated and judged: docs/replication.md.",
      "Exit codes: 0 no promise was broken, 1 some seed broke one, 2 wrong usage."
    })
final class SimVerb implements Callable<Integer> {

  private static final int BROKEN = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many seeds (default: ${DEFAULT-VALUE}).")
  private long seeds;

  @Option(
      names = "--from",
      paramLabel = "S",
      defaultValue = "1",
      description = "The first of them (default: ${DEFAULT-VALUE}).")
  private long from;

  @Option(names = "--seed", paramLabel = "S", description = "Only this seed.")
  private @Nullable Long seed;

  @Option(names = "--trace", description = "With --seed: print what happens, event by event.")
  private boolean trace;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Seeds run at a time (default: the number of processors).")
  private @Nullable Integer threads;

  @Override
  public Integer call() throws InterruptedException {
    if (trace && seed == null) {
      throw new ParameterException(spec.commandLine(), "--trace goes with --seed");
    }
    if (seeds < 1) {
      throw new ParameterException(spec.commandLine(), "--seeds must be at least 1");
    }
    if (threads != null && threads < 1) {
      throw new ParameterException(spec.commandLine(), "--threads must be at least 1");
    }
    if (!trace) {
      silenceEngines();
    }
    return seed != null ? one(seed) : many();
  }

  /** Crashes and lost devices, of which engines complain, are what is simulated. */
  private static void silenceEngines() {
    if (LoggerFactory.getLogger(BlockEngine.class.getPackageName()) instanceof Logger engines) {
      engines.setLevel(Level.OFF);
    }
  }

  private int one(long number) {
    PrintWriter out = spec.commandLine().getOut();
    Simulation simulation = new Simulation(number);
    if (trace) {
      simulation.traceTo(out);
    }
    List<String> violations = SeedRun.run(simulation);
    out.printf(
        "seed %d: %d updates acknowledged, %d versions of the chain, %.3f s simulated, trace"
            + " %016x%n",
        number,
        simulation.acknowledged(),
        simulation.chainChanges(),
        simulation.simulatedNs() / 1e9,
        simulation.traceHash());
    violations.forEach(violation -> out.println("BROKEN: " + violation));
    out.flush();
    return violations.isEmpty() ? 0 : BROKEN;
  }

  private int many() throws InterruptedException {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    SeedRun run = new SeedRun(from, seeds, workers, spec.commandLine().getErr());
    run.await();
    run.print(spec.commandLine().getOut());
    return run.broken() == 0 ? 0 : BROKEN;
  }
}
