package io.luciola.blockstore.engine.crash;

import ch.qos.logback.classic.Level;
import io.luciola.blockstore.engine.crash.CrashHarness.Recording;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A short run of the tests, on an engine that may have a bug; made to be loaded by a {@link
 * PlantedClassLoader}. Gets the name of the hunt, and returns what was found or null.
 */
public final class BugHunt implements UnaryOperator<String> {

  /** Every operation alone, and each crash state of it, on a device with a cache. */
  static final String CRASHES = "crashes";

  /** Long random workloads without a crash, and restarts in between. */
  static final String MODEL = "model";

  /** Long random workloads and some crash states of them. */
  static final String RANDOM_CRASHES = "random crashes";

  /** Long random workloads that begin when a checkpoint is due, and crash states of them. */
  static final String CHECKPOINTS = "crashes around checkpoints";

  /** Damaged blocks. */
  static final String CORRUPTION = "corruption";

  /** What comes in between the steps of a checkpoint. */
  static final String RACES = "races with a checkpoint";

  static final List<String> ALL =
      List.of(RACES, MODEL, CRASHES, RANDOM_CRASHES, CHECKPOINTS, CORRUPTION);

  private static final int SEEDS = 6;

  @Override
  public String apply(String name) {
    CrashHarness.quiet(Level.OFF);
    try {
      switch (name) {
        case CRASHES -> crashes();
        case MODEL -> model();
        case RANDOM_CRASHES -> randomCrashes();
        case CHECKPOINTS -> checkpoints();
        case CORRUPTION -> corruption();
        case RACES -> CheckpointRaces.run();
        default -> throw new IllegalArgumentException(name);
      }
      return null;
    } catch (RuntimeException | AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void crashes() {
    Map<String, Operation> all = Workloads.all();
    for (Setting setting : List.of(new Setting(true, 4096), new Setting(false, 512))) {
      for (Map.Entry<String, Operation> operation : all.entrySet()) {
        CrashHarness harness = new CrashHarness(false, false);
        Recording recording =
            harness.record(setting, Workloads.setup(), List.of(operation.getValue()), 1);
        harness.check(recording, 4, state -> state % 2 == 0);
      }
    }
    for (Setting setting : List.of(new Setting(true, 4096), new Setting(false, 512))) {
      CrashHarness harness = new CrashHarness(true, true);
      Recording recording =
          harness.record(
              setting,
              Workloads.setup(),
              List.of(all.get("cut-committed"), all.get("overwrite-spanning")),
              1);
      harness.check(recording, 8, state -> true);
    }
    for (String name : List.of("append-even", "cut-ragged", "overwrite-large")) {
      CrashHarness harness = new CrashHarness(true, true);
      Recording recording =
          harness.record(
              new Setting(true, 4096),
              Workloads.journalHalfFull(),
              List.of(all.get("overwrite-large"), all.get(name)),
              1);
      harness.check(recording, 4, state -> state % 5 == 0);
    }
  }

  private static void model() {
    for (long seed = 0; seed < SEEDS; seed++) {
      ConformityTest.runRandomly(seed, 600);
    }
  }

  private static void randomCrashes() {
    for (long seed = 0; seed < SEEDS; seed++) {
      RandomWorkloadCrashTest.check(seed, 211);
    }
  }

  private static void checkpoints() {
    int large = 64 << 10;
    List<Operation> commitsBehindTheSnapshot =
        List.of(new Operation.Prepare(Change.write(10, 0, large, large)), new Operation.Commit(10));
    List<Operation> twiceAroundTheJournal = new ArrayList<>(Workloads.journalHalfFull());
    for (int i = 0; i < 60; i++) {
      twiceAroundTheJournal.add(
          new Operation.Update(Change.write(10, 0, large, large).withSeed(2000 + i)));
    }
    twiceAroundTheJournal.add(new Operation.Sync());
    CrashHarness harness = new CrashHarness(false, false);
    harness.check(
        harness.record(new Setting(true, 4096), twiceAroundTheJournal, commitsBehindTheSnapshot, 1),
        4,
        state -> state % 5 == 0);
    for (long seed = 0; seed < SEEDS; seed++) {
      RandomWorkloadCrashTest.checkFromHalfFullJournal(seed, 211);
    }
  }

  private static void corruption() {
    new CorruptionTest.Trials(1).run(500);
  }
}
