package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.UringDevice;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on a real file, over restarts. */
class UringEngineTest {

  @Test
  void whatWasCommittedIsThereAfterReopening(@TempDir Path directory) {
    Path file = directory.resolve("disk");
    UringDevice.create(file, 48 << 20);
    byte[] data = new byte[300_000];
    new Random(5).nextBytes(data);
    byte[] patch = new byte[700];
    new Random(6).nextBytes(patch);
    try (EngineFixture fixture = new EngineFixture(open(file)).withTarget(1 << 30)) {
      fixture.write(1, 1, 512 << 10, 0, data);
      fixture.write(1, 2, 512 << 10, 5001, patch);
      assertEquals(
          EngineStatus.OK, fixture.prepare(ChunkUpdate.WRITE, 1, 3, 512 << 10, 100, new byte[50]));
    }
    System.arraycopy(patch, 0, data, 5001, patch.length);
    try (EngineFixture fixture = new EngineFixture(open(file))) {
      assertEquals(data.length, fixture.read(1, ChunkEngine.COMMITTED, 0, 512 << 10));
      assertArrayEquals(data, fixture.bytes(data.length));
      assertEquals(EngineStatus.OK, fixture.commit(1, 3));
      assertEquals(50, fixture.read(1, 3, 100, 50));
    }
  }

  private static BlockDevice open(Path file) {
    try {
      return UringDevice.open(file);
    } catch (DeviceException e) {
      Assumptions.abort("io_uring is not to be had here: " + e.getMessage());
      throw e;
    }
  }
}
