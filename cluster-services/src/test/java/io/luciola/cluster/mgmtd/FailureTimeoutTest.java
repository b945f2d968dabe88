package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Times are in units of a millisecond. */
class FailureTimeoutTest {

  @Test
  void aLongerOneCountsAtOnceWhenItIsDurable() {
    FailureTimeout timeout = new FailureTimeout(3_000, 3_000, 0);
    assertEquals(3_000, timeout.judgedNs());
    assertEquals(2_000, timeout.leaseNs());
    assertEquals(6_000, timeout.boundFor(6_000));
    timeout.set(6_000, 100);
    assertEquals(6_000, timeout.judgedNs());
    assertEquals(4_000, timeout.leaseNs());
    assertFalse(timeout.isLowerDue(100_000));
  }

  @Test
  void aShorterOneCountsForLeasesAtOnceAndForJudgingWhenTheLongOnesHaveEnded() {
    FailureTimeout timeout = new FailureTimeout(6_000, 6_000, 0);
    assertEquals(6_000, timeout.boundFor(3_000));
    timeout.set(3_000, 100);
    assertEquals(2_000, timeout.leaseNs());
    assertEquals(6_000, timeout.judgedNs());
    assertFalse(timeout.isLowerDue(6_099));
    assertTrue(timeout.isLowerDue(6_100));
    timeout.lower();
    assertEquals(3_000, timeout.judgedNs());
    assertFalse(timeout.isLowerDue(20_000));
  }

  @Test
  void theTimeBeginsAnewWhenItIsSetAnewInBetween() {
    FailureTimeout timeout = new FailureTimeout(6_000, 6_000, 0);
    timeout.set(3_000, 100);
    timeout.set(6_000, 5_000);
    assertFalse(timeout.isLowerDue(20_000));
    timeout.set(3_000, 20_000);
    timeout.set(3_000, 24_000);
    assertFalse(timeout.isLowerDue(25_999));
    assertTrue(timeout.isLowerDue(26_000));
  }

  @Test
  void aNewPrimaryWaitsForWhatTheOneBeforeGranted() {
    FailureTimeout timeout = new FailureTimeout(6_000, 3_000, 1_000);
    assertEquals(2_000, timeout.leaseNs());
    assertEquals(6_000, timeout.judgedNs());
    assertFalse(timeout.isLowerDue(6_999));
    assertTrue(timeout.isLowerDue(7_000));
  }
}
