package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.analysis.Expansion;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.chaintable.placement.PlacementRule;
import io.luciola.cluster.chart.ChartPage;
import io.luciola.cluster.chart.TextTable;
import io.luciola.cluster.cli.CommandFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luciola chain-table simulate}. */
@Command(
    name = "simulate",
    description = {
      "Fills a cluster, adds empty nodes or disks to it, and goes on: with the code by which"
          + " 'luciola admin grow' plans and Meta gives chains to files, and as 3FS would.",
      "Everything is reckoned; no cluster is asked."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What is simulated: docs/placement.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or tables that cannot be made."
    })
final class SimulateVerb implements Callable<Integer> {

  private static final int MANY_FILES = 1_000;
  private static final int ROWS = 20;

  /** What is printed for programs. */
  record Result(
      int nodes, int nodesAfter, int stripe, long fileBytes, List<ExpansionReport> rules) {}

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--add-nodes",
      paramLabel = "N",
      defaultValue = "0",
      description = "So many empty nodes like the last one come.")
  private int addedNodes;

  @Option(
      names = "--add-disks",
      paramLabel = "M",
      defaultValue = "0",
      description = "Each node gets so many empty disks like its last one.")
  private int addedDisks;

  @Option(
      names = "--fill",
      paramLabel = "PERCENT",
      defaultValue = "80",
      description = "How full the cluster is when it grows (default: ${DEFAULT-VALUE}).")
  private double fillPercent;

  @Option(
      names = "--until",
      paramLabel = "PERCENT",
      defaultValue = "95",
      description = "Writing goes on until so much of all is full (default: ${DEFAULT-VALUE}).")
  private double untilPercent;

  @Option(
      names = "--file-size",
      paramLabel = "SIZE",
      converter = SizeOption.class,
      description = "Size of the files (default: a thousandth of what the cluster holds at first).")
  private @Nullable Long fileBytes;

  @Option(
      names = "--stripe",
      paramLabel = "S",
      description = "Chains of a file (default: Luciola's minimum stripe at first).")
  private @Nullable Integer stripe;

  @Mixin private ReportOutput output;

  @Override
  public Integer call() {
    check();
    PlacementRequest before = cluster.request(PlacementRule.DISPERSED);
    Proposal proposal = Proposal.make(before);
    if (proposal.placement().isEmpty()) {
      throw CommandFailure.usage(proposal.refusal());
    }
    PlacedTable placed = proposal.placed(0);
    List<PlacementNode> after = GrownNodes.of(before.nodes(), addedNodes, addedDisks);
    Expansion.Scenario scenario =
        new Expansion.Scenario(
            before,
            after,
            stripe == null ? Stripes.covering(placed) : CompareVerb.checked(stripe),
            fileBytes == null ? usualFileBytes(placed) : fileBytes,
            fillPercent / 100,
            untilPercent / 100);
    Set<String> oldDisks = new HashSet<>();
    before.nodes().forEach(node -> node.disks().forEach(disk -> oldDisks.add(disk.uuid())));
    Result result =
        new Result(
            before.nodes().size(),
            after.size(),
            scenario.stripe(),
            scenario.fileBytes(),
            List.of(
                report(PlacementRule.DISPERSED, Expansion::dispersed, scenario, oldDisks),
                report(PlacementRule.BY_DISK_INDEX, Expansion::byDiskIndex, scenario, oldDisks)));
    output.give(
        result,
        spec.commandLine().getOut(),
        writer -> print(result, writer),
        file -> draw(result, file));
    return 0;
  }

  private void check() {
    if (addedNodes < 0 || addedDisks < 0 || addedNodes + addedDisks == 0) {
      throw CommandFailure.usage("say --add-nodes or --add-disks, at least 1");
    }
    if (!(fillPercent >= 0 && fillPercent < 100 && untilPercent > 0 && untilPercent <= 100)) {
      throw CommandFailure.usage("--fill is 0 to 100 percent, --until more than 0");
    }
  }

  private static long usualFileBytes(PlacedTable placed) {
    long holds = 0;
    for (PlacedTable.PlacedDisk disk : placed.disks()) {
      holds += disk.sizeBytes() / placed.replicas();
    }
    return Math.max(Workload.LEAST_FILE_BYTES, holds / MANY_FILES);
  }

  private static ExpansionReport report(
      PlacementRule rule,
      Function<Expansion.Scenario, Expansion.Outcome> simulation,
      Expansion.Scenario scenario,
      Set<String> oldDisks) {
    String name = RuleName.of(rule);
    try {
      return ExpansionReport.of(name, simulation.apply(scenario), oldDisks);
    } catch (IllegalArgumentException impossible) {
      return ExpansionReport.refused(name, String.valueOf(impossible.getMessage()));
    }
  }

  private void print(Result result, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%d nodes, filled to %.0f %%, become %d nodes; writing goes on to %.0f %%. Stripe %d.%n",
        result.nodes,
        fillPercent,
        result.nodesAfter,
        untilPercent,
        result.stripe);
    for (ExpansionReport report : result.rules) {
      out.printf("%n%s%n", report.rule());
      if (report.refusal() != null) {
        out.println("  makes no table: " + report.refusal());
        continue;
      }
      table(report).lines().forEach(line -> out.println("  " + line));
      out.println("  " + verdict(report));
    }
  }

  private static TextTable table(ExpansionReport report) {
    TextTable table =
        new TextTable(
            List.of("full", "", "old disks", "new disks", "fullest disk", "emptiest disk"));
    List<ExpansionReport.Moment> moments = report.moments();
    int every = Math.max(1, moments.size() / ROWS);
    for (int i = 0; i < moments.size(); i++) {
      ExpansionReport.Moment moment = moments.get(i);
      boolean turn = i + 1 < moments.size() && moments.get(i + 1).grown() != moment.grown();
      boolean last = i + 1 == moments.size();
      boolean firstGrown = moment.grown() && (i == 0 || !moments.get(i - 1).grown());
      if (i % every == 0 || turn || last || firstGrown) {
        table.add(
            List.of(
                Measure.percent(moment.ofCluster()),
                firstGrown ? "it grows" : "",
                Measure.percent(moment.oldDisks()),
                moment.newDisks() == null ? "" : Measure.percent(moment.newDisks()),
                Measure.percent(moment.fullest()),
                Measure.percent(moment.emptiest())));
      }
    }
    return table;
  }

  private static String verdict(ExpansionReport report) {
    String spread =
        report.spread() == null
            ? ""
            : String.format(Locale.ROOT, "disks differ by %.1f points", 100 * report.spread());
    return report.fullAt() == null
        ? "No write failed; " + spread + "."
        : "A write found no space (ENOSPC) when "
            + Measure.percent(report.fullAt())
            + " was full; "
            + spread
            + ".";
  }

  private static void draw(Result result, Path file) {
    List<ChartPage.Panel> panels = new ArrayList<>();
    for (ExpansionReport report : result.rules) {
      FillView end = report.end();
      if (end != null) {
        panels.add(
            new ChartPage.Panel(
                report.rule(), Pictures.heatMap(verdict(report), end), Pictures.nodes(end)));
      }
    }
    Pictures.write(file, result.nodes + " nodes become " + result.nodesAfter + " nodes", panels);
  }
}
