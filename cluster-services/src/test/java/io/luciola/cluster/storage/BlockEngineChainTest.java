package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.ReadMode;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chains over real block engines. */
@Timeout(180)
class BlockEngineChainTest {

  private static final long DISK_BYTES = 64 << 20;
  private static final int FILE_BYTES = 16 << 20;
  private static final int IO_BYTES = 4096;
  private static final int DEPTH = 32;

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk disk) {
    return disk;
  }

  private Disk open(int node, int disk, UUID uuid, BlockDevice device) {
    if (!BlockEngine.isFormatted(device)) {
      // A journal so large that there are few checkpoints, which do allocate a little.
      BlockEngine.format(
          device, FormatOptions.defaults(uuid).withJournalBytes(device.geometry().sizeBytes() / 4));
    }
    return onThread(
        Disk.open(
            "disk" + disk,
            listener ->
                BlockEngine.open(
                    device, EngineOptions.defaults("engine-" + node + "-" + disk), listener)));
  }

  private LoopbackCluster onMemory() {
    return new LoopbackCluster(
        3, 2, (node, disk, uuid) -> open(node, disk, uuid, new MemoryDevice(DISK_BYTES)));
  }

  @Test
  void whatWasWrittenSurvivesRestartsOfAllNodes(@TempDir Path folder) throws Exception {
    LoopbackCluster.EngineOpener onFiles =
        (node, disk, uuid) -> {
          Path file = folder.resolve("node" + node + "-disk" + disk);
          if (!Files.exists(file)) {
            UringDevice.create(file, DISK_BYTES);
          }
          return open(node, disk, uuid, UringDevice.open(file));
        };
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (LoopbackCluster cluster = new LoopbackCluster(3, 2, onFiles)) {
      FileLayout layout = cluster.layout(65536);
      List<Future<?>> runs = new ArrayList<>();
      for (long seed = 1; seed <= 2; seed++) {
        ModelRun run = new ModelRun(cluster, layout, seed, seed);
        runs.add(threads.submit(() -> run.run(100)));
      }
      for (int node = 1; node <= 3; node++) {
        LockSupport.parkNanos(200_000_000);
        cluster.stop(node);
        cluster.start(node);
        cluster.publish();
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aBudgetThatIsChangedCountsWithoutARestart() {
    int chunkBytes = 1 << 20;
    long memory = Memory.allocate(chunkBytes);
    try (LoopbackCluster cluster = onMemory();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      FileLayout chain = FileLayout.whole(chunkBytes, new int[] {1});
      assertEquals(chunkBytes, path.writeNow(chain, 1, 0, chunkBytes, memory));
      cluster.setBudget(2L * chunkBytes);
      int written = 1;
      long endNs = System.nanoTime() + 60_000_000_000L;
      while (path.writeNow(chain, 1, (long) written * chunkBytes, chunkBytes, memory)
          != -Errno.ENOSPC) {
        written++; // some nodes may not have the new map yet
        assertTrue(System.nanoTime() < endNs && written < 30, "the budget does not count");
      }
      cluster.setBudget(1L << 40);
      while (path.writeNow(chain, 1, (long) written * chunkBytes, chunkBytes, memory)
          == -Errno.ENOSPC) {
        assertTrue(System.nanoTime() < endNs, "the raised budget does not count");
      }
    } finally {
      Memory.free(memory, chunkBytes);
    }
  }

  @Test
  void readsAndWritesAllocateNothingOnceWarm() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LoopbackCluster cluster = onMemory();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      Load load = new Load(cluster, path);
      load.prefill();
      load.run(10_000, 50);
      long[] node = threadIds(1);
      int operations = 5_000;
      long client = Long.MAX_VALUE;
      long server = Long.MAX_VALUE;
      // What the compiler has not reached yet may allocate, and so may timers and the once-a-second
      // report, a little; an object per request would be 16 bytes or more.
      for (int i = 0; i < 30 && (client >= operations || server >= 2L * operations); i++) {
        long clientBefore = threads.getCurrentThreadAllocatedBytes();
        long nodeBefore = allocatedBytes(threads, node);
        load.run(operations, 50);
        client = threads.getCurrentThreadAllocatedBytes() - clientBefore;
        server = allocatedBytes(threads, node) - nodeBefore;
      }
      load.close();
      assertTrue(client < operations, "client: " + client + " bytes in the last run");
      assertTrue(server < 2L * operations, "node 1: " + server + " bytes in the last run");
    }
  }

  @Test
  @Tag("slow")
  void figuresOfSmallRandomAccess() {
    try (LoopbackCluster cluster = onMemory();
        ChainDataPath path = cluster.dataPath(DataPathOptions.DEFAULTS)) {
      Load load = new Load(cluster, path);
      load.prefill();
      for (int round = 0; round < 3; round++) {
        for (int depth : new int[] {1, DEPTH}) {
          for (int writes : new int[] {0, 100}) {
            load.depth = depth;
            int operations = depth == 1 ? 10_000 : 60_000;
            long startNs = System.nanoTime();
            load.run(operations, writes);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            System.out.printf(
                "FIGURE %s, round %d: 4 KiB random %s, depth %d: %.0f/s, %.1f us each%n",
                getClass().getSimpleName(),
                round,
                writes == 0 ? "read" : "write",
                depth,
                operations / seconds,
                seconds * 1e6 * depth / operations);
          }
        }
      }
      assertEquals(0, load.failed);
      load.close();
    }
  }

  private static long[] threadIds(int node) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && belongsTo(node, thread.getName()))
        .mapToLong(Thread::threadId)
        .toArray();
  }

  private static boolean belongsTo(int node, String thread) {
    return thread.equals("storage-" + node) || thread.startsWith("engine-" + node + "-");
  }

  private static long allocatedBytes(ThreadMXBean threads, long[] ids) {
    return Arrays.stream(ids).map(threads::getThreadAllocatedBytes).sum();
  }

  /** Random 4 KiB reads and writes of one file, several at a time. */
  private static final class Load implements DataPath.Completion, AutoCloseable {
    private final FileLayout layout;
    private final DataPath path;
    private final long memory = Memory.allocate(FILE_BYTES);
    private final Random random = new Random(1);
    private int depth = DEPTH;
    private int failed;

    Load(LoopbackCluster cluster, DataPath path) {
      this.layout = cluster.layout(1 << 20);
      this.path = path;
    }

    void prefill() {
      for (int offset = 0; offset < FILE_BYTES; offset += 1 << 20) {
        assertEquals(1 << 20, path.writeNow(layout, 1, offset, 1 << 20, memory));
      }
    }

    void run(int operations, int writePercent) {
      int started = 0;
      while (started < operations || path.inFlight() > 0) {
        while (started < operations && path.inFlight() < depth) {
          int block = random.nextInt(FILE_BYTES / IO_BYTES);
          long address = memory + (long) (started % depth) * IO_BYTES;
          long offset = (long) block * IO_BYTES;
          if (random.nextInt(100) < writePercent) {
            path.write(layout, 1, offset, IO_BYTES, address, started);
          } else {
            path.read(layout, 1, offset, IO_BYTES, address, started, ReadMode.LINEARIZABLE);
          }
          started++;
        }
        path.await(this, 1_000_000_000L);
      }
    }

    @Override
    public void onCompletion(long tag, int result) {
      if (result != IO_BYTES) {
        failed++;
      }
    }

    @Override
    public void close() {
      assertEquals(0, failed);
      Memory.free(memory, FILE_BYTES);
    }
  }
}
