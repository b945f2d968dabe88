package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.mgmtd.proto.EnableNodeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin enable-node}. */
@Command(
    name = "enable-node",
    description = {
      "Counts on a node again that was disabled: its targets are refilled and come back."
    })
final class EnableNodeVerb extends AdminCommand {

  @Parameters(paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Override
  public Integer call() {
    EnableNodeRequest request = EnableNodeRequest.newBuilder().setNodeId(nodeId).build();
    change(mgmtd -> mgmtd.enableNode(request));
    out().printf("node %d is enabled%n", nodeId);
    return 0;
  }
}
