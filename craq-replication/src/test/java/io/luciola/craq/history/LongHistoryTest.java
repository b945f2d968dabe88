package io.luciola.craq.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand operations on one chunk are judged, and how long that takes is printed. */
class LongHistoryTest {

  /** The aim is 1 s; most of these take less. */
  private static final long LIMIT_NS = 60_000_000_000L;

  /** Of the processor, since the machine may do other things too. */
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private static final int OPERATIONS = 1000;

  @ParameterizedTest
  @CsvSource({
    "8, 0.5, 0.02, true",
    "16, 0.5, 0.05, true",
    "8, 0.5, 0.02, false",
    "16, 0.5, 0.05, false",
    "16, 0.9, 0.05, false",
    "16, 0.1, 0.05, false",
    "16, 0.1, 0.05, true",
    "16, 0.5, 0.1, false",
  })
  void goodAndBad(int clients, double reads, double unknown, boolean wholeWrites) {
    for (ReadMode mode : ReadMode.values()) {
      for (long seed = 1; seed <= 3; seed += 2) {
        AtomicChunk chunk = new AtomicChunk(seed, reads, unknown, wholeWrites);
        List<Operation> operations = chunk.operations(clients, OPERATIONS, mode);
        String what =
            "%d clients, %.0f %% reads, %.0f %% unknown, %s writes, %s, seed %d"
                .formatted(
                    clients,
                    100 * reads,
                    100 * unknown,
                    wholeWrites ? "whole" : "partial",
                    mode,
                    seed);
        timed("good: " + what, mode, operations, Verdict.Outcome.KEPT);
        if (AtomicChunk.makeStale(operations) && mode == ReadMode.LINEARIZABLE) {
          timed("bad:  " + what, mode, operations, Verdict.Outcome.BROKEN);
        }
      }
    }
  }

  private static void timed(
      String what, ReadMode mode, List<Operation> operations, Verdict.Outcome expected) {
    SearchingJudge judge = new SearchingJudge(EnumSet.of(mode));
    long beganNs = CLOCK.getCurrentThreadCpuTime();
    Verdict verdict = judge.judge(new ChunkHistory(operations));
    long tookNs = CLOCK.getCurrentThreadCpuTime() - beganNs;
    System.out.printf(
        "%s: %s in %d ms, counterexample of %d%n",
        what, verdict.outcome(), tookNs / 1_000_000, verdict.operations().size());
    assertEquals(expected, verdict.outcome(), what);
    assertTrue(tookNs < LIMIT_NS, what + " took " + tookNs / 1_000_000 + " ms");
  }
}
