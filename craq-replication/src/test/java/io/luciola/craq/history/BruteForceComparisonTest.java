package io.luciola.craq.history;

import static io.luciola.craq.history.ReadMode.COMMITTED_LOCAL;
import static io.luciola.craq.history.ReadMode.LINEARIZABLE;
import static io.luciola.craq.history.ReadMode.MONOTONIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search against trying all orders, on small random histories. */
class BruteForceComparisonTest {

  private static final int HISTORIES = Integer.getInteger("luciola.history.count", 50_000);
  private static final long SEED = Long.getLong("luciola.history.seed", 1);

  @Test
  void linearizableReads() {
    compare(List.of(LINEARIZABLE));
  }

  @Test
  void monotonicReads() {
    compare(List.of(MONOTONIC));
  }

  @Test
  void committedLocalReads() {
    compare(List.of(COMMITTED_LOCAL));
  }

  @Test
  void readsOfAllModesTogether() {
    compare(List.of(LINEARIZABLE, MONOTONIC, COMMITTED_LOCAL));
  }

  private static void compare(List<ReadMode> modes) {
    int kept = 0;
    int broken = 0;
    for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
      ChunkHistory history = new RandomHistories(seed, modes).next();
      boolean expected = BruteForce.explains(history, modes);
      Verdict verdict = new SearchingJudge(EnumSet.copyOf(modes)).judge(history);
      String repeat =
          "seed " + seed + " (-Dluciola.history.count=1 -Dluciola.history.seed=" + seed + "): ";
      assertEquals(expected, verdict.isKept(), () -> repeat + history.operations());
      if (expected) {
        kept++;
      } else {
        broken++;
        assertFalse(
            BruteForce.explains(new ChunkHistory(verdict.operations()), modes),
            () -> repeat + "is no counterexample: " + verdict + "\nof " + history.operations());
      }
    }
    if (HISTORIES > 100) {
      assertTrue(kept > HISTORIES / 5, "only " + kept + " are as promised");
      assertTrue(broken > HISTORIES / 100, "only " + broken + " are not as promised");
    }
  }
}
