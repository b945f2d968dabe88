package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.UnregisterNodeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin unregister-node}. */
@Command(
    name = "unregister-node",
    description = {
      "Forgets a node that is gone, and its targets.",
      "Refused while it lives or has a target in a chain; see update-chain."
    })
final class UnregisterNodeVerb extends AdminCommand {

  @Parameters(paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Override
  public Integer call() {
    UnregisterNodeRequest request = UnregisterNodeRequest.newBuilder().setNodeId(nodeId).build();
    change(mgmtd -> mgmtd.unregisterNode(request));
    out().printf("node %d is unregistered%n", nodeId);
    return 0;
  }
}
