package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import java.util.Arrays;
import java.util.Random;

/** Random writes, cuts and reads of one file through one data path, against an array. */
final class ModelRun {

  private static final int FILE_BYTES = 1 << 20;
  private static final int SLOTS = 8;
  private static final int SLOT_BYTES = FILE_BYTES / SLOTS;
  private static final DataPathOptions OPTIONS =
      DataPathOptions.DEFAULTS.withDeadlineNs(60_000_000_000L).withLimits(16, 32);

  private final LoopbackCluster cluster;
  private final FileLayout layout;
  private final long inode;
  private final long seed;
  private final Random random;
  private final byte[] model = new byte[FILE_BYTES];

  ModelRun(LoopbackCluster cluster, FileLayout layout, long inode, long seed) {
    this.cluster = cluster;
    this.layout = layout;
    this.inode = inode;
    this.seed = seed;
    this.random = new Random(seed);
  }

  void run(int rounds) {
    long memory = Memory.allocate(FILE_BYTES);
    try (ChainDataPath path = cluster.dataPath(OPTIONS)) {
      for (int round = 0; round < rounds; round++) {
        if (random.nextInt(20) == 0) {
          int length = random.nextInt(FILE_BYTES);
          assertEquals(0, path.cutNow(layout, inode, FILE_BYTES, length), this::where);
          Arrays.fill(model, length, FILE_BYTES, (byte) 0);
        } else {
          writeSome(path, memory);
        }
        if (round % 10 == 9) {
          readSome(path, memory);
        }
      }
      assertEquals(FILE_BYTES, path.readNow(layout, inode, 0, FILE_BYTES, memory), this::where);
      byte[] all = new byte[FILE_BYTES];
      Memory.get(memory, all, 0, FILE_BYTES);
      assertArrayEquals(model, all, this::where);
    } finally {
      Memory.free(memory, FILE_BYTES);
    }
  }

  /** Several writes at a time, which do not overlap. */
  private void writeSome(DataPath path, long memory) {
    for (int slot = 0; slot < SLOTS; slot++) {
      int offset = slot * SLOT_BYTES + random.nextInt(SLOT_BYTES / 2);
      int length = 1 + random.nextInt(random.nextBoolean() ? 5000 : SLOT_BYTES / 2);
      byte[] data = new byte[length];
      random.nextBytes(data);
      System.arraycopy(data, 0, model, offset, length);
      Memory.put(memory + offset, data, 0, length);
      assertEquals(
          DataPath.ACCEPTED, path.write(layout, inode, offset, length, memory + offset, length));
    }
    while (path.inFlight() > 0) {
      path.await((tag, result) -> assertEquals(tag, result, this::where), 100_000_000);
    }
  }

  private void readSome(DataPath path, long memory) {
    int offset = random.nextInt(FILE_BYTES);
    int length = 1 + random.nextInt(FILE_BYTES - offset);
    assertEquals(length, path.readNow(layout, inode, offset, length, memory), this::where);
    byte[] bytes = new byte[length];
    Memory.get(memory, bytes, 0, length);
    assertArrayEquals(Arrays.copyOfRange(model, offset, offset + length), bytes, this::where);
  }

  private String where() {
    return "seed " + seed;
  }
}
