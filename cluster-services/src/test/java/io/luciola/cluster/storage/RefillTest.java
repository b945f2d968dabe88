package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come back to chains which have gone on without them. */
@Timeout(120)
class RefillTest {

  private static final long DISK_BYTES = 256 << 20;
  private static final int SMALL_CHUNK_BYTES = 65_536;
  private static final int SMALL_FILE_BYTES = 3 << 20;
  private static final int CHUNK_BYTES = 4 << 20;
  private static final int FILE_BYTES = 24 << 20;
  private static final int LARGE_FILE_BYTES = 96 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int GONE = 3;

  @TempDir Path folder;

  private final byte[] expected = new byte[FILE_BYTES];
  private final long memory = Memory.allocate(FILE_BYTES);
  private final Random random = new Random(7);
  private FileLayout layout;

  private LoopbackCluster start() {
    return new LoopbackCluster(
        3,
        1,
        (node, disk, uuid) ->
            onThread(
                new DiskFiles(folder, DISK_BYTES)
                    .open(node, uuid, EngineOptions.defaults("disk"))));
  }

  private Path file(int node) {
    return new DiskFiles(folder, DISK_BYTES).of(node);
  }

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk disk) {
    return disk;
  }

  @Test
  void whatWasMissedComesBackWhileWritesGoOn() throws InterruptedException {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(SMALL_CHUNK_BYTES);
      write(path, 0, SMALL_FILE_BYTES / 2);
      leave(cluster);
      writeSome(path, 40, SMALL_FILE_BYTES);
      refillWhileWritesGoOn(cluster, path, SMALL_FILE_BYTES);
      assertServedByTheOneThatWasAway(cluster, path, SMALL_FILE_BYTES);
    }
    assertReplicasAreTheSame();
  }

  @Test
  void onlyTheBlocksThatDifferMove() {
    int differingBytes;
    long movedBytes;
    long skippedBytes;
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES);
      leave(cluster);
      differingBytes = changeTenthOfBlocks(path);
      comeBack(cluster);
      serveWhenRefilled(cluster, new AtomicBoolean());
      movedBytes = movedBytes(cluster);
      skippedBytes =
          cluster.server(1).node().refillTotals().skippedBytes()
              + cluster.server(2).node().refillTotals().skippedBytes();
      assertServedByTheOneThatWasAway(cluster, path, FILE_BYTES);
    }
    System.out.printf(
        "FIGURE refill: %d bytes differ, %d bytes moved, ratio %.3f%n",
        differingBytes, movedBytes, movedBytes / (double) differingBytes);
    assertTrue(
        movedBytes <= 1.2 * differingBytes,
        movedBytes + " bytes moved for " + differingBytes + " that differ");
    assertEquals(FILE_BYTES - differingBytes, skippedBytes);
    assertReplicasAreTheSame();
  }

  @Test
  void largeChunksComeBackByBlocksWhileWritesGoOn() throws InterruptedException {
    long movedBytes;
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES - 5_000); // so that a chunk ends within a block
      leave(cluster);
      writeSome(path, 200, FILE_BYTES);
      refillWhileWritesGoOn(cluster, path, FILE_BYTES);
      movedBytes = movedBytes(cluster);
      assertServedByTheOneThatWasAway(cluster, path, FILE_BYTES);
    }
    assertTrue(movedBytes < FILE_BYTES / 2, movedBytes + " bytes moved");
    assertReplicasAreTheSame();
  }

  @Test
  @Tag("slow")
  @Timeout(300)
  void figuresOfForegroundLatency() {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      for (int offset = 0; offset < LARGE_FILE_BYTES; offset += FILE_BYTES) {
        assertEquals(FILE_BYTES, path.writeNow(layout, 1, offset, FILE_BYTES, memory));
      }
      measure("before", path, 2_000_000_000L, cluster);
      for (int round = 0; round < 2; round++) {
        leave(cluster);
        // All blocks alike differ, a tenth of them.
        for (int block = round; block < LARGE_FILE_BYTES / BLOCK_BYTES; block += 10) {
          assertEquals(
              BLOCK_BYTES,
              path.writeNow(layout, 1, (long) block * BLOCK_BYTES, BLOCK_BYTES, memory));
        }
        measure("one node away", path, 3_000_000_000L, cluster);
        long movedBytes = movedBytes(cluster);
        comeBack(cluster);
        LockSupport.parkNanos(50_000_000);
        measure("refilling", path, Long.MAX_VALUE, cluster);
        System.out.printf("FIGURE refill moved %d bytes%n", movedBytes(cluster) - movedBytes);
        cluster.setState(GONE, PublicTargetState.SERVING);
        LockSupport.parkNanos(500_000_000);
        measure("afterwards", path, 3_000_000_000L, cluster);
      }
    }
  }

  /** Single writes at random places, for a time or until the refill has ended. */
  private void measure(String what, ChainDataPath path, long forNs, LoopbackCluster cluster) {
    long[] latencies = new long[200_000];
    int count = 0;
    long beganNs = System.nanoTime();
    long nowNs = beganNs;
    while (count < latencies.length
        && (forNs == Long.MAX_VALUE
            ? !isRefilled(cluster.server(GONE).node().usage())
            : nowNs - beganNs < forNs)) {
      long offset = (long) random.nextInt(LARGE_FILE_BYTES / BLOCK_BYTES) * BLOCK_BYTES;
      Memory.putLong(memory, random.nextLong());
      assertEquals(BLOCK_BYTES, path.writeNow(layout, 1, offset, BLOCK_BYTES, memory));
      long thenNs = System.nanoTime();
      latencies[count++] = thenNs - nowNs;
      nowNs = thenNs;
    }
    Arrays.sort(latencies, 0, count);
    System.out.printf(
        "FIGURE 4 KiB writes, %s: %d in %.1f s, P50 %d us, P90 %d us, P99 %d us, worst %d us%n",
        what,
        count,
        (nowNs - beganNs) / 1e9,
        latencies[count / 2] / 1000,
        latencies[count * 9 / 10] / 1000,
        latencies[count * 99 / 100] / 1000,
        latencies[Math.max(count - 1, 0)] / 1000);
  }

  // ---- steps

  private static void leave(LoopbackCluster cluster) {
    cluster.stop(GONE);
    cluster.setState(GONE, PublicTargetState.OFFLINE);
  }

  private static void comeBack(LoopbackCluster cluster) {
    cluster.start(GONE);
    cluster.setState(GONE, PublicTargetState.SYNCING);
  }

  private void refillWhileWritesGoOn(LoopbackCluster cluster, ChainDataPath path, int fileBytes)
      throws InterruptedException {
    comeBack(cluster);
    AtomicBoolean serving = new AtomicBoolean();
    Thread watch = Thread.ofPlatform().start(() -> serveWhenRefilled(cluster, serving));
    int writes = 0;
    while (!serving.get() || writes < 50) {
      writeSome(path, 1, fileBytes);
      writes++;
    }
    watch.join();
  }

  private static void serveWhenRefilled(LoopbackCluster cluster, AtomicBoolean serving) {
    while (!isRefilled(cluster.server(GONE).node().usage())) {
      LockSupport.parkNanos(10_000_000);
    }
    cluster.setState(GONE, PublicTargetState.SERVING);
    serving.set(true);
  }

  private static boolean isRefilled(List<TargetUsage> usage) {
    return !usage.isEmpty() && usage.stream().allMatch(TargetUsage::upToDate);
  }

  private static long movedBytes(LoopbackCluster cluster) {
    return cluster.server(1).node().refillTotals().movedBytes()
        + cluster.server(2).node().refillTotals().movedBytes();
  }

  private void assertServedByTheOneThatWasAway(
      LoopbackCluster cluster, ChainDataPath path, int fileBytes) {
    cluster.setState(1, PublicTargetState.OFFLINE);
    cluster.setState(2, PublicTargetState.OFFLINE);
    assertEquals(fileBytes, path.readNow(layout, 1, 0, fileBytes, memory));
    byte[] actual = new byte[FILE_BYTES];
    Memory.get(memory, actual, 0, fileBytes);
    assertArrayEquals(expected, actual);
  }

  private void assertReplicasAreTheSame() {
    DiskDigests.assertSame(file(1), file(2), file(3));
    Memory.free(memory, FILE_BYTES);
  }

  /** Returns how many bytes of blocks differ now. */
  private int changeTenthOfBlocks(ChainDataPath path) {
    int blocksPerChunk = CHUNK_BYTES / BLOCK_BYTES;
    int differing = 0;
    for (int chunk = 0; chunk < FILE_BYTES / CHUNK_BYTES; chunk++) {
      BitSet changed = new BitSet();
      while (changed.cardinality() < blocksPerChunk / 10) {
        changed.set(random.nextInt(blocksPerChunk));
      }
      for (int block = changed.nextSetBit(0); block >= 0; block = changed.nextSetBit(block + 1)) {
        write(path, chunk * CHUNK_BYTES + block * BLOCK_BYTES, BLOCK_BYTES);
        differing++;
      }
    }
    return differing * BLOCK_BYTES;
  }

  private void writeSome(ChainDataPath path, int writes, int fileBytes) {
    for (int i = 0; i < writes; i++) {
      write(path, random.nextInt(fileBytes - 9000), 1 + random.nextInt(9000));
    }
  }

  private void write(ChainDataPath path, int offset, int lengthBytes) {
    byte[] data = new byte[lengthBytes];
    random.nextBytes(data);
    Memory.put(memory, data, 0, lengthBytes);
    assertEquals(lengthBytes, path.writeNow(layout, 1, offset, lengthBytes, memory));
    System.arraycopy(data, 0, expected, offset, lengthBytes);
  }
}
