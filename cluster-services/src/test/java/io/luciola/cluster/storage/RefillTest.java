package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come back to chains which have gone on without them. */
@Timeout(120)
class RefillTest {

  private static final long DISK_BYTES = 64 << 20;
  private static final int CHUNK_BYTES = 65_536;
  private static final int FILE_BYTES = 3 << 20;
  private static final int GONE = 3;

  @TempDir Path folder;

  private final byte[] expected = new byte[FILE_BYTES];
  private final long memory = Memory.allocate(FILE_BYTES);

  private LoopbackCluster start() {
    return new LoopbackCluster(
        3,
        1,
        (node, disk, uuid) -> {
          Path file = folder.resolve("node" + node);
          if (!Files.exists(file)) {
            UringDevice.create(file, DISK_BYTES);
          }
          return open(uuid, UringDevice.open(file));
        });
  }

  private static Disk open(UUID uuid, BlockDevice device) {
    if (!BlockEngine.isFormatted(device)) {
      BlockEngine.format(device, FormatOptions.defaults(uuid));
    }
    return Disk.open(
        "disk",
        uuid,
        listener -> BlockEngine.open(device, EngineOptions.defaults("disk"), listener));
  }

  @Test
  void whatWasMissedComesBackWhileWritesGoOn() throws InterruptedException {
    Random random = new Random(7);
    try (LoopbackCluster cluster = start();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      FileLayout layout = cluster.layout(CHUNK_BYTES);
      write(path, layout, random, 0, FILE_BYTES / 2);

      cluster.stop(GONE);
      cluster.setState(GONE, PublicTargetState.OFFLINE);
      for (int i = 0; i < 40; i++) {
        write(path, layout, random, random.nextInt(FILE_BYTES - 9000), 1 + random.nextInt(9000));
      }

      cluster.start(GONE);
      cluster.setState(GONE, PublicTargetState.SYNCING);
      AtomicBoolean serving = new AtomicBoolean();
      Thread watch = Thread.ofPlatform().start(() -> serveWhenRefilled(cluster, serving));
      int writes = 0;
      while (!serving.get() || writes < 50) {
        write(path, layout, random, random.nextInt(FILE_BYTES - 9000), 1 + random.nextInt(9000));
        writes++;
      }
      watch.join();

      // Only the node that was away answers from now on.
      cluster.setState(1, PublicTargetState.OFFLINE);
      cluster.setState(2, PublicTargetState.OFFLINE);
      assertEquals(FILE_BYTES, path.readNow(layout, 1, 0, FILE_BYTES, memory));
      byte[] actual = new byte[FILE_BYTES];
      Memory.get(memory, actual, 0, FILE_BYTES);
      assertArrayEquals(expected, actual);
    } finally {
      Memory.free(memory, FILE_BYTES);
    }
  }

  private static void serveWhenRefilled(LoopbackCluster cluster, AtomicBoolean serving) {
    while (!cluster.server(GONE).node().usage().stream().allMatch(TargetUsage::upToDate)
        || cluster.server(GONE).node().usage().isEmpty()) {
      LockSupport.parkNanos(10_000_000);
    }
    cluster.setState(GONE, PublicTargetState.SERVING);
    serving.set(true);
  }

  private void write(
      ChainDataPath path, FileLayout layout, Random random, int offset, int lengthBytes) {
    byte[] data = new byte[lengthBytes];
    random.nextBytes(data);
    Memory.put(memory, data, 0, lengthBytes);
    assertEquals(lengthBytes, path.writeNow(layout, 1, offset, lengthBytes, memory));
    System.arraycopy(data, 0, expected, offset, lengthBytes);
  }
}
