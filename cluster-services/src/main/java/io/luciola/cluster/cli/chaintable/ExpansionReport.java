package io.luciola.cluster.cli.chaintable;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.luciola.chaintable.analysis.Expansion;
import io.luciola.chaintable.analysis.Fill;
import io.luciola.chaintable.analysis.PlacedTable;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What came of filling a cluster that grew, by one rule.
 *
 * @param refusal why the rule cannot make the tables; then there is nothing else
 * @param full whether a write found no space
 * @param fullAt how full the cluster was then
 * @param spread fullest less emptiest disk at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ExpansionReport(
    String rule,
    @Nullable String refusal,
    @Nullable Boolean full,
    @Nullable Double fullAt,
    @Nullable Double spread,
    List<Moment> moments,
    @Nullable FillView end) {

  /** How full the cluster was, and its old and new disks in the mean. */
  record Moment(
      boolean grown,
      double ofCluster,
      double oldDisks,
      @Nullable Double newDisks,
      double fullest,
      double emptiest) {}

  static ExpansionReport refused(String rule, String refusal) {
    return new ExpansionReport(rule, refusal, null, null, null, List.of(), null);
  }

  static ExpansionReport of(String rule, Expansion.Outcome outcome, Set<String> oldDisks) {
    PlacedTable placed = outcome.table();
    List<Moment> moments =
        outcome.moments().stream().map(moment -> moment(moment, placed, oldDisks)).toList();
    Fill end = outcome.end();
    return new ExpansionReport(
        rule,
        null,
        outcome.full(),
        outcome.full() ? end.ofCluster() : null,
        end.most() - end.least(),
        moments,
        FillView.of(placed, end));
  }

  private static Moment moment(Expansion.Moment moment, PlacedTable placed, Set<String> oldDisks) {
    Fill fill = moment.fill();
    if (!moment.grown()) {
      return new Moment(false, fill.ofCluster(), fill.mean(), null, fill.most(), fill.least());
    }
    return new Moment(
        true,
        fill.ofCluster(),
        mean(fill, placed, disk -> oldDisks.contains(disk.uuid())),
        mean(fill, placed, disk -> !oldDisks.contains(disk.uuid())),
        fill.most(),
        fill.least());
  }

  private static double mean(
      Fill fill, PlacedTable placed, Predicate<PlacedTable.PlacedDisk> counted) {
    return IntStream.range(0, fill.ofDisks().length)
        .filter(disk -> counted.test(placed.disks().get(disk)))
        .mapToDouble(disk -> fill.ofDisks()[disk])
        .average()
        .orElse(0);
  }
}
