package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.device.spdk.StandInDevices;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine on an NVMe drive through SPDK, over restarts and moves to another thread. */
class SpdkEngineTest {

  @Test
  void whatWasCommittedIsThereAfterReopening() throws InterruptedException {
    byte[] data = new byte[300_000];
    new Random(5).nextBytes(data);
    byte[] patch = new byte[700];
    new Random(6).nextBytes(patch);
    try (StandInDevices devices = StandInDevices.local(4096, 48 << 20)) {
      devices.drive().setVolatileWriteCache(true);
      EngineFixture first = new EngineFixture(devices.open(32)).withTarget(1 << 30);
      onAnotherThread(
          () -> {
            first.write(1, 1, 512 << 10, 0, data);
            first.write(1, 2, 512 << 10, 5001, patch);
          });
      first.close();
      System.arraycopy(patch, 0, data, 5001, patch.length);
      try (EngineFixture second = new EngineFixture(devices.open(32))) {
        assertEquals(data.length, second.read(1, ChunkEngine.COMMITTED, 0, 512 << 10));
        assertArrayEquals(data, second.bytes(data.length));
      }
    }
  }

  private static void onAnotherThread(Runnable work) throws InterruptedException {
    Throwable[] failure = new Throwable[1];
    Thread thread = new Thread(work);
    thread.setUncaughtExceptionHandler((dead, why) -> failure[0] = why);
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
  }
}
