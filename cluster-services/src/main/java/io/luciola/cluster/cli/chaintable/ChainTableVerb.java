package io.luciola.cluster.cli.chaintable;

import picocli.CommandLine.Command;

/** {@code luciola chain-table}: how chains are laid over nodes and disks, and how good that is. */
@Command(
    name = "chain-table",
    description =
        "Plans chain tables, compares how they can be made, shows those of a cluster, and simulates"
            + " how one fills and grows.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    subcommands = {PlanVerb.class, CompareVerb.class, ShowVerb.class, SimulateVerb.class},
    footer = {
      "",
      "How chains are made and what the figures mean: docs/placement.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
public final class ChainTableVerb {}
