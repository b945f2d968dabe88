package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import io.luciola.blockstore.engine.crash.EngineInspector.CorruptBlock;
import io.luciola.blockstore.engine.crash.EngineInspector.UnreadableException;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Blocks of the device are damaged, anywhere, in any way: what is read is what was written, or a
 * refusal.
 *
 * <p>What may be refused follows from what was hit. A damaged chunk page makes the targets lossy:
 * every chunk may then be CHUNK_CORRUPT (in these devices one page has them all). Without that,
 * only a chunk one of whose blocks is damaged, or the checksum of one, or a block of it in the
 * journal; and then {@code onCorrupt} names the block. The device is refused only when two blocks
 * were hit that are copies of each other.
 */
class CorruptionTest {

  static final int BLOCK = 4096;

  private static final Setting SETTING = new Setting(true, BLOCK);

  @AfterEach
  void loud() {
    CrashHarness.quiet(Level.WARN);
  }

  @Test
  void noDamageIsEverReturnedAsData() {
    check(1, 1500);
  }

  @Tag("slow")
  @Test
  void noDamageIsEverReturnedAsDataInTenThousandTrials() {
    for (long seed = 2; seed < 7; seed++) {
      check(seed, 2000);
    }
  }

  private static void check(long seed, int trials) {
    Outcome outcome = new Trials(seed).run(trials);
    System.out.println("seed " + seed + ": " + outcome);
    assertTrue(outcome.unreadable > trials / 20, "hardly any damage was met: " + outcome);
    assertTrue(outcome.lossy > 0, "no chunk page was met: " + outcome);
    assertTrue(outcome.refusedWithoutPair <= trials / 100, "refused too often: " + outcome);
  }

  /**
   * What became of the trials.
   *
   * @param intact everything was read as it was written
   * @param unreadable at least one chunk was refused, though chunk pages were found intact
   * @param lossy a chunk page was found damaged
   * @param refusedAsPair the device was not opened: both copies of a record were zeroed
   * @param refusedWithoutPair the device was not opened: two blocks were swapped
   */
  record Outcome(
      int intact, int unreadable, int lossy, int refusedAsPair, int refusedWithoutPair) {}

  /** A device with a past, and damages to it. */
  static final class Trials {

    private final long seed;
    private final EngineModel model = new EngineModel(() -> 0);
    private final DeviceLayout layout = CrashHarness.layout();
    private final List<DeviceImage> present = new ArrayList<>();
    private final Damager damager;
    private long timeNs;

    Trials(long seed) {
      this.seed = seed;
      List<DeviceImage> past = new ArrayList<>();
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
        // A device whose target was just removed has hardly anything to damage.
        runner.idle();
        runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
        for (int chunk = 0; chunk < EngineModel.CHUNKS; chunk++) {
          runner.run(new Operation.Update(operations.change(chunk)));
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
      damager = new Damager(new Random(seed), layout, image, past);
    }

    Outcome run(int trials) {
      int intact = 0;
      int unreadable = 0;
      int lossy = 0;
      int refusedAsPair = 0;
      int refusedWithoutPair = 0;
      CrashHarness.quiet(Level.OFF);
      for (int trial = 0; trial < trials; trial++) {
        DeviceImage image = present.get(trial % present.size()).copy();
        Damage damage = damager.damage(image);
        try (EngineInspector engine =
            new EngineInspector(
                new ImageDevice(image, BLOCK, true),
                EngineOptions.defaults("corruption")
                    .withNanoTime(() -> timeNs += 100_000)
                    .withScrubBytesPerSecond(0))) {
          boolean allRead = check(engine, damage);
          if (engine.engine.isLossy(EngineModel.TARGET)) {
            lossy++;
          } else if (allRead) {
            intact++;
          } else {
            unreadable++;
          }
        } catch (UnusableDeviceException e) {
          if (e.reason() != Reason.METADATA_DAMAGED || !mayBeRefused(damage)) {
            throw new AssertionError(describe(trial, damage) + e.getMessage(), e);
          }
          if (damage.kind() == Damage.Kind.BOTH_COPIES) {
            refusedAsPair++;
          } else {
            refusedWithoutPair++;
          }
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(describe(trial, damage) + e.getMessage(), e);
        }
      }
      return new Outcome(intact, unreadable, lossy, refusedAsPair, refusedWithoutPair);
    }

    private boolean mayBeRefused(Damage damage) {
      return damage.offsets().size() == 2
          && (damage.isOnly(layout, DeviceRegion.JOURNAL)
              || damage.isOnly(layout, DeviceRegion.CHECKPOINT));
    }

    private String describe(int trial, Damage damage) {
      List<DeviceRegion> regions =
          damage.offsets().stream().map(offset -> DeviceRegion.of(layout, offset)).toList();
      return "seed " + seed + " trial " + trial + " (" + damage + " in " + regions + "): ";
    }

    /** Holds every chunk against the model; false when one of them was refused. */
    private boolean check(EngineInspector engine, Damage damage) {
      boolean lossy = engine.engine.isLossy(EngineModel.TARGET);
      if (lossy) {
        require(damage.hits(layout, DeviceRegion.CHUNK_PAGE), "lossy, and no chunk page was hit");
        require(isNamed(engine, damage), "the lost page is not among " + engine.engine.damages());
      }
      boolean intact = true;
      for (int chunk = 0; chunk < EngineModel.CHUNKS; chunk++) {
        ChunkState expected = model.chunk(chunk).state;
        engine.corruptBlocks.clear();
        try {
          ChunkState actual = engine.stateOf(chunk);
          require(
              expected.isSame(actual) || (lossy && isHalfLost(engine, chunk, actual)),
              "chunk " + chunk + " is " + actual + " and should be " + expected);
        } catch (UnreadableException e) {
          if (e.status != EngineStatus.CHUNK_CORRUPT) {
            throw e;
          }
          intact = false;
          if (!(lossy && e.isOfStat)) {
            checkHeard(engine, chunk, damage);
          }
        }
      }
      return intact;
    }

    private static boolean isNamed(EngineInspector engine, Damage damage) {
      return engine.engine.damages().stream()
          .anyMatch(
              text ->
                  damage.offsets().stream().anyMatch(at -> text.contains("device offset " + at)));
    }

    /**
     * The committed version is lost and the pending one, known from a record, is not: its reader
     * must not take the chunk for one that is just being created.
     */
    private boolean isHalfLost(EngineInspector engine, int chunk, ChunkState actual) {
      Version pending = model.chunk(chunk).state.pending();
      if (actual.committed() != null || pending == null || !pending.isSame(actual.pending())) {
        return false;
      }
      try {
        engine.contentOf(chunk, ChunkEngine.COMMITTED);
        return false;
      } catch (UnreadableException e) {
        require(
            e.status == EngineStatus.CHUNK_CORRUPT,
            "chunk " + chunk + " lost its committed version, and " + e.getMessage());
        return true;
      }
    }

    private void checkHeard(EngineInspector engine, int chunk, Damage damage) {
      require(!engine.corruptBlocks.isEmpty(), "chunk " + chunk + " was refused without onCorrupt");
      boolean otherCause =
          damage.hits(layout, DeviceRegion.CHECKSUM_PAGE)
              || damage.hits(layout, DeviceRegion.JOURNAL)
              || damage.hits(layout, DeviceRegion.CHECKPOINT);
      for (CorruptBlock block : engine.corruptBlocks) {
        require(
            block.chunkHi() == EngineModel.chunkHi(chunk) && block.chunkLo() == chunk,
            "onCorrupt names " + block + " in a read of chunk " + chunk);
        require(
            otherCause || damage.hitsBlock(block.deviceOffsetBytes()),
            "onCorrupt names " + block + ", which is not damaged");
      }
    }

    private static void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new AssertionError(otherwise);
      }
    }
  }
}
