package io.luciola.cluster.cli.chaintable;

import io.luciola.blockstore.device.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A row of a report for people.
 *
 * @param name what is measured
 * @param text its value in a report
 */
record Measure(String name, Function<RuleReport, String> text) {

  private static final String ABSENT = "-";

  /** The value in a report; a dash where there is none. */
  String of(RuleReport report) {
    return report.judgement() == null ? ABSENT : text.apply(report);
  }

  private static Measure judged(String name, Function<Judgement, String> text) {
    return new Measure(
        name, report -> report.judgement() == null ? ABSENT : text.apply(report.judgement()));
  }

  private static Measure filled(int workload, String name, Function<Filled, String> text) {
    return new Measure(name, report -> text.apply(report.fillings().get(workload)));
  }

  /** How long it took. */
  static Measure generationTime() {
    return new Measure(
        "generation time",
        report ->
            report.generationMs() == null ? ABSENT : text("%.2f s", report.generationMs() / 1e3));
  }

  /** What a table is, and how good it is. */
  static List<Measure> ofTable(int stripe) {
    String run = "disks that any run of " + stripe + " slots touches: fewest / mean";
    return List.of(
        judged("chains", j -> Integer.toString(j.chains())),
        judged("targets per disk", Measure::targets),
        judged("minimum stripe: each file uses all disks", j -> "" + j.minimumStripe()),
        judged(
            "with stripe " + stripe + ", disks that a file uses: fewest / mean",
            j -> text("%d / %.1f", j.coverage().fewestOfFile(), j.coverage().meanOfFile())),
        judged(run, j -> text("%d / %.1f", j.coverage().fewestInRun(), j.coverage().meanInRun())),
        judged("chains that pairs of nodes share: fewest / mean / most / bound", Measure::pairs),
        judged(
            "a node dies: the hardest hit survivor reads, times the mean",
            j -> j.nodeLoss().lost() == 0 ? ABSENT : text("%.2f", j.nodeLoss().hardest())),
        judged(
            "a disk dies: the largest part that one disk takes",
            j -> percent(j.diskLoss().largestPart())),
        judged(
            "a file is read as fast as so many disks: slowest / mean",
            j -> text("%.1f / %.1f", j.bandwidth().leastRead(), j.bandwidth().meanRead())),
        judged(
            "a file is written as fast as so many disks: slowest / mean",
            j -> text("%.1f / %.1f", j.bandwidth().leastWrite(), j.bandwidth().meanWrite())));
  }

  /** How full the disks are after a workload. */
  static List<Measure> ofFilling(int workload, Filled example) {
    String name =
        text(
            "%s (%s each) until %s: ",
            example.workload(),
            ByteSize.approximate(example.fileBytes()),
            percent(example.until()));
    List<Measure> measures = new ArrayList<>();
    measures.add(filled(workload, name + "fill reached", f -> percent(f.fill().ofCluster())));
    measures.add(
        filled(
            workload,
            "  no space left (ENOSPC) at",
            f -> f.full() ? percent(f.fill().ofCluster()) : "no"));
    measures.add(
        filled(
            workload,
            "  fullest / emptiest disk",
            f -> percent(f.fill().fullest()) + " / " + percent(f.fill().emptiest())));
    measures.add(
        filled(
            workload,
            "  coefficient of variation over disks",
            f -> text("%.4f", f.fill().coefficientOfVariation())));
    return measures;
  }

  private static String targets(Judgement judgement) {
    int fewest = judgement.fewestTargetsPerDisk();
    int most = judgement.mostTargetsPerDisk();
    return fewest == most ? Integer.toString(most) : fewest + " to " + most;
  }

  private static String pairs(Judgement judgement) {
    return text(
        "%d / %.2f / %d / %d",
        judgement.pairs().fewest(),
        judgement.pairs().mean(),
        judgement.pairs().most(),
        judgement.pairs().bound());
  }

  static String percent(double part) {
    return text("%.1f %%", part * 100);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
