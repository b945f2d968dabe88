package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.AdminQuery;
import io.luciola.cluster.cli.admin.ListTargetsVerb.TargetView;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code luciola admin list-targets}. */
@Command(
    name = "list-targets",
    description = "Lists all targets: what Mgmtd decided, and what their nodes say.")
final class ListTargetsVerb extends AdminQuery<List<TargetView>> {

  /** A target in a list. */
  record TargetView(
      long id,
      int node,
      int chain,
      String state,
      String reported,
      long usedBytes,
      long budgetBytes) {}

  @Override
  protected List<TargetView> select(GetStatusResponse status) {
    Map<Long, String> states =
        status.getRouting().getChainsList().stream()
            .flatMap(chain -> chain.getTargetsList().stream())
            .collect(
                Collectors.toMap(
                    target -> target.getTargetId(), target -> target.getState().name()));
    StatusFacts facts = new StatusFacts(status);
    return status.getRouting().getTargetsList().stream()
        .map(target -> view(target, states, facts.report(target.getId())))
        .toList();
  }

  private static TargetView view(Target target, Map<Long, String> states, TargetReport report) {
    return new TargetView(
        target.getId(),
        target.getNodeId(),
        target.getChainId(),
        states.getOrDefault(target.getId(), "-"),
        report.getState().name(),
        report.getUsedBytes(),
        target.getBudgetBytes());
  }

  @Override
  protected void print(List<TargetView> targets, PrintWriter out) {
    out.printf(
        "%12s  %5s  %7s  %-8s  %-8s  %14s  %14s%n",
        "TARGET", "NODE", "CHAIN", "STATE", "REPORTED", "USED BYTES", "BUDGET BYTES");
    for (TargetView target : targets) {
      out.printf(
          "%12d  %5d  %7d  %-8s  %-8s  %14d  %14d%n",
          target.id,
          target.node,
          target.chain,
          target.state,
          target.reported,
          target.usedBytes,
          target.budgetBytes);
    }
  }
}
