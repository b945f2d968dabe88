package io.luciola.cluster.cli.admin;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/**
 * How full a cluster is.
 *
 * @param usedBytes chunk capacity in use on all targets, each replica counted
 * @param budgetBytes what they may use
 * @param fullestTarget the target with the greatest part in use; 0 when there is none
 * @param fullestNode its node
 * @param fullestPercent of its budget
 */
record SpaceView(
    long usedBytes, long budgetBytes, long fullestTarget, int fullestNode, int fullestPercent) {

  static SpaceView of(GetStatusResponse status, StatusFacts facts) {
    List<Target> targets = status.getRouting().getTargetsList();
    Target fullest =
        targets.stream()
            .max(Comparator.comparingInt((Target target) -> percent(target, facts)))
            .orElse(Target.getDefaultInstance());
    return new SpaceView(
        targets.stream().mapToLong(target -> facts.report(target.getId()).getUsedBytes()).sum(),
        targets.stream().mapToLong(Target::getBudgetBytes).sum(),
        fullest.getId(),
        fullest.getNodeId(),
        percent(fullest, facts));
  }

  private static int percent(Target target, StatusFacts facts) {
    long used = facts.report(target.getId()).getUsedBytes();
    return (int) (100.0 * used / Math.max(1, target.getBudgetBytes()));
  }

  void print(PrintWriter out) {
    if (fullestTarget == 0) {
      return; // there is no chain table yet
    }
    out.printf(
        "%nSpace: %s of %s in use; fullest target: %d@%d, %d %%%n",
        ByteSize.approximate(usedBytes),
        ByteSize.approximate(budgetBytes),
        fullestTarget,
        fullestNode,
        fullestPercent);
  }
}
