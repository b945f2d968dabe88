package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.crash.CrashHarness.Recording;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long random workloads on a device that reorders, cut off at any point. */
class RandomWorkloadCrashTest {

  private static final long ONLY = Long.getLong("luciola.crash.seed", -1);
  private static final int OPERATIONS = 200;
  private static final int SAMPLES = 2;

  @Test
  void aFewRandomWorkloadsSurviveCrashes() {
    run(6, 211, 500);
  }

  @Tag("slow")
  @Test
  void manyRandomWorkloadsSurviveCrashes() {
    run(400, 200, 100_000);
  }

  private static void run(int workloads, int oneStateIn, int leastStates) {
    long begin = System.nanoTime();
    int states = 0;
    for (long seed = 0; seed < workloads; seed++) {
      if (ONLY < 0 || ONLY == seed) {
        states +=
            seed % 2 == 0 ? check(seed, oneStateIn) : checkFromHalfFullJournal(seed, oneStateIn);
      }
    }
    System.out.printf(
        "%d workloads of %d operations, %d crash states, %d ms%n",
        workloads, OPERATIONS, states, (System.nanoTime() - begin) / 1_000_000);
    assertTrue(ONLY >= 0 || states >= leastStates, "only " + states + " states");
  }

  static int check(long seed, int oneStateIn) {
    return check(seed, oneStateIn, Workloads.setup());
  }

  /** Soon a checkpoint begins. */
  static int checkFromHalfFullJournal(long seed, int oneStateIn) {
    return check(seed, oneStateIn, Workloads.journalHalfFull());
  }

  private static int check(long seed, int oneStateIn, List<Operation> setup) {
    Setting setting = Setting.ALL.get((int) (seed % Setting.ALL.size()));
    CrashHarness harness = new CrashHarness(true, true).discarding();
    try {
      Recording recording = harness.record(setting, setup, workload(seed), seed);
      int offset = (int) (seed % oneStateIn);
      return harness.check(recording, SAMPLES, state -> state % oneStateIn == offset)
          + harness.checkTwice(recording, SAMPLES, state -> state % (oneStateIn * 50) == offset);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          """
          seed %d on %s
          %s
          Repeat: mvn verify -pl blockstore -am -Dtest=RandomWorkloadCrashTest \
          -Dsurefire.failIfNoSpecifiedTests=false -Dluciola.excludedGroups= \
          -Dluciola.crash.seed=%d\
          """
              .formatted(seed, setting, e.getMessage(), seed),
          e);
    }
  }

  static List<Operation> workload(long seed) {
    RandomOperations random = new RandomOperations(seed);
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      operations.add(random.next());
    }
    return operations;
  }
}
