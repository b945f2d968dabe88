package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails under load and is opened anew by the node that runs. */
@Timeout(120)
class ReopenedDiskTest {

  private static final long DISK_BYTES = 128 << 20;
  private static final int CHUNK_BYTES = 65_536;
  private static final int FILE_BYTES = 3 << 20;
  private static final int FAILING = 3;
  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(60_000_000_000L);

  private static final DataPathOptions HASTY =
      DataPathOptions.DEFAULTS.withDeadlineNs(300_000_000L);

  @TempDir Path folder;

  private final byte[] expected = new byte[FILE_BYTES];
  private final Random random = new Random(11);
  private FailingDevice device;
  private Disk disk;
  private FileLayout layout;

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk opened) {
    return opened;
  }

  private Path file(int node) {
    return folder.resolve("node" + node);
  }

  private Disk open(int node, int index, UUID uuid) {
    Path file = file(node);
    if (!Files.exists(file)) {
      UringDevice.create(file, DISK_BYTES);
    }
    FailingDevice failing = new FailingDevice(UringDevice.open(file));
    if (!BlockEngine.isFormatted(failing)) {
      BlockEngine.format(failing, FormatOptions.defaults(uuid));
    }
    Disk opened =
        onThread(
            Disk.open(
                "disk" + index,
                uuid,
                listener ->
                    BlockEngine.open(failing, EngineOptions.defaults("engine-" + node), listener)));
    if (node == FAILING) {
      device = failing;
      disk = opened;
    }
    return opened;
  }

  @Test
  void itHasItsTargetsAgainWhenTheChainsGoOnWithoutThemAndIsRefilled() throws Exception {
    long memory = Memory.allocate(FILE_BYTES);
    try (LoopbackCluster cluster = new LoopbackCluster(3, 1, this::open);
        ChainDataPath path = cluster.dataPath(PATIENT)) {
      layout = cluster.layout(CHUNK_BYTES);
      write(path, memory, 0, FILE_BYTES);

      AtomicBoolean ends = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!ends.get()) {
                      writeSome(path, memory);
                    }
                  });
      device.disappear();
      await("its targets are out", () -> allAre(cluster, LocalTargetState.OFFLINE));
      Disk failed = disk;
      await("it is let go of", failed::isClosed);
      cluster.grant(System.nanoTime());
      cluster.reopen(FAILING, 0);
      for (int i = 0; i < 10; i++) {
        cluster.publish();
        assertTrue(allAre(cluster, LocalTargetState.OFFLINE), "not before its chains know");
        LockSupport.parkNanos(20_000_000);
      }

      cluster.setState(FAILING, PublicTargetState.OFFLINE);
      await("its targets are back", () -> allAre(cluster, LocalTargetState.ONLINE));
      cluster.setState(FAILING, PublicTargetState.SYNCING);
      await("it is refilled", () -> allAre(cluster, LocalTargetState.UPTODATE));
      cluster.setState(FAILING, PublicTargetState.SERVING);
      ends.set(true);
      writer.join();
      for (int node = 1; node <= 3; node++) {
        int each = node;
        await("node " + node + " has nothing under way", () -> cluster.underWay(each) == 0);
      }

      cluster.setState(1, PublicTargetState.OFFLINE);
      cluster.setState(2, PublicTargetState.OFFLINE);
      try (ChainDataPath hasty = cluster.dataPath(HASTY)) {
        assertTrue(
            hasty.readNow(layout, 1, 0, CHUNK_BYTES, memory) < 0,
            "what was granted before its disk was opened anew does not count");
      }
      cluster.grant(System.nanoTime());
      assertEquals(FILE_BYTES, path.readNow(layout, 1, 0, FILE_BYTES, memory));
      byte[] actual = new byte[FILE_BYTES];
      Memory.get(memory, actual, 0, FILE_BYTES);
      assertArrayEquals(expected, actual);
    } finally {
      Memory.free(memory, FILE_BYTES);
    }
    DiskDigests.assertSame(file(1), file(2), file(3));
  }

  private static boolean allAre(LoopbackCluster cluster, LocalTargetState state) {
    return cluster.usage(FAILING).stream().allMatch(usage -> usage.state() == state);
  }

  private void writeSome(ChainDataPath path, long memory) {
    write(path, memory, random.nextInt(FILE_BYTES - 9000), 1 + random.nextInt(9000));
  }

  private void write(ChainDataPath path, long memory, int offset, int lengthBytes) {
    byte[] data = new byte[lengthBytes];
    random.nextBytes(data);
    Memory.put(memory, data, 0, lengthBytes);
    assertEquals(lengthBytes, path.writeNow(layout, 1, offset, lengthBytes, memory));
    System.arraycopy(data, 0, expected, offset, lengthBytes);
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, what);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
