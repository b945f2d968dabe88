package io.luciola.cluster.cli.chaintable;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.cluster.chart.ChartPage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table made by a rule, judged.
 *
 * @param generationMs how long all tables of the request took
 * @param refusal why the rule cannot make it; then there is nothing else
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RuleReport(
    String rule,
    @Nullable String refusal,
    @Nullable Double generationMs,
    @Nullable Judgement judgement,
    List<Filled> fillings) {

  static RuleReport refused(Proposal proposal) {
    return new RuleReport(proposal.rule(), proposal.refusal(), null, null, List.of());
  }

  static RuleReport of(
      Proposal proposal,
      PlacedTable placed,
      int stripe,
      List<Workload> workloads,
      double until,
      Progress progress) {
    String name = "table " + placed.table().id() + " by the rule " + proposal.rule();
    progress.begin("judging " + name);
    Judgement judgement = Judgement.of(placed, stripe);
    List<Filled> fillings =
        workloads.stream()
            .map(
                workload -> {
                  progress.begin("filling " + name + " with " + workload.name());
                  return workload.fill(
                      placed, proposal.request().rule(), stripe, until, proposal.request().seed());
                })
            .toList();
    return new RuleReport(proposal.rule(), null, proposal.generationMs(), judgement, fillings);
  }

  /** A panel of a picture; none when there is no table. */
  List<ChartPage.Panel> panels(String heading) {
    FillView fill = firstFill();
    if (judgement == null || fill == null) {
      return List.of();
    }
    String title =
        String.format(
            Locale.ROOT,
            "Fill after %s: %s; fullest disk %s, emptiest %s",
            fillings.getFirst().workload(),
            Measure.percent(fill.ofCluster()),
            Measure.percent(fill.fullest()),
            Measure.percent(fill.emptiest()));
    return List.of(Pictures.panel(heading, title, fill, judgement));
  }

  /** After the first workload. */
  @Nullable FillView firstFill() {
    return fillings.isEmpty() ? null : fillings.getFirst().fill();
  }
}
