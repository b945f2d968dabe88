package io.luciola.fio.engine.chunkfile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.fio.engine.EngineException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkStoreModelTest {

  private static final int CHUNKS = 3;
  private static final int ROUNDS = 80;

  @TempDir Path directory;

  private final byte[][] model = new byte[CHUNKS][0];

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, true", "4, true"})
  void whatWasWrittenIsReadAlsoAfterReopening(long seed, boolean syncMetadata)
      throws EngineException {
    SplittableRandom random = new SplittableRandom(seed);
    StoreFixture store = new StoreFixture(directory, CHUNKS, syncMetadata);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        String where = "seed " + seed + ", round " + round;
        if (random.nextInt(10) == 0) {
          store.close();
          store = new StoreFixture(directory, CHUNKS, syncMetadata);
        }
        writeSome(store, random, where);
        readSome(store, random, where);
      }
    } finally {
      store.close();
    }
  }

  /** Several at once; those of one chunk take effect in their order. */
  private void writeSome(StoreFixture store, SplittableRandom random, String where) {
    int writes = 1 + random.nextInt(StoreFixture.DEPTH);
    int[] lengths = new int[writes];
    for (int request = 0; request < writes; request++) {
      int chunk = random.nextInt(CHUNKS);
      int length = length(random);
      int offset = offset(random, chunk, length);
      byte[] data = new byte[length];
      random.nextBytes(data);
      lengths[request] = length;
      long at = (long) chunk * StoreFixture.CHUNK_BYTES + offset;
      store.submitWrite(request, at, data, random.nextInt(4) == 0);
      model[chunk] = Arrays.copyOf(model[chunk], Math.max(model[chunk].length, offset + length));
      System.arraycopy(data, 0, model[chunk], offset, length);
    }
    int[] results = store.await(writes);
    for (int request = 0; request < writes; request++) {
      assertEquals(lengths[request], results[request], where);
    }
  }

  private static int length(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 4096;
      case 1 -> StoreFixture.CHUNK_BYTES;
      case 2 -> 1 + random.nextInt(10_000);
      default -> 4096 * (1 + random.nextInt(8));
    };
  }

  /** Often at the chunk's end, often at a page, sometimes anywhere. */
  private int offset(SplittableRandom random, int chunk, int length) {
    int last = StoreFixture.CHUNK_BYTES - length;
    int end = model[chunk].length;
    return switch (random.nextInt(3)) {
      case 0 -> Math.min(last, end);
      case 1 -> random.nextInt(last / 4096 + 1) * 4096;
      default -> random.nextInt(last + 1);
    };
  }

  private void readSome(StoreFixture store, SplittableRandom random, String where) {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (model[chunk].length == 0) {
        continue;
      }
      long at = (long) chunk * StoreFixture.CHUNK_BYTES;
      assertArrayEquals(model[chunk], store.read(at, StoreFixture.CHUNK_BYTES), where);
      int from = random.nextInt(model[chunk].length);
      int to = from + random.nextInt(model[chunk].length - from) + 1;
      assertArrayEquals(
          Arrays.copyOfRange(model[chunk], from, to), store.read(at + from, to - from), where);
    }
  }
}
