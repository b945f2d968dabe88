package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.SpaceCheck;
import io.luciola.blockstore.engine.space.SpaceThresholds;
import io.luciola.blockstore.fault.DeviceFault;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.NonDurableDevice;
import io.luciola.blockstore.fault.ReorderingDevice;
import io.luciola.blockstore.linux.Errno;
import java.util.List;
import java.util.Random;

/** An engine with its model, on a device that loses power and fails now and then. */
final class FaultyEngine {

  private static final CrashHarness.Setting SETTING = new CrashHarness.Setting(false, 4096);
  private static final DeviceImage PREPARED =
      new CrashHarness(false, false)
          .prepared(SETTING, List.of(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30)));

  // Without a log there is one position only: whatever was promised is certain in it.
  private static final int NOW = 0;

  private final EngineModel model = new EngineModel(() -> NOW);
  private final DeviceImage image = PREPARED.copy();
  private final EngineRunner runner;
  private NonDurableDevice cache;
  private FailingDevice failing;
  private long timeNs;
  private long devices;

  FaultyEngine() {
    runner = new EngineRunner(model, this::device, options());
    model.adopt(runner.inspector());
  }

  long operations() {
    return runner.operations();
  }

  void run(Operation operation) {
    if (operation instanceof Operation.Reopen) {
      // A fault during an orderly close is a crash; those come at other times.
      failing.heal();
      runner.idle();
    }
    if (!runner.engine().isFailed()) {
      runner.run(operation);
    }
    if (runner.engine().isFailed()) {
      recover();
    }
  }

  /** The power goes and comes back. */
  void losePower() {
    cache.losePower();
    recover();
  }

  /** A few requests fail from here on. */
  void failSome(long seed) {
    Random random = new Random(seed);
    runner.expectFaults();
    Kind kind = List.of(Kind.READ, Kind.WRITE, Kind.WRITE, Kind.FLUSH).get(random.nextInt(4));
    DeviceFault fault =
        DeviceFault.of(Errno.EIO, kind).times(1 + random.nextInt(3), random.nextInt(6));
    failing.with(random.nextInt(3) == 0 ? fault.butCarriedOut() : fault);
  }

  /** Closes, and looks at what an orderly close leaves. */
  void finish() {
    try {
      failing.heal();
      runner.settle();
      if (runner.engine().isFailed()) {
        recover();
      }
      SpaceCheck.check(runner.engine());
      runner.shut();
    } finally {
      runner.close();
    }
  }

  private void recover() {
    // What the old engine still does goes nowhere.
    failing.disappear();
    runner.expectFaults();
    runner.recover(NOW);
    SpaceCheck.check(runner.engine());
  }

  private EngineOptions options() {
    return EngineOptions.defaults("conformity")
        .withNanoTime(() -> timeNs += 100_000)
        .withSpace(SpaceThresholds.defaults(), CrashHarness.DISCARDS)
        .withScrubBytesPerSecond(0);
  }

  private BlockDevice device() {
    BlockDevice bottom = new ImageDevice(image, 4096, false);
    cache = new NonDurableDevice(bottom, devices++);
    failing = new FailingDevice(new ReorderingDevice(cache, devices++));
    return failing;
  }
}
