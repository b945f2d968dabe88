package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.spdk.StandInDevices;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.SpaceCheck;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine held against plain arrays, on a drive through SPDK that completes in any order. */
class SpdkConformityTest {

  private static final int OPERATIONS = 1500;
  private static final int QUEUE_DEPTH = 16;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behavesLikeArrays(long seed) {
    CrashHarness harness = new CrashHarness(true, false).discarding();
    EngineModel model = new EngineModel(() -> 0);
    RandomOperations random = new RandomOperations(seed);
    Random dice = new Random(seed);
    try (StandInDevices devices = StandInDevices.local(4096, CrashHarness.DEVICE_BYTES)) {
      devices.drive().setVolatileWriteCache(seed % 2 == 0).shuffleCompletions(seed);
      devices.drive().setPollInterval(1 + dice.nextInt(4));
      try (var device = devices.open(QUEUE_DEPTH)) {
        BlockEngine.format(device, CrashHarness.FORMAT);
      }
      try (EngineRunner runner =
          new EngineRunner(model, () -> devices.open(QUEUE_DEPTH), harness.options())) {
        runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
        runner.settle();
        for (int i = 0; i < OPERATIONS; i++) {
          runner.run(dice.nextInt(150) == 0 ? new Operation.Reopen() : random.next());
        }
        runner.settle();
        SpaceCheck.check(runner.engine());
        assertTrue(runner.operations() > OPERATIONS);
        runner.shut();
      }
    }
  }
}
