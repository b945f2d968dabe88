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
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bits turn over on one replica's disk while clients read and write. */
@Timeout(120)
class RepairTest {

  private static final long DISK_BYTES = 96 << 20;
  private static final int CHUNK_BYTES = 256 << 10;
  private static final int FILE_BYTES = 12 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int DAMAGED = 2;

  @TempDir Path folder;

  private final byte[] expected = new byte[FILE_BYTES];
  private final long memory = Memory.allocate(FILE_BYTES);
  private final Random random = new Random(11);
  private final Set<Integer> damagedChunks = new HashSet<>();
  private EngineOptions options = EngineOptions.defaults("disk");
  private FileLayout layout;

  @AfterEach
  void free() {
    Memory.free(memory, FILE_BYTES);
  }

  private LoopbackCluster start() {
    return new LoopbackCluster(
        3,
        1,
        (node, disk, uuid) ->
            onThread(new DiskFiles(folder, DISK_BYTES).open(node, uuid, options)));
  }

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk disk) {
    return disk;
  }

  private Path file(int node) {
    return new DiskFiles(folder, DISK_BYTES).of(node);
  }

  @Test
  void readersSeeNothingOfItAndTheReplicaIsRepaired() throws IOException {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES);
      damage(40);
      RepairTotals totals = cluster.server(DAMAGED).node().repairTotals();
      for (int reads = 0; totals.repaired() < damagedChunks.size(); reads++) {
        assertTrue(reads < 200_000, totals.repaired() + " of " + damagedChunks.size());
        readAndVerify(path);
      }
      assertEquals(damagedChunks.size(), totals.corrupt());
      assertEquals(0, totals.failed());
      assertServedByTheDamagedOneAlone(cluster, path);
      assertEquals(damagedChunks.size(), totals.repaired());
    }
    DiskDigests.assertSame(file(1), file(2), file(3));
  }

  @Test
  void neitherDoWritersWhoMeetIt() throws IOException {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES);
      for (int round = 0; round < 3; round++) {
        damage(30);
        for (int i = 0; i < 300; i++) {
          write(path, random.nextInt(FILE_BYTES - 9000), 1 + random.nextInt(9000));
          readAndVerify(path);
        }
      }
      RepairTotals totals = cluster.server(DAMAGED).node().repairTotals();
      assertTrue(totals.repaired() > 0);
      assertEquals(0, totals.failed());
      for (int i = 0; i < 30; i++) {
        for (int offset = 0; offset < FILE_BYTES; offset += CHUNK_BYTES) {
          readAndVerify(path, offset, CHUNK_BYTES); // from whichever replica
        }
      }
      assertServedByTheDamagedOneAlone(cluster, path);
    }
    DiskDigests.assertSame(file(1), file(2), file(3));
  }

  @Test
  void theScrubFindsWhatNobodyReads() throws IOException {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES);
      cluster.stop(DAMAGED);
      damage(20);
      options = options.withScrubBytesPerSecond(64 << 20); // a pass begins with the engine
      cluster.start(DAMAGED);
      cluster.publish();
      RepairTotals totals = cluster.server(DAMAGED).node().repairTotals();
      for (int waits = 0; totals.repaired() < damagedChunks.size(); waits++) {
        assertTrue(waits < 3_000, totals.repaired() + " of " + damagedChunks.size());
        LockSupport.parkNanos(10_000_000);
      }
      assertServedByTheDamagedOneAlone(cluster, path);
    }
    DiskDigests.assertSame(file(1), file(2), file(3));
  }

  @Test
  void whatNoOtherReplicaHasStaysAnError() throws IOException {
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, 0, FILE_BYTES);
      cluster.setState(1, PublicTargetState.OFFLINE);
      cluster.setState(3, PublicTargetState.OFFLINE);
      damage(1);
      int offset = damagedChunks.iterator().next() * CHUNK_BYTES;
      RepairTotals totals = cluster.server(DAMAGED).node().repairTotals();
      try (ChainDataPath impatient =
          cluster.dataPath(DataPathOptions.DEFAULTS.withDeadlineNs(2_000_000_000L))) {
        assertTrue(impatient.readNow(layout, 1, offset, CHUNK_BYTES, memory) < 0);
      }
      assertEquals(1, totals.corrupt());
      assertEquals(1, totals.failed());
      // With the others back it is repaired.
      cluster.setState(1, PublicTargetState.SERVING);
      for (int reads = 0; totals.repaired() == 0; reads++) {
        assertTrue(reads < 200_000);
        readAndVerify(path, offset, CHUNK_BYTES);
      }
      assertEquals(1, totals.corrupt());
    }
  }

  // ---- steps

  /** Turns over a bit of some blocks of the file, wherever the node has put them. */
  private void damage(int blocks) throws IOException {
    Map<Long, Integer> byBeginning = new HashMap<>();
    ByteBuffer content = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    while (byBeginning.size() < blocks) {
      int block = random.nextInt(FILE_BYTES / BLOCK_BYTES);
      byBeginning.put(content.getLong(block * BLOCK_BYTES), block);
    }
    byte[] disk = new byte[(int) DISK_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(file(DAMAGED).toFile(), "r")) {
      file.readFully(disk);
    }
    ByteBuffer found = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel file = FileChannel.open(file(DAMAGED), StandardOpenOption.WRITE)) {
      for (int at = 0; at < disk.length; at += BLOCK_BYTES) {
        Integer block = byBeginning.get(found.getLong(at));
        if (block != null && isBlock(disk, at, block)) {
          int byteAt = at + random.nextInt(BLOCK_BYTES);
          byte turned = (byte) (disk[byteAt] ^ 1 << random.nextInt(8));
          file.write(ByteBuffer.wrap(new byte[] {turned}), byteAt);
          damagedChunks.add(block * BLOCK_BYTES / CHUNK_BYTES);
        }
      }
      file.force(true);
    }
  }

  private boolean isBlock(byte[] disk, int at, int block) {
    ByteBuffer there = ByteBuffer.wrap(disk, at, BLOCK_BYTES);
    return there.equals(ByteBuffer.wrap(expected, block * BLOCK_BYTES, BLOCK_BYTES));
  }

  private void readAndVerify(ChainDataPath path) {
    int offset = random.nextInt(FILE_BYTES - 20_000);
    readAndVerify(path, offset, 1 + random.nextInt(20_000));
  }

  private void readAndVerify(ChainDataPath path, int offset, int lengthBytes) {
    assertEquals(lengthBytes, path.readNow(layout, 1, offset, lengthBytes, memory));
    byte[] actual = new byte[lengthBytes];
    Memory.get(memory, actual, 0, lengthBytes);
    byte[] wanted = Arrays.copyOfRange(expected, offset, offset + lengthBytes);
    assertArrayEquals(wanted, actual);
  }

  private void assertServedByTheDamagedOneAlone(LoopbackCluster cluster, ChainDataPath path) {
    cluster.setState(1, PublicTargetState.OFFLINE);
    cluster.setState(3, PublicTargetState.OFFLINE);
    readAndVerify(path, 0, FILE_BYTES);
  }

  private void write(ChainDataPath path, int offset, int lengthBytes) {
    byte[] data = new byte[lengthBytes];
    random.nextBytes(data);
    Memory.put(memory, data, 0, lengthBytes);
    assertEquals(lengthBytes, path.writeNow(layout, 1, offset, lengthBytes, memory));
    System.arraycopy(data, 0, expected, offset, lengthBytes);
  }
}
