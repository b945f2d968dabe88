package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.ReadMode;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reads show of a chunk whose last update has not come to its end. */
@Timeout(60)
class ReadModesTest {

  private static final int BYTES = 4096;
  private static final int INODE = 1;
  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(30_000_000_000L);
  private static final DataPathOptions HASTY =
      DataPathOptions.DEFAULTS.withDeadlineNs(400_000_000L);

  private final InMemoryChunkEngine.Content[][] contents = LoopbackCluster.contents(3, 1);
  private final LoopbackCluster cluster = LoopbackCluster.inMemory(contents, disk -> disk);
  private final FileLayout layout = cluster.layout(65_536);
  private final int tail = cluster.nodeAt(layout.chainOf(0), 2);
  private final long memory = Memory.allocate(BYTES);

  @AfterEach
  void stop() {
    cluster.close();
    Memory.free(memory, BYTES);
  }

  private int write(DataPath path, int value) {
    Memory.fill(memory, BYTES, (byte) value);
    return path.writeNow(layout, INODE, 0, BYTES, memory);
  }

  /** The value of all bytes, or a negative errno. */
  private int read(DataPath path, ReadMode mode) {
    Memory.fill(memory, BYTES, (byte) 0);
    int[] result = {0};
    assertEquals(DataPath.ACCEPTED, path.read(layout, INODE, 0, BYTES, memory, 1, mode));
    while (path.inFlight() > 0) {
      path.await((tag, outcome) -> result[0] = outcome, 100_000_000);
    }
    if (result[0] < 0) {
      return result[0];
    }
    byte[] bytes = new byte[BYTES];
    Memory.get(memory, bytes, 0, BYTES);
    for (byte each : bytes) {
      assertEquals(bytes[0], each);
    }
    return bytes[0];
  }

  @Test
  void onlyLinearizableReadsWaitForTheTailOfADirtyChunk() {
    try (ChainDataPath reader = cluster.dataPath(PATIENT);
        ChainDataPath stranger = cluster.dataPath(HASTY);
        ChainDataPath writer = cluster.dataPath(HASTY)) {
      assertEquals(BYTES, write(writer, 1));
      assertEquals(1, read(reader, ReadMode.MONOTONIC));
      cluster.stop(tail);
      assertEquals(-Errno.EIO, write(writer, 2), "it is under way, and stays so");

      assertEquals(-Errno.EIO, read(stranger, ReadMode.LINEARIZABLE));
      assertEquals(
          -Errno.EIO, read(stranger, ReadMode.MONOTONIC), "who has seen nothing, asks the tail");
      assertEquals(1, read(stranger, ReadMode.COMMITTED_LOCAL));
      assertEquals(1, read(reader, ReadMode.MONOTONIC));

      cluster.start(tail);
      while (read(reader, ReadMode.MONOTONIC) != 2) {
        LockSupport.parkNanos(1_000_000); // the head goes on by itself
      }
      assertEquals(2, read(reader, ReadMode.LINEARIZABLE));
    }
  }

  @Test
  void monotonicReadsNeverGoBackHoweverReplicasDiffer() throws InterruptedException {
    try (ChainDataPath reader = cluster.dataPath(PATIENT);
        ChainDataPath writer = cluster.dataPath(PATIENT)) {
      Thread writing =
          Thread.ofPlatform()
              .start(
                  () -> {
                    long own = Memory.allocate(BYTES);
                    for (int value = 1; value <= 100; value++) {
                      Memory.fill(own, BYTES, (byte) value);
                      writer.writeNow(layout, INODE, 0, BYTES, own);
                    }
                    Memory.free(own, BYTES);
                  });
      int last = 0;
      int changes = 0;
      while (writing.isAlive() || last < 100) {
        int now = read(reader, ReadMode.MONOTONIC);
        assertTrue(now >= last, last + " was seen before " + now);
        changes += now > last ? 1 : 0;
        last = now;
      }
      writing.join();
      assertTrue(changes > 1, "it saw nothing change");
    }
  }

  @Test
  void aChunkThatWasRemovedAndMadeAnewIsRead() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      for (int value = 1; value <= 5; value++) {
        assertEquals(BYTES, write(path, value));
        assertEquals(value, read(path, ReadMode.MONOTONIC));
      }
      assertEquals(0, path.cutNow(layout, INODE, BYTES, 0));
      assertEquals(0, read(path, ReadMode.MONOTONIC));
      assertEquals(BYTES, write(path, 9));
      assertEquals(9, read(path, ReadMode.MONOTONIC));
    }
  }

  @Test
  void readsAreSpreadOverTheReplicas() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      assertEquals(BYTES, write(path, 1));
      int total = 200_000;
      int[] counters = {0, 0};
      long[] before = readsByNode();
      while (counters[1] < total) {
        while (path.inFlight() < 32 && counters[0] < total) {
          counters[0]++;
          path.read(layout, INODE, 0, BYTES, memory, 1, ReadMode.LINEARIZABLE);
        }
        path.await(
            (tag, outcome) -> {
              assertEquals(BYTES, outcome);
              counters[1]++;
            },
            100_000_000);
      }
      long[] after = readsByNode();
      for (int node = 0; node < after.length; node++) {
        double share = (double) (after[node] - before[node]) / total;
        // Nearly a third each; on a busy machine who has less of a processor is asked less.
        System.out.printf("node %d serves %.1f %% of the reads%n", node + 1, 100 * share);
        assertTrue(share > 0.25 && share < 0.45, "node " + (node + 1) + ": " + share);
      }
    }
  }

  private long[] readsByNode() {
    return Arrays.stream(contents).mapToLong(disks -> disks[0].reads.get()).toArray();
  }
}
