package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.PlacementRule;
import io.luciola.chaintable.placement.TableRequest;
import io.luciola.cluster.chart.ChartPage;
import io.luciola.cluster.cli.CommandFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luciola chain-table compare}. */
@Command(
    name = "compare",
    description = {
      "Makes chain tables by Luciola's rule and by 3FS's, and judges both: how many disks a file"
          + " uses, what the survivors of a node read more, how full the disks are when files were"
          + " written.",
      "Everything is reckoned; no cluster is asked."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What the measures mean: docs/placement.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or tables that cannot be made."
    })
final class CompareVerb implements Callable<Integer> {

  /** What is printed for programs. */
  record Comparison(int nodes, int disks, long seed, List<TableReport> tables) {}

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private JudgementOptions judging;

  @Option(
      names = "--stripe",
      paramLabel = "S",
      description = "Chains of a file (default: Luciola's minimum stripe).")
  private @Nullable Integer stripe;

  @Mixin private ReportOutput output;

  @Override
  public Integer call() {
    PlacementRequest request = cluster.request(PlacementRule.DISPERSED);
    Comparison comparison = compare(request);
    output.give(
        comparison,
        spec.commandLine().getOut(),
        writer -> print(comparison, writer),
        file -> draw(comparison, file));
    return 0;
  }

  private Comparison compare(PlacementRequest request) {
    double until = judging.until();
    List<TableReport> tables = new ArrayList<>();
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = new Progress(err, Progress.PATIENCE, "making chains")) {
      List<Proposal> proposals = new ArrayList<>();
      for (PlacementRule rule : PlacementRule.values()) {
        progress.begin("making chains by the rule " + RuleName.of(rule));
        proposals.add(Proposal.make(request.by(rule)));
      }
      if (proposals.stream().allMatch(proposal -> proposal.placement().isEmpty())) {
        throw CommandFailure.usage(proposals.getFirst().refusal());
      }
      for (int i = 0; i < request.tables().size(); i++) {
        tables.add(report(request.tables().get(i), i, proposals, until, progress));
      }
    }
    int disks = request.nodes().stream().mapToInt(node -> node.disks().size()).sum();
    return new Comparison(request.nodes().size(), disks, request.seed(), tables);
  }

  private TableReport report(
      TableRequest wanted, int place, List<Proposal> proposals, double until, Progress progress) {
    int used = 0;
    List<RuleReport> reports = new ArrayList<>();
    for (Proposal proposal : proposals) {
      if (proposal.placement().isEmpty()) {
        reports.add(RuleReport.refused(proposal));
        continue;
      }
      PlacedTable placed = proposal.placed(place);
      if (used == 0) {
        used = stripe == null ? Stripes.of(placed, proposal.request().rule()) : checked(stripe);
      }
      reports.add(
          RuleReport.of(proposal, placed, used, judging.workloads(placed), until, progress));
    }
    return new TableReport(wanted.tableId(), wanted.replicas(), used, reports);
  }

  static int checked(int stripe) {
    if (stripe < 1) {
      throw CommandFailure.usage("--stripe is at least 1, not " + stripe);
    }
    return stripe;
  }

  private static void print(Comparison comparison, PrintWriter out) {
    ReportText text = new ReportText(out);
    for (TableReport table : comparison.tables) {
      out.printf(
          "Chain table %d: %d disks on %d nodes, %d replicas, seed %d%n%n",
          table.table(), comparison.disks, comparison.nodes, table.replicas(), comparison.seed);
      text.measures(table);
      for (RuleReport rule : table.rules()) {
        FillView fill = rule.firstFill();
        if (fill != null) {
          out.printf(
              "%nMean fill by disk index after %s, %s%n",
              rule.fillings().getFirst().workload(), rule.rule());
          text.bars(fill);
          text.heatMap(fill);
        }
      }
      out.println();
    }
  }

  private static void draw(Comparison comparison, Path file) {
    List<ChartPage.Panel> panels = new ArrayList<>();
    for (TableReport table : comparison.tables) {
      String suffix = comparison.tables.size() == 1 ? "" : ", table " + table.table();
      for (RuleReport rule : table.rules()) {
        panels.addAll(rule.panels(rule.rule() + suffix));
      }
    }
    Pictures.write(
        file,
        "Chain tables over " + comparison.nodes + " nodes with " + comparison.disks + " disks",
        panels);
  }
}
