package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.admin.chunks.ChecksumVerb;
import io.luciola.cluster.cli.admin.chunks.DumpChunkMetaVerb;
import io.luciola.cluster.cli.admin.chunks.FindOrphanedChunksVerb;
import io.luciola.cluster.cli.admin.chunks.QueryChunkVerb;
import io.luciola.cluster.cli.admin.growth.AddDiskVerb;
import io.luciola.cluster.cli.admin.growth.GrowVerb;
import io.luciola.cluster.cli.admin.growth.ListDisksVerb;
import io.luciola.cluster.cli.admin.growth.ReplaceDiskVerb;
import io.luciola.cluster.cli.admin.growth.RetireTargetVerb;
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
public final class AdminVerb {}
