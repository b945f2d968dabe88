package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RefillPaceTest {

  private static final long MILLI = 1_000_000;

  private final RefillPace pace = new RefillPace();
  private long nowNs = -5_000 * MILLI;

  private void updates(int count, long tookNs, boolean refilling) {
    for (int i = 0; i < count; i++) {
      nowNs += MILLI;
      if (refilling) {
        pace.onRefill(nowNs);
      }
      pace.onUpdate(tookNs, nowNs);
      pace.share(nowNs);
    }
  }

  @Test
  void aRefillBeginsSlowlyAndThenMayUseAllWhileNothingElseIsKnown() {
    assertEquals(RefillPace.FIRST_SHARE, pace.share(nowNs));
    updates(100, 50 * MILLI, true);
    assertTrue(pace.share(nowNs) < 0.2);
    updates(5_000, 50 * MILLI, true);
    assertEquals(1, pace.share(nowNs));
  }

  @Test
  void updatesThatTakeThreeTimesAsLongHalveTheShareDownToTheLeast() {
    updates(300, 2 * MILLI, false);
    updates(150, 6 * MILLI, true);
    assertTrue(pace.share(nowNs) <= 1.0 / 4, "share " + pace.share(nowNs));
    updates(3_000, 6 * MILLI, true);
    assertEquals(RefillPace.MIN_SHARE, pace.share(nowNs));
  }

  @Test
  void theShareComesBackInSmallSteps() {
    updates(300, 2 * MILLI, false);
    updates(1_000, 6 * MILLI, true);
    double least = pace.share(nowNs);
    updates(120, 2 * MILLI, true);
    double soon = pace.share(nowNs);
    assertTrue(soon > least && soon < 0.2, "share " + soon);
    updates(5_000, 3 * MILLI, true);
    assertEquals(1, pace.share(nowNs));
  }

  @Test
  void whatUpdatesTakeDuringRefillsDoesNotBecomeTheCalmFigure() {
    updates(300, 2 * MILLI, false);
    double calmNs = pace.calmNs();
    updates(2_000, 20 * MILLI, true);
    assertEquals(calmNs, pace.calmNs());
  }

  @Test
  void theNextRefillBeginsSlowlyAgain() {
    updates(5_000, 2 * MILLI, true);
    assertEquals(1, pace.share(nowNs));
    updates(11_000, 2 * MILLI, false);
    pace.onRefill(nowNs);
    assertEquals(RefillPace.FIRST_SHARE, pace.share(nowNs));
  }

  @Test
  void differencesOfMicrosecondsDoNotCount() {
    updates(300, 10_000, false);
    updates(5_000, 100_000, true);
    assertEquals(1, pace.share(nowNs));
  }
}
