package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.status.ClusterStatus;
import io.luciola.cluster.cli.status.ClusterStatus.NodeStatus;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code luciola admin list-nodes}. */
@Command(name = "list-nodes", description = "Lists all nodes.")
final class ListNodesVerb extends AdminQuery<List<NodeStatus>> {

  @Override
  protected List<NodeStatus> select(GetStatusResponse status) {
    return ClusterStatus.of(status).nodes();
  }

  @Override
  protected void print(List<NodeStatus> nodes, PrintWriter out) {
    ClusterStatus.printNodes(nodes, out);
  }
}
