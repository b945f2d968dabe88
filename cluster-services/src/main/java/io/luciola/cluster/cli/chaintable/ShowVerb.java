package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.cluster.chart.TextTable;
import io.luciola.cluster.cli.AdminCommand;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code luciola chain-table show}. */
@Command(
    name = "show",
    description = {
      "Judges a chain table of a running cluster, and shows how full its disks are.",
      "Changes nothing."
    },
    footer = {
      "",
      "What the measures mean: docs/placement.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class ShowVerb extends AdminCommand {

  /** What is printed for programs. */
  record Shown(int table, int version, Judgement judgement, FillView fill) {}

  @Option(
      names = "--table",
      paramLabel = "ID",
      defaultValue = "" + ChainTable.FIRST_ID,
      description = "The table (default: ${DEFAULT-VALUE}, from which files get their chains).")
  private int tableId;

  @Option(
      names = "--table-version",
      paramLabel = "V",
      description = "One of its versions (default: the newest).")
  private @Nullable Integer version;

  @Option(
      names = "--stripe",
      paramLabel = "S",
      description = "Chains of a file (default: the minimum stripe).")
  private @Nullable Integer stripe;

  @Mixin private ReportOutput output;

  @Override
  public Integer call() {
    GetStatusResponse status = ask(mgmtd -> mgmtd.status(TIMEOUT));
    if (status.getRouting().getChainTablesCount() == 0) {
      throw CommandFailure.failed("the cluster has no chain table yet");
    }
    LiveTable live = new LiveTable(status);
    PlacedTable placed = live.placed(tableId, version);
    int used = stripe == null ? Stripes.usual(placed) : CompareVerb.checked(stripe);
    Shown shown =
        new Shown(
            tableId,
            placed.table().version(),
            Judgement.of(placed, used),
            FillView.of(placed, live.fill(placed)));
    output.give(shown, out(), writer -> print(shown, writer), file -> draw(shown, file));
    return 0;
  }

  private static void print(Shown shown, PrintWriter out) {
    out.printf(
        "Chain table %d, version %d: %d replicas, %d rounds%n%n",
        shown.table, shown.version, shown.judgement.replicas(), shown.judgement.rounds());
    ReportText text = new ReportText(out);
    text.measures(
        new TableReport(
            shown.table,
            shown.judgement.replicas(),
            shown.judgement.stripe(),
            List.of(new RuleReport("value", null, null, shown.judgement, List.of()))));
    out.println();
    fill(shown.fill).lines().forEach(out::println);
    out.println();
    out.println("Mean fill by disk index");
    text.bars(shown.fill);
    text.heatMap(shown.fill);
  }

  private static TextTable fill(FillView fill) {
    TextTable table = new TextTable(List.of("fill of disks", "value"));
    table.add(List.of("all", Measure.percent(fill.ofCluster())));
    table.add(
        List.of(
            "fullest / emptiest disk",
            Measure.percent(fill.fullest()) + " / " + Measure.percent(fill.emptiest())));
    table.add(
        List.of(
            "coefficient of variation over disks",
            String.format("%.4f", fill.coefficientOfVariation())));
    return table;
  }

  private static void draw(Shown shown, Path file) {
    String title = "Chain table " + shown.table + ", version " + shown.version;
    String fill = "Fill of disks: " + Measure.percent(shown.fill.ofCluster());
    Pictures.write(
        file, title, List.of(Pictures.panel("as of now", fill, shown.fill, shown.judgement)));
  }
}
