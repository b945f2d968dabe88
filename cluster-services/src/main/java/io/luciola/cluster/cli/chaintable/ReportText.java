package io.luciola.cluster.cli.chaintable;

import io.luciola.cluster.chart.HeatMap;
import io.luciola.cluster.chart.TerminalBars;
import io.luciola.cluster.chart.TerminalHeatMap;
import io.luciola.cluster.chart.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reports for people. */
final class ReportText {

  private static final int BAR_WIDTH = 40;
  private static final int MAX_NODES = 40;

  private final PrintWriter out;

  ReportText(PrintWriter out) {
    this.out = out;
  }

  /** A row for each measure, a column for each rule. */
  void measures(TableReport report) {
    TextTable table =
        new TextTable(
            Stream.concat(Stream.of("measure"), report.rules().stream().map(RuleReport::rule))
                .toList());
    for (Measure measure : rows(report)) {
      List<String> cells = new ArrayList<>(List.of(measure.name()));
      report.rules().forEach(rule -> cells.add(measure.of(rule)));
      table.add(cells);
    }
    table.lines().forEach(out::println);
    for (RuleReport rule : report.rules()) {
      if (rule.refusal() != null) {
        out.println(rule.rule() + " makes no table: " + rule.refusal());
      }
    }
  }

  private static List<Measure> rows(TableReport report) {
    List<Measure> rows = new ArrayList<>();
    if (report.rules().stream().anyMatch(rule -> rule.generationMs() != null)) {
      rows.add(Measure.generationTime());
    }
    rows.addAll(Measure.ofTable(report.stripe()));
    Optional<RuleReport> example =
        report.rules().stream().filter(rule -> !rule.fillings().isEmpty()).findFirst();
    example.ifPresent(
        rule -> {
          for (int workload = 0; workload < rule.fillings().size(); workload++) {
            rows.addAll(Measure.ofFilling(workload, rule.fillings().get(workload)));
          }
        });
    return rows;
  }

  /** The mean fill of the first disks of all nodes, of the second, and so on. */
  void bars(FillView fill) {
    TerminalBars.lines(
            fill.byDiskIndex().stream().map(disk -> "  disk " + disk.index()).toList(),
            fill.byDiskIndex().stream().mapToDouble(FillView.IndexFill::fill).toArray(),
            BAR_WIDTH)
        .forEach(out::println);
  }

  /** A digit for each disk; nothing for more nodes than one likes to read. */
  void heatMap(FillView fill) {
    HeatMap map = Pictures.heatMap("", fill);
    if (map.rows().size() <= MAX_NODES) {
      out.println();
      TerminalHeatMap.lines(map).forEach(line -> out.println("  " + line));
      out.println("  " + TerminalHeatMap.LEGEND);
    }
  }
}
