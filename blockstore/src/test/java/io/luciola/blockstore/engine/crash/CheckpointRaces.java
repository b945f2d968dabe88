package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.SpaceCheck;
import io.luciola.blockstore.engine.crash.CrashHarness.Setting;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.HoldingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.KeptOpenDevice;
import io.luciola.blockstore.fault.RecordingDevice;
import java.util.List;

/** What comes in between the steps of a checkpoint, while the device holds back one of them. */
final class CheckpointRaces implements AutoCloseable {

  private static final int KIB = 1 << 10;
  private static final int BLOCK = 4 * KIB;
  private static final int LARGE = 256 * KIB;

  private static final int PENDING = 8;
  private static final int WIDE = 9;
  private static final int FILLER = 10;
  private static final int WIDE_TOO = 11;

  // In two chunks: more than the engine brings to their places at once.
  private static final int LONE_BLOCKS = 24;
  private static final int LAST_LONE_BLOCK = (LONE_BLOCKS - 1) * 2 * BLOCK;
  // One more makes a checkpoint due.
  private static final int FILLINGS = 8;
  private static final int SOME_TURNS = 100;
  private static final int QUEUE_DEPTH = 128;
  private static final long OTHER_TARGET = 9;

  // Each is a record; together they make a checkpoint due.
  private static final int MANY_TARGETS = 1000;

  private final DeviceLayout layout = CrashHarness.layout();
  private final CrashHarness harness = new CrashHarness(false, false);
  private final EngineModel model = new EngineModel(() -> 0);
  private final DeviceImage image = harness.prepared(new Setting(true, BLOCK), List.of());
  private final HoldingDevice holding =
      new HoldingDevice(new ImageDevice(image, BLOCK, true, QUEUE_DEPTH));
  // Notices writes to one place at the same time.
  private final RecordingDevice recording = new RecordingDevice(holding);
  private final EngineRunner runner =
      new EngineRunner(model, () -> new KeptOpenDevice(recording), harness.options());

  private CheckpointRaces() {}

  /** Runs all of them. */
  static void run() {
    try (CheckpointRaces races = new CheckpointRaces()) {
      races.replaceWhatWaits();
    }
    try (CheckpointRaces races = new CheckpointRaces()) {
      races.endWhatIsHeld();
    }
    try (CheckpointRaces races = new CheckpointRaces()) {
      races.freeWhatIsBeingWritten();
    }
    try (CheckpointRaces races = new CheckpointRaces()) {
      races.removeTheTargetOfWhatIsHeld();
    }
    try (CheckpointRaces races = new CheckpointRaces()) {
      races.holdWhileATargetIsBeingRemoved();
    }
  }

  /**
   * Later commits replace blocks that the checkpoint needs at their places: it must not hold before
   * these commits are durable.
   */
  private void replaceWhatWaits() {
    commitLoneBlocks();
    for (int chunk : List.of(WIDE, WIDE_TOO)) {
      runner.run(
          new Operation.Prepare(Change.write(chunk, LAST_LONE_BLOCK, BLOCK, LARGE).withSeed(77)));
    }
    makeCheckpointDue(layout.dataOffset(), Long.MAX_VALUE);
    runner.run(new Operation.CommitAll(List.of(WIDE, WIDE_TOO)));
    holding.hold(layout.journalOffset(), layout.checkpointOffset());
    runner.run(new Operation.Work(SOME_TURNS));
    require(
        !isSuperblockWritten(),
        "the superblock names a checkpoint, and what replaced its blocks is not durable");
    holding.release();
    runner.idle();
    require(isSuperblockWritten(), "the checkpoint never ends");
    checkAfterCrash();
  }

  /** A pending update ends whose data the snapshot is to take, and another takes its memory. */
  private void endWhatIsHeld() {
    commitLoneBlocks();
    runner.run(new Operation.Update(Change.write(PENDING, 0, 16 * KIB, 64 * KIB)));
    runner.run(new Operation.Prepare(Change.write(PENDING, 100, 50, 64 * KIB)));
    makeCheckpointDue(layout.checkpointOffset(), layout.pagesOffset());
    runner.run(new Operation.Discard(PENDING));
    runner.run(new Operation.Prepare(Change.write(PENDING, 5000, 70, 64 * KIB).withSeed(78)));
    runner.settle();
    holding.release();
    runner.idle();
    require(isSuperblockWritten(), "the checkpoint never ends");
    checkAfterCrash();
  }

  /** Chunks go whose blocks are being written, and others come into their place. */
  private void freeWhatIsBeingWritten() {
    commitLoneBlocks();
    makeCheckpointDue(layout.dataOffset(), Long.MAX_VALUE);
    for (int chunk : List.of(WIDE, WIDE_TOO)) {
      runner.run(new Operation.Update(Change.remove(chunk)));
    }
    runner.run(new Operation.Sync());
    for (int chunk : List.of(WIDE, WIDE_TOO)) {
      runner.run(new Operation.Prepare(Change.write(chunk, 0, LARGE, LARGE).withSeed(chunk)));
    }
    runner.run(new Operation.Work(SOME_TURNS));
    holding.release();
    runner.idle();
    checkAfterCrash();
  }

  /**
   * A target goes whose pending update the snapshot is to take, and another gets its number before
   * the update is written.
   */
  private void removeTheTargetOfWhatIsHeld() {
    commitLoneBlocks();
    runner.run(new Operation.Update(Change.write(PENDING, 0, 16 * KIB, 64 * KIB)));
    runner.run(new Operation.Prepare(Change.write(PENDING, 100, 50, 64 * KIB)));
    makeCheckpointDue(layout.checkpointOffset(), layout.pagesOffset());
    runner.run(new Operation.RemoveTarget(EngineModel.TARGET));
    runner.run(new Operation.Work(SOME_TURNS));
    runner.run(new Operation.CreateTarget(OTHER_TARGET, 1 << 30));
    runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
    runner.run(new Operation.Update(Change.write(PENDING, 0, 20 * KIB, 64 * KIB).withSeed(79)));
    require(holding.isHolding(), "the checkpoint did not wait");
    holding.release();
    runner.idle();
    require(isSuperblockWritten(), "the checkpoint never ends");
    checkAfterCrash();
  }

  /** A whole checkpoint comes while a target waits for an update before it can go. */
  private void holdWhileATargetIsBeingRemoved() {
    runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
    runner.run(new Operation.Update(Change.write(WIDE, 0, LARGE, LARGE)));
    runner.idle();
    recording.begin();
    holding.hold(layout.dataOffset(), Long.MAX_VALUE);
    runner.run(new Operation.Prepare(Change.write(PENDING, 0, 16 * KIB, 64 * KIB)));
    runner.run(new Operation.RemoveTarget(EngineModel.TARGET));
    for (int i = 0; !isSuperblockWritten(); i++) {
      require(i < MANY_TARGETS, "no checkpoint begins");
      runner.run(new Operation.CreateTarget(OTHER_TARGET, i));
    }
    runner.run(new Operation.Work(SOME_TURNS));
    checkAfterCrash();
    require(
        runner.engine().removedTargetIds().length == 1, "the removal did not wait for the update");
    holding.release();
    runner.idle();
    checkAfterCrash();
    runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
    checkAfterCrash();
  }

  /** Leaves many committed blocks without neighbours that are not at their places yet. */
  private void commitLoneBlocks() {
    runner.run(new Operation.CreateTarget(EngineModel.TARGET, 1 << 30));
    for (int chunk : List.of(WIDE, WIDE_TOO)) {
      runner.run(new Operation.Update(Change.write(chunk, 0, LARGE, LARGE)));
    }
    runner.run(new Operation.Update(Change.write(FILLER, 0, 64 * KIB, 64 * KIB)));
    for (int i = 0; i < LONE_BLOCKS; i++) {
      int offset = i * 2 * BLOCK;
      runner.run(
          new Operation.PrepareAll(
              List.of(
                  Change.write(WIDE, offset, BLOCK, LARGE).withSeed(100 + i),
                  Change.write(WIDE_TOO, offset, BLOCK, LARGE).withSeed(200 + i))));
      runner.settle();
      runner.run(new Operation.CommitAll(List.of(WIDE, WIDE_TOO)));
    }
  }

  /** A checkpoint begins, and gets as far as its first write to this part of the device. */
  private void makeCheckpointDue(long heldFirstByte, long heldEndByte) {
    runner.idle();
    recording.begin();
    holding.hold(heldFirstByte, heldEndByte);
    int fillings = 0;
    while (!holding.isHolding()) {
      require(fillings++ < FILLINGS, "no checkpoint begins");
      Change change = Change.write(FILLER, 0, 64 * KIB, 64 * KIB).withSeed(fillings);
      runner.run(new Operation.Update(change));
      runner.run(new Operation.Work(SOME_TURNS));
    }
  }

  private boolean isSuperblockWritten() {
    return recording.log().firstWriteBelow(layout.journalOffset()) < recording.log().position();
  }

  /** The power goes now, when all is durable. */
  private void checkAfterCrash() {
    try (EngineInspector recovered =
        new EngineInspector(new ImageDevice(image.copy(), BLOCK, true), harness.options())) {
      model.checkExactly(recovered);
      require(recovered.engine.damages().isEmpty(), "found damaged: " + recovered.engine.damages());
      SpaceCheck.check(recovered.engine);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  @Override
  public void close() {
    holding.release();
    runner.shut();
    runner.close();
    recording.close();
  }
}
