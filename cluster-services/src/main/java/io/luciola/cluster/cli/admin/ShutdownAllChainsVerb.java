package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminWaitingCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.ShutDownChainsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code luciola admin shutdown-all-chains}. */
@Command(
    name = "shutdown-all-chains",
    description = {
      "Stops all chains before the whole cluster is stopped: every replica then has all"
          + " acknowledged data, and whichever node is started first serves.",
      "The chains serve again when their nodes' processes are started anew."
    })
final class ShutdownAllChainsVerb extends AdminWaitingCommand {

  @Option(
      names = "--yes",
      required = true,
      description = "Says that it is meant: clients wait or fail from now on.")
  private boolean meant;

  @Override
  public Integer call() {
    if (!meant) {
      throw CommandFailure.usage("without --yes nothing is done");
    }
    int nodes =
        change(mgmtd -> mgmtd.shutDownChains(ShutDownChainsRequest.getDefaultInstance()))
            .getNodes();
    out().printf("%d nodes are asked to stop to serve%n", nodes);
    out().flush();
    await(
        "that no chain serves",
        status -> status.getRouting().getChainsList().stream().noneMatch(this::serves));
    out().println("no chain serves any more: the cluster's processes can be ended");
    return 0;
  }

  private boolean serves(Chain chain) {
    return chain.getTargetsList().stream()
        .anyMatch(target -> target.getState() == PublicTargetState.SERVING);
  }
}
