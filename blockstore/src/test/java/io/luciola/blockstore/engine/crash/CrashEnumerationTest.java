package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.crash.CrashHarness.Recording;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every state in which a loss of power may leave the device is opened and held against the model,
 * for workloads of one and two operations out of the full list.
 *
 * <p>A failure names the workload; it alone is run with {@code -Dluciola.crash.workload=…}. With
 * {@code -Dluciola.crash.part=2/4} a process runs one workload in four; several such processes are
 * quicker than one, whose threads wait for each other to map memory.
 */
class CrashEnumerationTest {

  private static final String ONLY = System.getProperty("luciola.crash.workload", "");
  private static final Part PART = Part.parse(System.getProperty("luciola.crash.part", "1/1"));
  private static final int SAMPLES = 8;
  private static final int PAIRS_IN_CI = 60;
  private static final int WORKLOADS_PER_LINE = 1000;

  /** Which of the workloads this process runs. */
  private record Part(int number, int of) {
    static Part parse(String text) {
      String[] numbers = text.split("/", 2);
      Part part = new Part(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
      if (part.number < 1 || part.number > part.of) {
        throw new IllegalArgumentException("luciola.crash.part must be like 2/4, not " + text);
      }
      return part;
    }

    List<Workload> in(List<Workload> workloads) {
      return IntStream.range(0, workloads.size())
          .filter(i -> i % of == number - 1)
          .mapToObj(workloads::get)
          .toList();
    }
  }

  /** A workload by its name. */
  private record Workload(
      Setting setting, String setup, boolean overlaps, boolean reorders, List<String> operations) {
    @Override
    public String toString() {
      return "%s/%s/%s/%s/%s"
          .formatted(
              setting,
              setup,
              overlaps ? "overlapping" : "waiting",
              reorders ? "reordering" : "inorder",
              String.join("+", operations));
    }

    int check(int oneStateIn) {
      Map<String, Operation> all = Workloads.all();
      CrashHarness harness = new CrashHarness(overlaps, reorders);
      try {
        Recording recording =
            harness.record(
                setting,
                setup.equals("plain") ? Workloads.setup() : Workloads.journalHalfFull(),
                operations.stream().map(all::get).toList(),
                1);
        return harness.check(recording, SAMPLES, state -> state % oneStateIn == 0);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            """
            %s
            %s
            Repeat: mvn verify -pl blockstore -am -Dtest=CrashEnumerationTest \
            -Dsurefire.failIfNoSpecifiedTests=false -Dluciola.excludedGroups= \
            -Dluciola.crash.workload=%s\
            """
                .formatted(this, e.getMessage(), this),
            e);
      }
    }
  }

  @Test
  void everyOperationSurvivesCrashes() {
    run(singles(), 3, 1000);
  }

  @Test
  void somePairsOfOperationsSurviveEveryCrash() {
    List<Workload> pairs = pairs(Setting.ALL, "plain");
    Collections.shuffle(pairs, new Random(1));
    run(ONLY.isEmpty() ? pairs.subList(0, PAIRS_IN_CI) : pairs, 3, 1000);
  }

  @Test
  void aTargetThatIsRemovedAndCreatedAgainSurvivesEveryCrash() {
    List<Workload> workloads = new ArrayList<>();
    for (Setting setting : Setting.ALL) {
      for (String setup : List.of("plain", "checkpoint")) {
        for (boolean overlaps : List.of(false, true)) {
          workloads.add(
              new Workload(
                  setting,
                  setup,
                  overlaps,
                  overlaps,
                  List.of(
                      "overwrite-large",
                      "create-ragged",
                      "remove-target",
                      "create-target-again",
                      "create",
                      "create-committed")));
        }
      }
    }
    run(workloads, 1, 1000);
  }

  /**
   * fsck finds nothing wrong in any of them, and says of targets and space what the engine does.
   */
  @Test
  void crashesInARemovalAreNoErrorsForFsck() {
    Map<String, Operation> all = Workloads.all();
    int states = 0;
    for (Setting setting : List.of(new Setting(true, 4096), new Setting(false, 512))) {
      for (List<Operation> setup : List.of(Workloads.setup(), Workloads.journalHalfFull())) {
        CrashHarness harness = new CrashHarness(true, true);
        List<Operation> workload =
            List.of(
                all.get("overwrite-large"),
                all.get("remove-target"),
                all.get("create-target-again"),
                all.get("create-committed"));
        states += harness.checkDevices(harness.record(setting, setup, workload, 1), SAMPLES);
      }
    }
    assertTrue(states > 100, "only " + states + " states");
  }

  @Test
  void operationsSurviveACrashDuringACheckpoint() {
    List<Workload> workloads = new ArrayList<>();
    for (String name : Workloads.all().keySet()) {
      Setting setting = Setting.ALL.get(name.length() % Setting.ALL.size());
      workloads.add(
          new Workload(setting, "checkpoint", true, true, List.of("overwrite-large", name)));
    }
    run(workloads, 1, 1000);
  }

  @Tag("slow")
  @Test
  void everyOperationAndEveryPairSurvivesEveryCrash() {
    List<Workload> workloads = singles();
    workloads.addAll(pairs(Setting.ALL, "plain"));
    run(workloads, 1, 100_000);
  }

  @Tag("slow")
  @Test
  void everyPairOfOperationsSurvivesEveryCrashDuringACheckpoint() {
    run(pairs(List.of(new Setting(true, 4096)), "checkpoint"), 1, 10_000);
  }

  private static List<Workload> singles() {
    List<Workload> singles = new ArrayList<>();
    for (Setting setting : Setting.ALL) {
      for (String name : Workloads.all().keySet()) {
        singles.add(new Workload(setting, "plain", false, false, List.of(name)));
      }
    }
    return singles;
  }

  private static List<Workload> pairs(List<Setting> settings, String setup) {
    List<Workload> pairs = new ArrayList<>();
    for (Setting setting : settings) {
      for (String first : Workloads.all().keySet()) {
        for (String second : Workloads.all().keySet()) {
          pairs.add(new Workload(setting, setup, false, false, List.of(first, second)));
          pairs.add(new Workload(setting, setup, true, true, List.of(first, second)));
        }
      }
    }
    return pairs;
  }

  private static void run(List<Workload> all, int oneStateIn, int leastStates) {
    long begin = System.nanoTime();
    List<Workload> workloads = PART.in(all);
    AtomicInteger states = new AtomicInteger();
    AtomicInteger run = new AtomicInteger();
    // Each has an engine and a device of its own, and only the count is common.
    (PART.of == 1 ? workloads.parallelStream() : workloads.stream())
        .filter(workload -> ONLY.isEmpty() || ONLY.equals(workload.toString()))
        .forEach(
            workload -> {
              states.addAndGet(workload.check(ONLY.isEmpty() ? oneStateIn : 1));
              if (run.incrementAndGet() % WORKLOADS_PER_LINE == 0) {
                print(run.get(), workloads.size(), states.get(), begin);
              }
            });
    print(run.get(), workloads.size(), states.get(), begin);
    assertTrue(
        !ONLY.isEmpty() || states.get() >= leastStates / PART.of,
        "only " + states + " states: the enumeration is broken");
  }

  private static void print(int run, int workloads, int states, long beginNs) {
    System.out.printf(
        "part %d/%d: %d of %d workloads, %d crash states, %d ms%n",
        PART.number, PART.of, run, workloads, states, (System.nanoTime() - beginNs) / 1_000_000);
  }
}
