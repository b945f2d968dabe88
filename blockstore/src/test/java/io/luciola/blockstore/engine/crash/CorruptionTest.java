package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import io.luciola.blockstore.engine.crash.EngineInspector.UnreadableException;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One block of the device is damaged, anywhere, in any way: what is read is what was written, or a
 * refusal.
 */
class CorruptionTest {

  private static final int BLOCK = 4096;
  private static final Setting SETTING = new Setting(true, BLOCK);

  @BeforeEach
  void quiet() {
    CrashHarness.quiet(Level.OFF);
  }

  @AfterEach
  void loud() {
    CrashHarness.quiet(Level.WARN);
  }

  @Test
  void noDamageIsEverReturnedAsData() {
    Outcome outcome = new Trials(1).run(2000);
    System.out.println(outcome);
    assertTrue(outcome.unreadable > 100, "hardly any damage was met: " + outcome);
  }

  @Tag("slow")
  @Test
  void noDamageIsEverReturnedAsDataInTenThousandTrials() {
    for (long seed = 2; seed < 7; seed++) {
      System.out.println(new Trials(seed).run(2000));
    }
  }

  /**
   * What became of the trials.
   *
   * @param intact everything was read as it was written
   * @param unreadable at least one chunk was refused
   * @param refused the device was not opened
   */
  record Outcome(int intact, int unreadable, int refused) {}

  /** A device with a past, and damages to it. */
  static final class Trials {

    private final Random random;
    private final long seed;
    private final EngineModel model = new EngineModel(() -> 0);
    private final List<DeviceImage> past = new ArrayList<>();
    private final List<DeviceImage> present = new ArrayList<>();
    private final List<Long> used = new ArrayList<>();
    private long timeNs;
    private String damage;

    Trials(long seed) {
      this.seed = seed;
      random = new Random(seed);
      CrashHarness harness = new CrashHarness(false, false);
      DeviceImage image = harness.prepared(SETTING, List.of());
      try (EngineRunner runner =
          new EngineRunner(model, () -> new ImageDevice(image, BLOCK, true), harness.options())) {
        Workloads.setup().forEach(runner::run);
        RandomOperations operations = new RandomOperations(seed);
        for (int i = 0; i < 400; i++) {
          runner.run(operations.next());
          if (i % 80 == 0) {
            runner.idle();
            past.add(image.copy());
          }
          if (i % 150 == 149) {
            runner.reopen();
          }
        }
        runner.run(new Operation.Sync());
        runner.idle();
        // The data of the last record's updates may be missing after a crash, and was then never
        // acknowledged: so that damage to data cannot pass for that, the last record has none.
        runner.run(new Operation.CreateTarget(99, 1));
        runner.idle();
        present.add(image.copy());
        runner.shut();
        present.add(image.copy());
      }
      byte[] zeros = new byte[BLOCK];
      for (long at = 0; at < image.sizeBytes(); at += BLOCK) {
        if (!Arrays.equals(zeros, image.read(at, BLOCK))) {
          used.add(at);
        }
      }
    }

    Outcome run(int trials) {
      int intact = 0;
      int unreadable = 0;
      int refused = 0;
      for (int trial = 0; trial < trials; trial++) {
        DeviceImage image = present.get(trial % present.size()).copy();
        damage(image);
        try (EngineInspector engine =
            new EngineInspector(
                new ImageDevice(image, BLOCK, true),
                EngineOptions.defaults("corruption").withNanoTime(() -> timeNs += 100_000))) {
          if (isIntact(engine)) {
            intact++;
          } else {
            unreadable++;
          }
        } catch (UnusableDeviceException e) {
          refused++;
          if (e.reason() != Reason.METADATA_DAMAGED) {
            throw new AssertionError(describe(trial) + e.getMessage(), e);
          }
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(describe(trial) + e.getMessage(), e);
        }
      }
      return new Outcome(intact, unreadable, refused);
    }

    private String describe(int trial) {
      return "seed " + seed + " trial " + trial + " (" + damage + "): ";
    }

    private boolean isIntact(EngineInspector engine) {
      boolean intact = true;
      for (int chunk = 0; chunk < EngineModel.CHUNKS; chunk++) {
        ChunkState expected = model.chunk(chunk).state;
        try {
          ChunkState actual = engine.stateOf(chunk);
          if (!expected.isSame(actual)) {
            throw new AssertionError(
                "chunk " + chunk + " is " + actual + " and should be " + expected);
          }
        } catch (UnreadableException e) {
          if (e.status != EngineStatus.CHUNK_CORRUPT) {
            throw e;
          }
          intact = false;
        }
      }
      return intact;
    }

    private void damage(DeviceImage image) {
      long at = somewhere(image);
      switch (random.nextInt(4)) {
        case 0 -> {
          int offset = random.nextInt(BLOCK);
          int bit = random.nextInt(8);
          image.flipBit(at + offset, bit);
          damage = "bit " + bit + " of byte " + (at + offset) + " flipped";
        }
        case 1 -> {
          image.fill(at, BLOCK, (byte) 0);
          damage = "block at " + at + " zeroed";
        }
        case 2 -> {
          long other = somewhere(image);
          byte[] one = image.read(at, BLOCK);
          image.write(at, image.read(other, BLOCK), 0, BLOCK);
          image.write(other, one, 0, BLOCK);
          damage = "blocks at " + at + " and " + other + " swapped";
        }
        default -> {
          int when = random.nextInt(past.size());
          image.write(at, past.get(when).read(at, BLOCK), 0, BLOCK);
          damage = "block at " + at + " as it was at time " + when;
        }
      }
    }

    private long somewhere(DeviceImage image) {
      return random.nextInt(8) == 0
          ? random.nextInt((int) (image.sizeBytes() / BLOCK)) * (long) BLOCK
          : used.get(random.nextInt(used.size()));
    }
  }
}
