package io.luciola.cluster.cli.chaintable;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.chart.TextTable;
import io.luciola.cluster.cli.chaintable.PlanReport.DiskPlan;
import io.luciola.cluster.cli.chaintable.PlanReport.NodePlan;
import io.luciola.cluster.cli.chaintable.PlanReport.SlotPlan;
import io.luciola.cluster.cli.chaintable.PlanReport.TablePlan;
import io.luciola.cluster.cli.chaintable.PlanReport.TargetPlan;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What would be made, for people. */
final class PlanText {

  /** Of so many disks each is listed. */
  private static final int MAX_DISKS = 100;

  private final PlanReport plan;
  private final PrintWriter out;

  PlanText(PlanReport plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  void print(boolean chains) {
    ReportText text = new ReportText(out);
    for (TableReport table : plan.tables()) {
      out.printf(
          "Chain table %d: %d replicas, seed %d%n%n", table.table(), table.replicas(), plan.seed());
      text.measures(table);
      out.println();
    }
    nodes();
    if (plan.nodes().stream().mapToInt(node -> node.disks().size()).sum() <= MAX_DISKS) {
      disks();
    }
    if (chains) {
      plan.chains().forEach(this::chains);
    }
    for (TableReport table : plan.tables()) {
      FillView fill = table.rules().getFirst().firstFill();
      if (fill != null) {
        out.printf(
            "Table %d after %s, mean fill by disk index%n",
            table.table(), table.rules().getFirst().fillings().getFirst().workload());
        text.bars(fill);
        text.heatMap(fill);
      }
    }
  }

  private void nodes() {
    TextTable table =
        new TextTable(List.of("NODE", "ZONE", "DISKS", "TARGETS", "HEADS", "USABLE", "LEFT OVER"));
    for (NodePlan node : plan.nodes()) {
      table.add(
          List.of(
              "" + node.node(),
              node.zone().isEmpty() ? "-" : node.zone(),
              "" + node.disks().size(),
              "" + node.targets(),
              "" + node.heads(),
              ByteSize.approximate(node.usableBytes()),
              ByteSize.approximate(node.leftOverBytes())));
    }
    print(table);
  }

  private void disks() {
    TextTable table =
        new TextTable(
            List.of("NODE/DISK", "UUID", "SIZE", "TARGETS", "HEADS", "USABLE", "LEFT OVER"));
    for (NodePlan node : plan.nodes()) {
      for (DiskPlan disk : node.disks()) {
        table.add(
            List.of(
                node.node() + "/" + disk.index(),
                disk.uuid(),
                ByteSize.approximate(disk.sizeBytes()),
                "" + disk.targets(),
                "" + disk.heads(),
                ByteSize.approximate(disk.usableBytes()),
                ByteSize.approximate(disk.leftOverBytes())));
      }
    }
    print(table);
  }

  private void chains(TablePlan plan) {
    Map<Long, String> names = new HashMap<>();
    for (TargetPlan target : this.plan.targets()) {
      names.put(target.id(), target.id() + "@" + target.node() + "/" + target.disk());
    }
    out.printf("Chains of table %d: targets @ node / disk, head first%n", plan.table());
    out.printf("%6s  %5s  %6s  %s%n", "SLOT", "ROUND", "CHAIN", "TARGETS");
    for (SlotPlan slot : plan.slots()) {
      out.printf(
          "%6d  %5d  %6d  %s%n",
          slot.slot(),
          slot.round(),
          slot.chain(),
          slot.targets().stream().map(names::get).collect(Collectors.joining("  ")));
    }
    out.println();
  }

  private void print(TextTable table) {
    table.lines().forEach(out::println);
    out.println();
  }
}
