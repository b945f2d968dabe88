package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.blockstore.engine.format.StoredTarget;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Removing targets, beside what the crash tests and the model do with them. */
class TargetRemovalTest {

  private static final long OTHER = 4;
  private static final int CAPACITY = 16 << 10;
  private static final int MAX_ROUNDS = 1_000_000;

  @Test
  void aRemovedTargetIsUnknownAtOnceAndItsSpaceComesBack() {
    try (EngineFixture fixture = fixture(new DeviceImage(32 << 20))) {
      BlockEngine engine = fixture.engine;
      for (int chunk = 0; chunk < 100; chunk++) {
        fixture.write(chunk, 1, CAPACITY, 0, content(chunk, 5000));
      }
      fixture.prepare(ChunkUpdate.WRITE, 7, 2, CAPACITY, 3000, content(1, 3000));
      fixture.prepare(ChunkUpdate.WRITE, 200, 1, CAPACITY, 0, content(2, 3000));

      assertEquals(EngineStatus.OK, engine.removeTarget(EngineFixture.TARGET));

      assertArrayEquals(new long[] {OTHER}, engine.targetIds());
      assertArrayEquals(new long[] {EngineFixture.TARGET}, engine.removedTargetIds());
      assertEquals(-1, engine.usedBytes(EngineFixture.TARGET));
      assertEquals(EngineStatus.NO_SUCH_TARGET, fixture.read(7, ChunkEngine.COMMITTED, 0, 10));
      assertEquals(EngineStatus.NO_SUCH_TARGET, fixture.commit(7, 2));
      assertEquals(
          EngineStatus.NO_SUCH_TARGET,
          fixture.prepare(ChunkUpdate.WRITE, 8, 2, CAPACITY, 0, new byte[10]));
      assertEquals(
          EngineStatus.NO_SUCH_TARGET, engine.stat(EngineFixture.TARGET, 0, 7, new ChunkStat()));
      engine.forEachChunk(
          EngineFixture.TARGET,
          stat -> {
            throw new AssertionError("chunk " + stat.chunkLo);
          });
      assertEquals(EngineStatus.NO_SUCH_TARGET, engine.removeTarget(EngineFixture.TARGET));
      assertEquals(
          EngineStatus.TARGET_BEING_REMOVED, engine.createTarget(EngineFixture.TARGET, 1 << 20));

      awaitRemovals(engine);

      assertEquals(engine.capacityBytes(), engine.freeBytes());
      assertEquals(0, engine.states().quarantine.blocks());
      assertEquals(EngineStatus.OK, engine.createTarget(EngineFixture.TARGET, 1 << 20));
      assertEquals(0, engine.usedBytes(EngineFixture.TARGET));
      assertEquals(EngineStatus.NO_SUCH_CHUNK, fixture.read(7, ChunkEngine.COMMITTED, 0, 10));
      fixture.write(7, 1, CAPACITY, 0, content(9, 4000));
      assertContent(fixture, 7, content(9, 4000));
    }
  }

  @Test
  void thereIsNothingToRemoveOfATargetThatNobodyCreated() {
    try (EngineFixture fixture = fixture(new DeviceImage(32 << 20))) {
      assertEquals(EngineStatus.NO_SUCH_TARGET, fixture.engine.removeTarget(99));
      assertEquals(EngineStatus.NO_SUCH_TARGET, fixture.engine.removeTarget(-1));
      assertEquals(2, fixture.engine.targetIds().length);
    }
  }

  @Test
  void whatIsInFlightEndsAndLeavesNothingBehind() {
    DeviceImage image = new DeviceImage(32 << 20);
    try (EngineFixture fixture = fixture(image)) {
      fixture.write(1, 1, CAPACITY, 0, content(1, 9000));
      ChunkUpdate update = fixture.update;
      update.chunkLo = 2;
      update.version = 1;
      assertEquals(EngineStatus.OK, fixture.engine.prepare(update, 50));
      update.chunkLo = 1;
      update.version = 2;
      assertEquals(EngineStatus.OK, fixture.engine.prepare(update, 51));
      assertEquals(
          EngineStatus.OK,
          fixture.engine.read(EngineFixture.TARGET, 0, 1, 0, 0, 9000, fixture.buffer, 52));

      assertEquals(EngineStatus.OK, fixture.engine.removeTarget(EngineFixture.TARGET));
      awaitRemovals(fixture.engine);

      assertEquals(3, fixture.prepared, "prepares that ended");
      assertEquals(1, fixture.reads, "reads that ended");
      assertEquals(fixture.engine.capacityBytes(), fixture.engine.freeBytes());
    }
    try (EngineFixture again = new EngineFixture(device(image))) {
      assertArrayEquals(new long[] {OTHER}, again.engine.targetIds());
      SpaceCheck.check(again.engine);
    }
  }

  @Test
  void chunksOfTheSameNameInAnotherTargetStay() {
    try (EngineFixture fixture = fixture(new DeviceImage(32 << 20))) {
      for (int chunk = 0; chunk < 50; chunk++) {
        fixture.target = EngineFixture.TARGET;
        fixture.write(chunk, 1, CAPACITY, 0, content(chunk, 6000));
        fixture.target = OTHER;
        fixture.write(chunk, 1, CAPACITY, 0, content(chunk + 1, 7000));
      }
      assertEquals(EngineStatus.OK, fixture.engine.removeTarget(EngineFixture.TARGET));
      awaitRemovals(fixture.engine);
      for (int chunk = 0; chunk < 50; chunk++) {
        assertContent(fixture, chunk, content(chunk + 1, 7000));
      }
      assertEquals(50L * CAPACITY, fixture.engine.usedBytes(OTHER));
      SpaceCheck.check(fixture.engine);
    }
  }

  @Test
  void freedSpaceThatWasGivenAwayBeforeTheRemovalEndedIsTheNewOwnersAfterACrash() {
    DeviceImage image = new DeviceImage(32 << 20);
    EngineFixture fixture = fixture(image);
    BlockEngine engine = fixture.engine;
    int filled = 0;
    byte[] old = content(1, 4096);
    while (fixture.prepare(ChunkUpdate.WRITE, filled, 1, 4096, 0, old) == EngineStatus.OK) {
      assertEquals(EngineStatus.OK, fixture.commit(filled++, 1));
    }
    assertTrue(filled > 500, "only " + filled + " chunks");
    engine.checkpointNow();
    assertEquals(EngineStatus.OK, engine.removeTarget(EngineFixture.TARGET));
    fixture.target = OTHER;
    int written = 0;
    while (engine.removedTargetIds().length > 0) {
      if (engine.freeBytes() > engine.capacityBytes() / 8) {
        fixture.write(written, 1, 4096, 0, content(written, 4096));
        written++;
        if (written == 20) {
          engine.checkpointNow();
          assertRecovers(image.copy(), written, true);
        }
        if (written % 16 == 0) {
          assertRecovers(image.copy(), written, engine.removedTargetIds().length > 0);
        }
      } else {
        engine.doWork();
      }
    }
    assertTrue(written >= 32, "only " + written + " chunks while the removal went on");
    assertEquals(0, fixture.sync());
    assertRecovers(image.copy(), written, false);
    fixture.close();
    assertRecovers(image, written, false);
  }

  /** A crash now loses nothing of the other target; fsck says the same as the engine. */
  private static void assertRecovers(DeviceImage crashed, int written, boolean removing) {
    CheckReport report = DeviceCheck.run(device(crashed), true, (what, done, of) -> {});
    assertEquals(0, report.errors(), () -> report.findings().toString());
    assertEquals(
        removing, report.device().targets().stream().anyMatch(CheckReport.TargetSummary::removing));
    try (EngineFixture again = new EngineFixture(device(crashed))) {
      assertArrayEquals(new long[] {OTHER}, again.engine.targetIds());
      assertEquals(
          again.engine.capacityBytes() - again.engine.freeBytes(), report.device().usedBytes());
      again.target = OTHER;
      for (int chunk = 0; chunk < written - 1; chunk++) {
        assertContent(again, chunk, content(chunk, 4096));
      }
      SpaceCheck.check(again.engine);
      awaitRemovals(again.engine);
      assertEquals(EngineStatus.OK, again.engine.createTarget(EngineFixture.TARGET, 1 << 20));
      assertEquals(0, again.engine.usedBytes(EngineFixture.TARGET));
    }
  }

  @Test
  void aClosedEngineGoesOnWithTheRemovalWhenItIsOpenedAgain() {
    DeviceImage image = new DeviceImage(32 << 20);
    try (EngineFixture fixture = fixture(image)) {
      for (int chunk = 0; chunk < 300; chunk++) {
        fixture.write(chunk, 1, 4096, 0, content(chunk, 100));
      }
      assertEquals(EngineStatus.OK, fixture.engine.removeTarget(EngineFixture.TARGET));
      assertEquals(1, fixture.engine.removedTargetIds().length, "it takes more than one slice");
    }
    try (EngineFixture again = new EngineFixture(device(image))) {
      assertArrayEquals(new long[] {OTHER}, again.engine.targetIds());
      assertEquals(again.engine.capacityBytes(), again.engine.freeBytes());
      awaitRemovals(again.engine);
      assertEquals(EngineStatus.OK, again.engine.createTarget(EngineFixture.TARGET, 1 << 20));
    }
  }

  @Test
  void numbersOfRemovedTargetsAreUsedAgain() {
    DeviceImage image = new DeviceImage(32 << 20);
    try (EngineFixture fixture = fixture(image)) {
      fixture.target = OTHER;
      fixture.write(0, 1, CAPACITY, 0, content(5, 100));
      for (long id = 100; id < 100 + StoredTarget.MAX - 2; id++) {
        assertEquals(EngineStatus.OK, fixture.engine.createTarget(id, 1 << 20));
      }
      assertEquals(EngineStatus.NO_SPACE, fixture.engine.createTarget(1000, 1 << 20));
      for (long id = 100; id < 300; id++) {
        fixture.target = id;
        fixture.write(1, 1, CAPACITY, 0, content((int) id, 100));
        assertEquals(EngineStatus.OK, fixture.engine.removeTarget(id));
        awaitRemovals(fixture.engine);
        assertEquals(
            EngineStatus.OK, fixture.engine.createTarget(id + StoredTarget.MAX - 2, 1 << 20));
        if (id % 64 == 0) {
          fixture.engine.checkpointNow();
        }
      }
    }
    try (EngineFixture again = new EngineFixture(device(image))) {
      assertEquals(StoredTarget.MAX, again.engine.targetIds().length);
      assertEquals(CAPACITY, again.engine.capacityBytes() - again.engine.freeBytes());
      again.target = OTHER;
      assertContent(again, 0, content(5, 100));
      again.target = 300;
      assertEquals(EngineStatus.NO_SUCH_CHUNK, again.read(1, ChunkEngine.COMMITTED, 0, 10));
    }
  }

  @Test
  void othersReadAndWriteWhileAHundredThousandChunksGo() {
    int chunks = 100_000;
    MemoryDevice device = new MemoryDevice(1 << 30);
    BlockEngine.format(
        device,
        FormatOptions.defaults(new UUID(3, 3))
            .withMaxChunks(chunks + 1000)
            .withJournalBytes(8 << 20));
    try (EngineFixture fixture = new EngineFixture(device).withTarget(1L << 40)) {
      BlockEngine engine = fixture.engine;
      assertEquals(EngineStatus.OK, engine.createTarget(OTHER, 1L << 40));
      for (int chunk = 0; chunk < chunks; chunk++) {
        int status =
            fixture.prepare(ChunkUpdate.TRUNCATE, chunk, 1, 4096, chunk % 4096, new byte[0]);
        assertEquals(EngineStatus.OK, status);
        assertEquals(EngineStatus.OK, fixture.commit(chunk, 1));
      }
      fixture.target = OTHER;
      byte[][] contents = new byte[64][];
      for (int chunk = 0; chunk < contents.length; chunk++) {
        contents[chunk] = content(chunk, 6000);
        fixture.write(chunk, 1, CAPACITY, 0, contents[chunk]);
      }

      assertEquals(EngineStatus.OK, engine.removeTarget(EngineFixture.TARGET));
      fixture.mostGonePerRound = 0;
      int operations = 0;
      while (engine.removedTargetIds().length > 0) {
        int chunk = operations % contents.length;
        int version = 2 + operations / contents.length;
        contents[chunk] = content(operations, 6000);
        fixture.write(chunk, version, CAPACITY, 0, contents[chunk]);
        assertContent(fixture, (chunk + 1) % 64, contents[(chunk + 1) % 64]);
        operations += 1;
      }

      assertTrue(operations > 200, "only " + operations + " operations while it went on");
      assertTrue(
          fixture.mostGonePerRound > 0 && fixture.mostGonePerRound <= 32,
          fixture.mostGonePerRound + " chunks in one round");
      assertEquals(64L * CAPACITY, engine.capacityBytes() - engine.freeBytes());
      for (int chunk = 0; chunk < contents.length; chunk++) {
        assertContent(fixture, chunk, contents[chunk]);
      }
      SpaceCheck.check(engine);
    }
  }

  @Test
  void aDeviceThatFailsKeepsTheRemovalForItsNextOpening() {
    DeviceImage image = new DeviceImage(32 << 20);
    EngineFixture fixture = fixture(image);
    fixture.write(1, 1, CAPACITY, 0, content(1, 100));
    fixture.close();
    assertEquals(EngineStatus.ENGINE_CLOSED, fixture.engine.removeTarget(EngineFixture.TARGET));
    try (EngineFixture again = new EngineFixture(device(image))) {
      assertEquals(2, again.engine.targetIds().length);
      assertFalse(again.engine.isFailed());
      assertContent(again, 1, content(1, 100));
    }
  }

  private static EngineFixture fixture(DeviceImage image) {
    EngineFixture fixture = new EngineFixture(device(image)).withTarget(1 << 30);
    assertEquals(EngineStatus.OK, fixture.engine.createTarget(OTHER, 1 << 30));
    return fixture;
  }

  private static ImageDevice device(DeviceImage image) {
    return new ImageDevice(image, 4096, false);
  }

  private static void awaitRemovals(BlockEngine engine) {
    for (int i = 0; engine.removedTargetIds().length > 0; i++) {
      assertTrue(i < MAX_ROUNDS, "a removal does not end");
      engine.doWork();
    }
  }

  private static byte[] content(int seed, int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) (seed * 31 + 1));
    data[length - 1] = (byte) seed;
    return data;
  }

  private static void assertContent(EngineFixture fixture, long chunk, byte[] expected) {
    int status = fixture.read(chunk, ChunkEngine.COMMITTED, 0, expected.length + 1);
    assertEquals(expected.length, status, () -> EngineStatus.name(status));
    assertArrayEquals(expected, fixture.bytes(expected.length));
  }
}
