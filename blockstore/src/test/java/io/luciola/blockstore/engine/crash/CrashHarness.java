package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.engine.SpaceCheck;
import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.CheckReport.TargetSummary;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.space.DiscardOptions;
import io.luciola.blockstore.engine.space.SpaceThresholds;
import io.luciola.blockstore.fault.CrashState;
import io.luciola.blockstore.fault.CrashStates;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.DeviceLog;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.KeptOpenDevice;
import io.luciola.blockstore.fault.RecordingDevice;
import io.luciola.blockstore.fault.ReorderingDevice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Records what a workload does to a device, and holds the engine that opens after each crash
 * against the model.
 */
final class CrashHarness {

  /** Open sectors up to which every subset of them is a state. */
  static final int EXHAUSTIVE_SECTORS = 10;

  static final long DEVICE_BYTES = 24 << 20;
  static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(1, 2)).withMaxChunks(256).withJournalBytes(2 << 20);
  private static final long NANOS_PER_CALL = 100_000;

  /** What the device is like. */
  record Setting(boolean volatileCache, int sectorBytes) {
    static final List<Setting> ALL =
        List.of(
            new Setting(true, 4096),
            new Setting(true, 512),
            new Setting(false, 4096),
            new Setting(false, 512));

    @Override
    public String toString() {
      return (volatileCache ? "cache" : "nocache") + "-" + sectorBytes;
    }
  }

  /** A workload that was run. */
  record Recording(
      Setting setting, EngineModel model, DeviceImage base, DeviceLog log, long seed) {}

  /** Every freed block soon. */
  static final DiscardOptions DISCARDS = new DiscardOptions(0, 4, 1L << 40);

  private final boolean overlaps;
  private final boolean reorders;
  private @Nullable DiscardOptions discards;
  private long timeNs;

  /**
   * Runs workloads.
   *
   * @param overlaps whether an operation begins before the one before has ended
   * @param reorders whether the device carries requests out late and in any order
   */
  CrashHarness(boolean overlaps, boolean reorders) {
    this.overlaps = overlaps;
    this.reorders = reorders;
    quiet(Level.WARN);
  }

  /** From now on the engine has freed space discarded. */
  CrashHarness discarding() {
    discards = DISCARDS;
    return this;
  }

  /** Makes the engine's log say only what is at least so bad. */
  static void quiet(Level level) {
    ((Logger) LoggerFactory.getLogger("io.luciola.blockstore")).setLevel(level);
  }

  /** Where everything lies on the devices that are formatted here. */
  static DeviceLayout layout() {
    return DeviceLayout.plan(
        DEVICE_BYTES, FORMAT.journalBytes(), FORMAT.maxChunks(), FORMAT.journaledBytes());
  }

  EngineOptions options() {
    return EngineOptions.defaults("crash")
        .withNanoTime(() -> timeNs += NANOS_PER_CALL)
        .withSpace(SpaceThresholds.defaults(), discards)
        .withScrubBytesPerSecond(0);
  }

  /** A freshly formatted device after some operations and an orderly close. */
  DeviceImage prepared(Setting setting, List<Operation> setup) {
    DeviceImage image = new DeviceImage(DEVICE_BYTES);
    BlockEngine.format(device(image, setting), FORMAT);
    if (!setup.isEmpty()) {
      EngineModel model = new EngineModel(() -> 0);
      try (EngineRunner runner = new EngineRunner(model, () -> device(image, setting), options())) {
        for (Operation operation : setup) {
          runner.run(operation);
          runner.settle();
        }
        runner.shut();
      }
    }
    return image;
  }

  /**
   * Runs the setup, then records the workload.
   *
   * @param seed of the order in which requests are carried out
   */
  Recording record(Setting setting, List<Operation> setup, List<Operation> workload, long seed) {
    DeviceImage image = new DeviceImage(DEVICE_BYTES);
    BlockDevice bottom = device(image, setting);
    BlockEngine.format(bottom, FORMAT);
    RecordingDevice recording =
        new RecordingDevice(reorders ? new ReorderingDevice(bottom, seed) : bottom);
    EngineModel model = new EngineModel(() -> recording.log().position());
    try (EngineRunner runner =
        new EngineRunner(model, () -> new KeptOpenDevice(recording), options())) {
      for (Operation operation : setup) {
        runner.run(operation);
        runner.settle();
      }
      runner.idle();
      model.adopt(runner.inspector());
      DeviceLog log = recording.begin();
      DeviceImage base = image.copy();
      for (Operation operation : workload) {
        runner.run(operation);
        if (!overlaps) {
          runner.settle();
        }
      }
      runner.idle();
      model.checkExactly(runner.inspector());
      // What happens behind this is a close that nobody looks at.
      Recording recorded = new Recording(setting, model, base, log, seed);
      recording.begin();
      runner.shut();
      return recorded;
    }
  }

  /**
   * Opens the chosen ones of all crash states of a recording; returns how many were opened.
   *
   * @param samples of states with too many open sectors for all subsets
   */
  int check(Recording recording, int samples, IntPredicate chosen) {
    CrashStates states = states(recording, samples);
    int[] checked = {0};
    states.forEach(
        state -> {
          if (chosen.test(state.number())) {
            checked[0]++;
            check(recording, state);
          }
        });
    return checked[0];
  }

  private static CrashStates states(Recording recording, int samples) {
    return new CrashStates(
        recording.log,
        recording.base,
        recording.setting.sectorBytes,
        EXHAUSTIVE_SECTORS,
        samples,
        recording.seed);
  }

  private void check(Recording recording, CrashState state) {
    try {
      open(recording, state);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(state + ": " + e.getMessage(), e);
    }
  }

  private void open(Recording recording, CrashState state) {
    BlockDevice device = device(state.image(), recording.setting);
    try (EngineInspector recovered = new EngineInspector(device, options())) {
      recording.model.check(recovered, state.position());
      SpaceCheck.check(recovered.engine);
      recovered.awaitRemovals();
      SpaceCheck.check(recovered.engine);
      recording.model.check(recovered, state.position());
    }
  }

  /** Has every crash state of a recording checked as fsck does; returns how many. */
  int checkDevices(Recording recording, int samples) {
    int[] checked = {0};
    states(recording, samples)
        .forEach(
            state -> {
              checked[0]++;
              CheckReport report =
                  DeviceCheck.run(
                      device(state.image(), recording.setting), true, (what, done, of) -> {});
              if (report.errors() > 0) {
                throw new AssertionError(state + ": " + report.findings());
              }
              if (report.isClean()) {
                // A warning may be of an update that was cut off, which the engine leaves out.
                checkAgrees(report, device(state.image(), recording.setting));
              }
            });
    return checked[0];
  }

  /** What fsck says of targets and space is what the engine finds. */
  private void checkAgrees(CheckReport report, BlockDevice device) {
    try (EngineInspector recovered = new EngineInspector(device, options())) {
      BlockEngine engine = recovered.engine;
      Set<Long> listed = new HashSet<>();
      long usedBytes = 0;
      for (TargetSummary target : report.device().targets()) {
        usedBytes += target.usedBytes();
        if (!target.removing()) {
          listed.add(target.id());
        }
      }
      assertEquals(Set.copyOf(recovered.targets()), listed);
      assertEquals(engine.capacityBytes() - engine.freeBytes(), usedBytes);
    }
  }

  /**
   * Crashes again in the middle of the recovery from a crash, at every point; returns how many
   * states were opened.
   */
  int checkTwice(Recording recording, int samples, IntPredicate chosen) {
    int[] checked = {0};
    states(recording, samples)
        .forEach(
            state -> {
              if (chosen.test(state.number())) {
                checked[0] += crashAgain(recording, state);
              }
            });
    return checked[0];
  }

  private int crashAgain(Recording recording, CrashState first) {
    DeviceImage image = first.image();
    DeviceImage base = image.copy();
    RecordingDevice recovering = new RecordingDevice(device(image, recording.setting));
    try (EngineInspector recovered = new EngineInspector(recovering, options())) {
      recording.model.check(recovered, first.position());
    }
    CrashStates states =
        new CrashStates(
            recovering.log(), base, recording.setting.sectorBytes, 4, 2, recording.seed);
    int[] checked = {0};
    states.forEach(
        second -> {
          checked[0]++;
          try (EngineInspector again =
              new EngineInspector(device(second.image(), recording.setting), options())) {
            recording.model.check(again, first.position());
            SpaceCheck.check(again.engine);
          } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(first + ", then " + second + ": " + e.getMessage(), e);
          }
        });
    return checked[0];
  }

  private static BlockDevice device(DeviceImage image, Setting setting) {
    return new ImageDevice(image, setting.sectorBytes, setting.volatileCache);
  }
}
