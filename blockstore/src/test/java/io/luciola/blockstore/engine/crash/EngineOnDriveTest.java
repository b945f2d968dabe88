package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.RealDrive;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.SpaceCheck;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The engine's model test ({@link ConformityTest}) on a {@link RealDrive}: the whole interface,
 * held against plain arrays, with restarts in between.
 */
@Tag("guest")
class EngineOnDriveTest {

  private static final int QUEUE_DEPTH = 64;
  private static final int OPERATIONS = Integer.getInteger("luciola.operations", 10_000);
  private static final int OPERATIONS_PER_LIFE = 250;

  // Without a log there is one position only: whatever was promised is certain in it.
  private static final int NOW = 0;

  @Test
  void behavesLikeArrays() {
    long seed = Long.getLong("luciola.seed", System.nanoTime());
    System.out.println("seed " + seed + ": repeat with -Dluciola.seed=" + seed);
    try (BlockDevice drive = RealDrive.open(QUEUE_DEPTH)) {
      BlockEngine.format(drive, CrashHarness.FORMAT);
    }
    EngineModel model = new EngineModel(() -> NOW);
    EngineRunner runner =
        new EngineRunner(
            model, () -> RealDrive.open(QUEUE_DEPTH), EngineOptions.defaults("real drive"));
    try {
      model.adopt(runner.inspector());
      runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
      RandomOperations random = new RandomOperations(seed);
      Random dice = new Random(seed);
      for (int i = 1; i < OPERATIONS; i++) {
        boolean ends = dice.nextInt(OPERATIONS_PER_LIFE) == 0;
        if (ends) {
          runner.idle();
        }
        runner.run(ends ? new Operation.Reopen() : random.next());
      }
      runner.settle();
      SpaceCheck.check(runner.engine());
      runner.shut();
      assertEquals(OPERATIONS, runner.operations());
    } finally {
      runner.close();
    }
  }
}
