package io.luciola.fio.failover;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds, and whether every bar is reached.
 *
 * @param operations I/Os of the whole run, each of them verified
 * @param calmGapMs the longest I/O of some seconds without a fault, for comparison
 * @param wrongBlocks blocks that were not the last acknowledged write
 */
record FailoverReport(List<Round> rounds, long operations, double calmGapMs, long wrongBlocks)
    implements BenchReport {

  @Override
  public boolean reached() {
    return wrongBlocks == 0
        && rounds.stream()
            .allMatch(round -> round.errors() == 0 && round.gapMs() <= round.fault().mostGapMs());
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "%-26s %6s  %-31s %7s  %-17s %-17s %6s%n",
        "FAULT",
        "ROUNDS",
        "GAP ms: min  median  p90    max",
        "BAR ms",
        "NOTICED ms med/max",
        "HEALED ms med/max",
        "ERRORS");
    for (Fault fault : Fault.values()) {
      List<Round> own = rounds.stream().filter(round -> round.fault() == fault).toList();
      if (!own.isEmpty()) {
        print(out, fault, own);
      }
    }
    out.printf(
        "%n%d I/Os, all verified: %d wrong blocks; longest I/O without a fault %.0f ms%n",
        operations, wrongBlocks, calmGapMs);
    out.println(reached() ? "All bars reached." : "Not all bars reached.");
    out.flush();
  }

  private static void print(PrintWriter out, Fault fault, List<Round> rounds) {
    double[] gaps = sorted(rounds, Round::gapMs);
    double[] noticed = sorted(rounds, Round::noticedMs);
    double[] healed = sorted(rounds, Round::healedMs);
    out.printf(
        "%-26s %6d  %11.0f %7.0f %4.0f %6.0f %7d  %9.0f/%-8.0f %8.0f/%-8.0f %6d%n",
        fault.description(),
        rounds.size(),
        gaps[0],
        at(gaps, 0.5),
        at(gaps, 0.9),
        gaps[gaps.length - 1],
        fault.mostGapMs(),
        at(noticed, 0.5),
        noticed[noticed.length - 1],
        at(healed, 0.5),
        healed[healed.length - 1],
        rounds.stream().mapToLong(Round::errors).sum());
  }

  private static double[] sorted(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] figures = rounds.stream().mapToDouble(figure).toArray();
    Arrays.sort(figures);
    return figures;
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
