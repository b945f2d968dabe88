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
      ListDisksVerb.class,
      ListTargetsVerb.class,
      ListChainTablesVerb.class,
      OfflineTargetVerb.class,
      DumpChunkMetaVerb.class,
      QueryChunkVerb.class,
      ChecksumVerb.class,
      FindOrphanedChunksVerb.class,
      ReleaseTargetVerb.class,
      RotateLastServingVerb.class,
      SetPreferredTargetOrderVerb.class,
      RotateAsPreferredOrderVerb.class,
      CreateTargetVerb.class,
      UploadChainsVerb.class,
      UploadChainTableVerb.class,
      UpdateChainVerb.class,
      GrowVerb.class,
      AddDiskVerb.class,
      ReplaceDiskVerb.class,
      RetireTargetVerb.class,
      RegisterNodeVerb.class,
      EnableNodeVerb.class,
      DisableNodeVerb.class,
      UnregisterNodeVerb.class,
      ShutdownAllChainsVerb.class,
      SetConfigVerb.class,
      GetConfigVerb.class,
      VerifyConfigVerb.class,
      SetLayoutVerb.class,
      GetLayoutVerb.class
    })
final class AdminVerb {}
