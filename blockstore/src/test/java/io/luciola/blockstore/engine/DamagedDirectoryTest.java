package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A directory page says which copy of a page holds; it is damaged, and that copy as well. */
class DamagedDirectoryTest {

  private static final int BLOCK = 4096;

  private final UsedDevice used = new UsedDevice(31);
  private final List<Long> directory = new ArrayList<>();

  /** Where the copy that holds of the first page of chunks lies. */
  private long chunkPage;

  DamagedDirectoryTest() {
    try (EngineFixture fixture = open(used.closed().copy())) {
      ChunkStates states = fixture.engine.states();
      chunkPage = states.layout.pageOffset(0, DirectoryPage.area(states.pages.copy(0)));
      for (int i = 0; i < states.layout.directoryPages(); i++) {
        int page = states.layout.firstDirectoryPage() + i;
        int copy = states.pages.copy(page);
        directory.add(states.layout.pageOffset(page, DirectoryPage.area(copy)));
      }
    }
  }

  @Test
  void theDirectoryAloneCostsNothing() {
    DeviceImage image = damagedDirectory();
    try (EngineFixture fixture = open(image)) {
      assertEquals(directory.size(), fixture.engine.damages().size());
      assertFalse(fixture.engine.isLossy(UsedDevice.TARGET));
      assertEquals(chunksOf(used.closed().copy()), chunksOf(fixture));
    }
  }

  @Test
  void anOlderCopyIsNotTakenForOneThatIsDamaged() {
    DeviceImage image = damagedDirectory();
    image.flipBit(chunkPage + 1000, 5);
    try (EngineFixture fixture = open(image)) {
      assertTrue(fixture.engine.isLossy(UsedDevice.TARGET), fixture.engine.damages().toString());
      assertEquals(List.of(), chunksOf(fixture));
      assertEquals(EngineStatus.CHUNK_CORRUPT, fixture.read(1, ChunkEngine.COMMITTED, 0, BLOCK));
    }
  }

  @Test
  void aBudgetThatWasSetBeforeDoesNotHideThatChunksAreLost() {
    DeviceImage image = used.closed().copy();
    try (EngineFixture fixture = open(image)) {
      assertEquals(EngineStatus.OK, fixture.engine.createTarget(UsedDevice.TARGET, 2L << 30));
      rewriteOne(fixture); // the record of which is behind the last checkpoint
      image = image.copy();
    }
    image.flipBit(chunkPage + 1000, 5);
    try (EngineFixture fixture = open(image)) {
      assertTrue(fixture.engine.isLossy(UsedDevice.TARGET), fixture.engine.damages().toString());
      assertEquals(EngineStatus.CHUNK_CORRUPT, fixture.read(2, ChunkEngine.COMMITTED, 0, BLOCK));
      assertEquals(EngineStatus.OK, fixture.engine.setLossy(UsedDevice.TARGET, false));
    }
    try (EngineFixture fixture = open(image)) {
      assertFalse(fixture.engine.isLossy(UsedDevice.TARGET), "somebody has accepted the losses");
    }
  }

  /** Rewrites some chunk that has no pending update. */
  private static void rewriteOne(EngineFixture fixture) {
    ChunkStat found = new ChunkStat();
    fixture.engine.forEachChunk(
        UsedDevice.TARGET,
        stat -> {
          if (stat.pendingVersion == 0) {
            found.chunkLo = stat.chunkLo;
            found.committedVersion = stat.committedVersion;
            found.capacityBytes = stat.capacityBytes;
          }
        });
    fixture.write(
        found.chunkLo, found.committedVersion + 1, found.capacityBytes, 0, new byte[BLOCK]);
  }

  private DeviceImage damagedDirectory() {
    DeviceImage image = used.closed().copy();
    directory.forEach(offset -> image.flipBit(offset + 100, 1));
    return image;
  }

  private static List<String> chunksOf(DeviceImage image) {
    try (EngineFixture fixture = open(image)) {
      return chunksOf(fixture);
    }
  }

  private static List<String> chunksOf(EngineFixture fixture) {
    List<String> chunks = new ArrayList<>();
    fixture.engine.forEachChunk(
        UsedDevice.TARGET,
        stat -> {
          if (stat.committedVersion > 0) {
            chunks.add(stat.chunkLo + " version " + stat.committedVersion);
          }
        });
    return chunks;
  }

  private static EngineFixture open(DeviceImage image) {
    EngineOptions options = EngineOptions.defaults("test").withScrubBytesPerSecond(0);
    return new EngineFixture(new ImageDevice(image, BLOCK, true), options);
  }
}
