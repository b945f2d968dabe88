package io.luciola.cluster.cli;

import picocli.CommandLine.Command;

/** {@code luciola admin}: looks into a cluster's chains and changes them by hand. */
@Command(
    name = "admin",
    description = "Looks into a cluster's chains, and changes them by hand.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      AdminStatusVerb.class,
      ListNodesVerb.class,
      ListChainsVerb.class,
      ListTargetsVerb.class,
      ListChainTablesVerb.class,
      OfflineTargetVerb.class,
      RotateLastServingVerb.class,
      DumpChunkMetaVerb.class,
      QueryChunkVerb.class,
      ChecksumVerb.class,
      FindOrphanedChunksVerb.class
    })
final class AdminVerb {}
