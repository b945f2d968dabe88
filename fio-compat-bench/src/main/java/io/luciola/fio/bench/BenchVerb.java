package io.luciola.fio.bench;

import io.luciola.fio.failover.FailoverBenchVerb;
import io.luciola.fio.failover.RefillBenchVerb;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code luciola bench}: a group of comparisons. */
@Command(
    name = "bench",
    description = "Measures Luciola against what it replaces, and says which bars are reached.",
    subcommands = {
      EngineBenchVerb.class,
      ManyChunksVerb.class,
      FailoverBenchVerb.class,
      RefillBenchVerb.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    footer = {
      "",
      "'luciola bench micro [PATTERN]' runs the microbenchmarks (JMH).",
      "Exit codes: 0 all bars reached, 1 some missed, 2 it cannot run."
    })
public final class BenchVerb implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** For picocli. */
  public BenchVerb() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Bench what?");
  }
}
