package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.UpdateChainRequest;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin update-chain}. */
@Command(
    name = "update-chain",
    description = {
      "Adds a target to a chain, which is then refilled, or removes one that is OFFLINE.",
      "A target that was removed may come back to this chain, to no other."
    })
final class UpdateChainVerb extends AdminCommand {

  @Parameters(paramLabel = "CHAIN", description = "Its id.")
  private int chainId;

  @ArgGroup(multiplicity = "1")
  private Change wanted;

  /** One of the two. */
  static final class Change {

    @Option(names = "--add", paramLabel = "TARGET", description = "The target to add.")
    private long added;

    @Option(names = "--remove", paramLabel = "TARGET", description = "The target to remove.")
    private long removed;
  }

  @Override
  public Integer call() {
    boolean adds = wanted.added != 0;
    long targetId = adds ? wanted.added : wanted.removed;
    UpdateChainRequest request =
        UpdateChainRequest.newBuilder()
            .setChainId(chainId)
            .setTargetId(targetId)
            .setAction(adds ? UpdateChainRequest.Action.ADD : UpdateChainRequest.Action.REMOVE)
            .build();
    int version = change(mgmtd -> mgmtd.updateChain(request)).getChainVersion();
    out()
        .printf(
            "chain %d is %s target %d in version %d%n",
            chainId, adds ? "with" : "without", targetId, version);
    return 0;
  }
}
