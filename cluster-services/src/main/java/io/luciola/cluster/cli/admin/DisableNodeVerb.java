package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.DisableNodeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code luciola admin disable-node}. */
@Command(
    name = "disable-node",
    description = {
      "Takes a node's targets out of their chains until it is enabled; its process may go on.",
      "Refused where a chain is served by this node alone."
    })
final class DisableNodeVerb extends AdminCommand {

  @Parameters(paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Option(names = "--force", description = "Even if chains serve no more without it.")
  private boolean force;

  @Override
  public Integer call() {
    DisableNodeRequest request =
        DisableNodeRequest.newBuilder().setNodeId(nodeId).setForce(force).build();
    change(mgmtd -> mgmtd.disableNode(request));
    out().printf("node %d is disabled%n", nodeId);
    return 0;
  }
}
