package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.MemoryDevice;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Checksums come and go when there is memory for few of them, and every read is still verified. */
class ChecksumCacheTest {

  private static final int CHUNK_BYTES = 2 << 20;
  private static final int CHUNKS = 300;
  private static final int LEAST_PAGES = 64;

  @Test
  void contentStaysReadableWithMemoryForAFractionOfTheChecksums() {
    MemoryDevice device = new MemoryDevice(1 << 30);
    BlockEngine.format(device, FormatOptions.defaults(new UUID(1, 1)).withJournalBytes(16 << 20));
    EngineOptions options = EngineOptions.defaults("test").withMemory(0, 1, 256);
    Random random = new Random(7);
    try (EngineFixture fixture = new EngineFixture(device, options).withTarget(1L << 30)) {
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        fixture.write(chunk, 1, CHUNK_BYTES, CHUNK_BYTES - 8192, block(chunk, 1));
      }
      for (int i = 0; i < 600; i++) {
        int chunk = random.nextInt(CHUNKS);
        assertEquals(4096, fixture.read(chunk, 0, CHUNK_BYTES - 8192, 4096));
        assertArrayEquals(block(chunk, 1), fixture.bytes(4096));
      }
      for (int chunk = 0; chunk < CHUNKS; chunk += 2) {
        fixture.write(chunk, 2, CHUNK_BYTES, CHUNK_BYTES - 8192, block(chunk, 2));
      }
      ChecksumCache cache = fixture.engine.states().checksumCache;
      assertTrue(cache.isBounded());
      for (int i = 0; i < 1000 && cache.pagesInMemory() > LEAST_PAGES; i++) {
        fixture.engine.doWork();
        if (i % 10 == 0) {
          assertEquals(4096, fixture.read(i % CHUNKS, 0, 0, 4096));
        }
      }
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        assertEquals(4096, fixture.read(chunk, 0, CHUNK_BYTES - 8192, 4096));
        assertArrayEquals(block(chunk, chunk % 2 == 0 ? 2 : 1), fixture.bytes(4096));
      }
      SpaceCheck.check(fixture.engine);
    }
  }

  private static byte[] block(int chunk, int version) {
    byte[] bytes = new byte[4096];
    Arrays.fill(bytes, (byte) (chunk * 31 + version));
    return bytes;
  }
}
