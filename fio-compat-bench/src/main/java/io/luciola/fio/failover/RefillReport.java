package io.luciola.fio.failover;

import java.io.PrintWriter;

/**
 * What a refill has cost.
 *
 * @param storedBytes what each node holds
 * @param differingBytes blocks that were written while the node was away
 * @param movedBytes what storage nodes say they have moved for the refill
 * @param healedMs from the start of the node's process until all targets served
 * @param calmP99Ms of the load, before
 * @param refillP99Ms of the load, during the refill
 * @param errors I/Os that failed
 * @param wrongBlocks blocks that were not the last acknowledged write, read from the refilled node
 *     alone
 */
record RefillReport(
    long storedBytes,
    long differingBytes,
    long movedBytes,
    double healedMs,
    double calmP99Ms,
    double refillP99Ms,
    long errors,
    long wrongBlocks)
    implements BenchReport {

  private static final double MOST_MOVED = 1.2;
  private static final double MOST_SLOWER = 2;

  @Override
  public boolean reached() {
    return errors == 0 && wrongBlocks == 0 && movedEnough() && fastEnough();
  }

  private boolean movedEnough() {
    return movedBytes >= differingBytes && movedBytes <= MOST_MOVED * differingBytes;
  }

  private boolean fastEnough() {
    return refillP99Ms <= MOST_SLOWER * calmP99Ms;
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "stored %.1f MiB per node, %.1f MiB of it changed while the node was away%n",
        mib(storedBytes), mib(differingBytes));
    out.printf(
        "moved %.1f MiB, %.3f times what differs (bar %.1f: %s)%n",
        mib(movedBytes),
        (double) movedBytes / differingBytes,
        MOST_MOVED,
        movedEnough() ? "reached" : "missed");
    out.printf(
        "P99 of 4 KiB I/Os %.2f ms before, %.2f ms during the refill, %.2f times (bar %.1f: %s)%n",
        calmP99Ms,
        refillP99Ms,
        refillP99Ms / calmP99Ms,
        MOST_SLOWER,
        fastEnough() ? "reached" : "missed");
    out.printf(
        "all targets served %.0f ms after the node's process was started; %d errors, %d wrong"
            + " blocks on the node that was refilled%n",
        healedMs, errors, wrongBlocks);
    out.flush();
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
