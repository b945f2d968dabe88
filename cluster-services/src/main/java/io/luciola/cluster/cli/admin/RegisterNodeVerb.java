package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.ReserveNodeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code luciola admin register-node}. */
@Command(
    name = "register-node",
    description = {
      "Makes a node's id known before the node is there.",
      "Needed where Mgmtd runs with registered-only = true; elsewhere nodes register themselves."
    })
final class RegisterNodeVerb extends AdminCommand {

  @Parameters(index = "0", paramLabel = "NODE", description = "Its id.")
  private int nodeId;

  @Parameters(index = "1", paramLabel = "TYPE", description = "storage or meta.")
  private String type;

  @Override
  public Integer call() {
    ReserveNodeRequest request =
        ReserveNodeRequest.newBuilder().setNodeId(nodeId).setType(nodeType()).build();
    change(mgmtd -> mgmtd.reserveNode(request));
    out().printf("node %d is registered as a %s node%n", nodeId, type);
    return 0;
  }

  private NodeType nodeType() {
    return switch (type) {
      case "storage" -> NodeType.STORAGE;
      case "meta" -> NodeType.META;
      default -> throw CommandFailure.usage("a node is storage or meta, not " + type);
    };
  }
}
