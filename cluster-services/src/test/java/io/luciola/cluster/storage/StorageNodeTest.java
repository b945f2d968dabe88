package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StorageNodeTest {

  private static final int MEMORY_BYTES = 4 << 20;
  private static final int CHUNK_BYTES = 65536;
  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(30_000_000_000L);
  private static final DataPathOptions HASTY =
      DataPathOptions.DEFAULTS.withDeadlineNs(700_000_000L);

  private final InMemoryChunkEngine.Content[][] contents = LoopbackCluster.contents(3, 2);
  private final long memory = Memory.allocate(MEMORY_BYTES);
  private LoopbackCluster cluster;
  private FileLayout layout;

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk disk) {
    return disk;
  }

  @BeforeEach
  void start() {
    cluster = LoopbackCluster.inMemory(contents, this::onThread);
    layout = cluster.layout(CHUNK_BYTES);
  }

  @AfterEach
  void stop() {
    cluster.close();
    Memory.free(memory, MEMORY_BYTES);
  }

  private byte[] read(ChainDataPath path, long inode, long offset, int length) {
    Memory.fill(memory, length, (byte) 0x5A);
    assertEquals(length, path.readNow(layout, inode, offset, length, memory));
    byte[] bytes = new byte[length];
    Memory.get(memory, bytes, 0, length);
    return bytes;
  }

  private int write(ChainDataPath path, long inode, long offset, byte[] data) {
    Memory.put(memory, data, 0, data.length);
    return path.writeNow(layout, inode, offset, data.length, memory);
  }

  private static byte[] randomBytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aWriteThroughThreeReplicasIsReadBack() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(1, 2_000_000);
      assertEquals(data.length, write(path, 42, 12_345, data));
      assertArrayEquals(data, read(path, 42, 12_345, data.length));
      assertArrayEquals(new byte[12_345], read(path, 42, 0, 12_345));
      assertArrayEquals(new byte[100_000], read(path, 42, 3_000_000, 100_000));
    }
  }

  @Test
  void aCutFileReadsAsZerosBeyondItsEnd() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(2, 500_000);
      assertEquals(data.length, write(path, 7, 0, data));
      assertEquals(0, path.cutNow(layout, 7, 500_000, 100_001));
      byte[] expected = data.clone();
      java.util.Arrays.fill(expected, 100_001, expected.length, (byte) 0);
      assertArrayEquals(expected, read(path, 7, 0, data.length));
      assertEquals(0, path.cutNow(layout, 7, 500_000, 0));
      assertArrayEquals(new byte[data.length], read(path, 7, 0, data.length));
      assertEquals(0, path.cutNow(layout, 8, 500_000, 0), "a file that has no chunks");
    }
  }

  @Test
  void manyDataPathsAndRestartsLeaveWhatTheModelSays() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        long seed = 100L + i;
        Callable<?> task =
            () -> {
              new ModelRun(cluster, layout, seed, seed).run(300);
              return null;
            };
        results.add(threads.submit(task));
      }
      for (int node = 1; node <= 3; node++) {
        Thread.sleep(150);
        cluster.stop(node);
        Thread.sleep(50);
        cluster.start(node);
        cluster.publish();
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aDeadReplicaDelaysWritesUntilTheirDeadlineOnly() {
    try (ChainDataPath path = cluster.dataPath(HASTY)) {
      byte[] data = randomBytes(3, CHUNK_BYTES);
      assertEquals(data.length, write(path, 1, 0, data));
      // Chain 1: the middle is on node 2.
      cluster.stop(cluster.nodeAt(1, 1));
      long startNs = System.nanoTime();
      assertEquals(-Errno.EIO, write(path, 1, 0, data));
      assertTrue(System.nanoTime() - startNs >= 600_000_000L, "it was tried until the deadline");
    }
  }

  @Test
  void readsGoOnWhileAnyReplicaIsThere() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(4, 1_000_000);
      assertEquals(data.length, write(path, 1, 0, data));
      cluster.stop(1);
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(data, read(path, 1, 0, data.length));
      }
      cluster.stop(3);
      assertArrayEquals(data, read(path, 1, 0, data.length));
    }
  }

  @Test
  void writesGoOnWhenTheChainIsChanged() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(5, 1_000_000);
      assertEquals(data.length, write(path, 1, 0, data));
      cluster.stop(2);
      cluster.setState(2, PublicTargetState.OFFLINE);
      byte[] other = randomBytes(6, 1_000_000);
      assertEquals(other.length, write(path, 1, 0, other));
      assertArrayEquals(other, read(path, 1, 0, other.length));
    }
  }

  @Test
  void aReadGoesElsewhereWhenAReplicaIsCorrupt() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(7, 1_000_000);
      assertEquals(data.length, write(path, 1, 0, data));
      for (InMemoryChunkEngine.Content disk : contents[0]) {
        disk.readsAreCorrupt = true;
      }
      for (int i = 0; i < 20; i++) {
        assertArrayEquals(data, read(path, 1, 0, data.length));
      }
    }
  }

  @Test
  void aDiskWhoseEngineFailsIsOutAndTheOthersServe() {
    try (ChainDataPath path = cluster.dataPath(PATIENT);
        ChainDataPath hasty = cluster.dataPath(HASTY)) {
      byte[] data = randomBytes(8, 500_000);
      assertEquals(data.length, write(path, 1, 0, data));
      contents[0][0].fails = true;
      // Chain 1 has its head on that disk.
      Memory.fill(memory, 4096, (byte) 1);
      FileLayout dead = FileLayout.whole(CHUNK_BYTES, new int[] {1});
      assertEquals(-Errno.EIO, hasty.writeNow(dead, 2, 0, 4096, memory));
      // Its copies of chains 1 to 3 are gone, others have them.
      assertArrayEquals(data, read(path, 1, 0, data.length));
      layout = FileLayout.whole(CHUNK_BYTES, new int[] {4, 5, 6});
      byte[] more = randomBytes(9, 500_000);
      assertEquals(more.length, write(path, 3, 0, more));
      assertArrayEquals(more, read(path, 3, 0, more.length));
      List<TargetUsage> usage = cluster.server(1).node().usage();
      for (int i = 0; i < 100 && usage.stream().allMatch(TargetUsage::upToDate); i++) {
        LockSupport.parkNanos(100_000_000);
        usage = cluster.server(1).node().usage();
      }
      assertEquals(3, usage.stream().filter(target -> !target.upToDate()).count());
    }
  }

  @Test
  void aFullChainIsENOSPC() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      contents[0][0].full = true;
      // Chain 1 has its head on the first disk of node 1.
      assertEquals(-Errno.ENOSPC, write(path, 1, 0, new byte[4096]));
    }
  }

  @Test
  void aReplicaThatDiffersIsNamedByTheOneBeforeItAndWritesWaitUntilItIsOut() throws Exception {
    FileLayout chain = FileLayout.whole(CHUNK_BYTES, new int[] {1});
    layout = chain;
    int tail = cluster.nodeAt(1, 2);
    byte[] data = randomBytes(10, 4096);
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      assertEquals(4096, write(path, 1, 0, data));
    }
    // The tail acknowledged the write when its commit was on the way.
    for (int i = 0; contents[tail - 1][0].scramble() == 0; i++) {
      assertTrue(i < 2_000, "the tail commits nothing");
      LockSupport.parkNanos(1_000_000);
    }
    byte[] part = randomBytes(11, 100);
    System.arraycopy(part, 0, data, 1000, 100);
    Future<Integer> writing =
        CompletableFuture.supplyAsync(
            () -> {
              try (ChainDataPath path = cluster.dataPath(PATIENT)) {
                return write(path, 1, 1000, part);
              }
            });
    long middle = LoopbackCluster.targetId(1, 1);
    long differs = LoopbackCluster.targetId(1, 2);
    for (int i = 0; divergedBehind(middle) != differs; i++) {
      assertTrue(i < 200, "nobody says that target " + differs + " differs");
      LockSupport.parkNanos(100_000_000);
    }
    assertEquals(Chain.NO_TARGET, divergedBehind(LoopbackCluster.targetId(1, 0)));
    assertFalse(writing.isDone());
    cluster.setState(tail, PublicTargetState.OFFLINE);
    assertEquals(100, writing.get(60, TimeUnit.SECONDS));
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      assertArrayEquals(data, read(path, 1, 0, 4096));
    }
  }

  private long divergedBehind(long targetId) {
    for (int node = 1; node <= 3; node++) {
      for (TargetUsage usage : cluster.server(node).node().usage()) {
        if (usage.targetId() == targetId) {
          return usage.divergedSuccessor();
        }
      }
    }
    throw new AssertionError("nobody holds target " + targetId);
  }

  @Test
  void hostileBytesEndTheirConnectionAndNothingElse() throws IOException {
    Random random = new Random(8);
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      byte[] data = randomBytes(9, 100_000);
      for (int i = 0; i < 50; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
          OutputStream out = socket.getOutputStream();
          byte[] noise = new byte[1 + random.nextInt(2000)];
          random.nextBytes(noise);
          out.write(noise);
          out.flush();
          if (noise.length >= 8) {
            // The node ends it: with a reset or in order.
            assertTrue(endsSoon(socket), "round " + i);
          }
        }
      }
      assertEquals(data.length, write(path, 1, 0, data));
      assertArrayEquals(data, read(path, 1, 0, data.length));
    }
  }

  private static boolean endsSoon(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    try {
      return socket.getInputStream().read() == -1;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @Test
  void aNodeSaysWhatItHolds() {
    try (ChainDataPath path = cluster.dataPath(PATIENT)) {
      assertEquals(4096, write(path, 1, 0, new byte[4096]));
    }
    List<TargetUsage> usage = cluster.server(1).node().usage();
    assertEquals(6, usage.size());
    assertTrue(usage.stream().allMatch(TargetUsage::upToDate));
  }
}
