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

/** {@code luciola chain-table plan}. */
@Command(
    name = "plan",
    description = {
      "Shows which targets, chains and chain tables would be made of disks, and how good they are.",
      "Everything is reckoned; no cluster is asked or changed."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "What the measures mean, and how a plan is carried out: docs/placement.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or tables that cannot be made."
    })
final class PlanVerb implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private JudgementOptions judging;

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      converter = RuleName.class,
      defaultValue = "dispersed",
      description = "dispersed, or 3FS's by-disk-index (default: ${DEFAULT-VALUE}).")
  private PlacementRule rule;

  @Option(
      names = "--stripe",
      paramLabel = "S",
      description = "Chains of a file (default: the minimum stripe of a dispersed table).")
  private @Nullable Integer stripe;

  @Option(names = "--chains", description = "Lists the chains, too.")
  private boolean chains;

  @Mixin private ReportOutput output;

  @Option(
      names = "--upload-files",
      paramLabel = "DIR",
      description = {
        "Writes what 'luciola admin' takes: create-target commands in targets.txt, chains.csv for"
            + " upload-chains, chain-table-ID.csv for upload-chain-table.",
        "Needs --first-target and --first-chain."
      })
  private @Nullable Path uploadFiles;

  @Option(
      names = "--first-target",
      paramLabel = "ID",
      description = "One more than the highest target id of the cluster (admin list-targets).")
  private @Nullable Long firstTarget;

  @Option(
      names = "--first-chain",
      paramLabel = "ID",
      description = "One more than the highest chain id of the cluster (admin list-chains).")
  private @Nullable Integer firstChain;

  @Override
  public Integer call() {
    checkUpload();
    PlanReport plan = plan(cluster.request(rule));
    output.give(
        plan,
        spec.commandLine().getOut(),
        writer -> new PlanText(plan, writer).print(chains),
        file -> draw(plan, file));
    if (uploadFiles != null && firstTarget != null && firstChain != null) {
      new UploadFiles(plan, firstTarget, firstChain).write(uploadFiles);
    }
    return 0;
  }

  private void checkUpload() {
    if (uploadFiles == null) {
      return;
    }
    if (firstTarget == null || firstChain == null || firstTarget < 1 || firstChain < 1) {
      throw CommandFailure.usage(
          "--upload-files needs --first-target and --first-chain, the first free ids of the"
              + " cluster: create-target gives out the next one");
    }
  }

  private PlanReport plan(PlacementRequest request) {
    double until = judging.until();
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = new Progress(err, Progress.PATIENCE, "making chains")) {
      Proposal proposal = Proposal.make(request);
      proposal.required();
      List<TableReport> tables = new ArrayList<>();
      for (int i = 0; i < request.tables().size(); i++) {
        TableRequest wanted = request.tables().get(i);
        PlacedTable placed = proposal.placed(i);
        int used = stripe == null ? Stripes.of(placed, rule) : CompareVerb.checked(stripe);
        RuleReport report =
            RuleReport.of(proposal, placed, used, judging.workloads(placed), until, progress);
        tables.add(new TableReport(wanted.tableId(), wanted.replicas(), used, List.of(report)));
      }
      return PlanReport.of(proposal, tables);
    }
  }

  private static void draw(PlanReport plan, Path file) {
    List<ChartPage.Panel> panels = new ArrayList<>();
    for (TableReport table : plan.tables()) {
      panels.addAll(table.rules().getFirst().panels("table " + table.table()));
    }
    Pictures.write(
        file, "Chain tables by the rule " + plan.rule() + ", seed " + plan.seed(), panels);
  }
}
