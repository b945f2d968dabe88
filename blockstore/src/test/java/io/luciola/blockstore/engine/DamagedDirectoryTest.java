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
