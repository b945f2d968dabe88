package io.luciola.blockstore.engine.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of {@code docs/threading.md}: what the rings cost. Prints; asserts no speed. */
@Tag("slow")
class HandoffFiguresTest {

  private static final int ROUNDS = 5;
  private static final int CHUNKS = 32;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final long DEVICE_BYTES = 128L << 20;
  private static final long RUN_NS = 400_000_000;
  private static final int CALLS = 20_000;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** A way to use the engine; null threading: on this thread, without rings. */
  private record Way(String name, ThreadingMode threading, IdleMode idle) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("direct", null, IdleMode.YIELD),
          new Way("dedicated, busy-spin", ThreadingMode.DEDICATED, IdleMode.BUSY_SPIN),
          new Way("dedicated, yield", ThreadingMode.DEDICATED, IdleMode.YIELD),
          new Way("dedicated, backoff", ThreadingMode.DEDICATED, IdleMode.BACKOFF),
          new Way("dedicated, block", ThreadingMode.DEDICATED, IdleMode.BLOCK));

  @Test
  void onMemory() {
    measure("memory", () -> new MemoryDevice(DEVICE_BYTES));
  }

  @Test
  void onAFile(@TempDir Path folder) {
    Path file = folder.resolve("disk");
    UringDevice.create(file, DEVICE_BYTES);
    measure("file", () -> UringDevice.open(file));
  }

  private static void measure(String name, Supplier<BlockDevice> opener) {
    double[][][] results = new double[WAYS.size()][6][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      for (int way = 0; way < WAYS.size(); way++) {
        double[] result = run(WAYS.get(way), opener);
        for (int i = 0; i < result.length && round >= 0; i++) {
          results[way][i][round] = result[i];
        }
      }
    }
    System.out.printf(
        "FIGURE %s: %-22s %10s %10s %10s %10s %12s %12s%n",
        name, "", "QD1 k/s", "us CPU", "QD32 k/s", "us CPU", "stat p50 ns", "stat p99 ns");
    for (int way = 0; way < WAYS.size(); way++) {
      double[] medians = new double[6];
      for (int i = 0; i < medians.length; i++) {
        Arrays.sort(results[way][i]);
        medians[i] = results[way][i][ROUNDS / 2];
      }
      System.out.printf(
          "FIGURE %s: %-22s %10.1f %10.2f %10.1f %10.2f %12.0f %12.0f%n",
          name,
          WAYS.get(way).name(),
          medians[0],
          medians[1],
          medians[2],
          medians[3],
          medians[4],
          medians[5]);
    }
  }

  private static double[] run(Way way, Supplier<BlockDevice> opener) {
    Load load = new Load();
    EngineSource source =
        new EngineSource(
            "figures",
            listener -> {
              BlockDevice device = opener.get();
              if (!BlockEngine.isFormatted(device)) {
                BlockEngine.format(device, FormatOptions.defaults(new UUID(1, 2)));
              }
              return BlockEngine.open(device, EngineOptions.defaults("figures"), listener);
            });
    if (way.threading() == null) {
      ChunkEngine engine = source.opener().apply(load);
      load.use(engine, IdleStrategy.yielding());
      double[] result = load.measure();
      engine.close();
      load.close();
      return result;
    }
    IdleStrategy waiting =
        way.idle() == IdleMode.BUSY_SPIN ? IdleStrategy.busySpin() : IdleStrategy.yielding();
    try (EngineRunner runner =
        EngineRunner.start(way.threading(), way.idle(), 1024, List.of(source))) {
      EngineClient client = runner.connect(0, ClientOptions.polling(64, waiting), load);
      load.use(client, waiting);
      double[] result = load.measure();
      client.close();
      load.close();
      return result;
    }
  }

  /** Random 4 KiB reads, a number of them under way, and calls of {@code stat}. */
  private static final class Load extends RecordingListener {
    private final long memory = Memory.allocate((long) MAX_DEPTH * 4096);
    private final long content = Memory.allocate(CHUNK_BYTES);
    private final SplittableRandom random = new SplittableRandom(1);
    private final int[] freeSlots = new int[MAX_DEPTH];
    private int freeCount;
    private ChunkEngine engine;
    private IdleStrategy idle;
    private int lastStatus;
    private long completed;

    void use(ChunkEngine used, IdleStrategy strategy) {
      engine = used;
      idle = strategy;
      assertEquals(EngineStatus.OK, engine.createTarget(1, Long.MAX_VALUE));
      ChunkStat stat = new ChunkStat();
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        if (engine.stat(1, 0, chunk, stat) == EngineStatus.OK) {
          continue;
        }
        ChunkUpdate update = new ChunkUpdate();
        update.targetId = 1;
        update.chunkLo = chunk;
        update.kind = ChunkUpdate.WRITE;
        update.lengthBytes = CHUNK_BYTES;
        update.dataAddress = content;
        update.dataCrc32c = new Crc32c().of(content, CHUNK_BYTES);
        update.version = 1;
        update.capacityBytes = CHUNK_BYTES;
        assertEquals(EngineStatus.OK, engine.prepare(update, 0));
        await(completed + 1);
        assertEquals(EngineStatus.OK, lastStatus);
        assertEquals(EngineStatus.OK, engine.commit(1, 0, chunk, 1, 1));
      }
    }

    double[] measure() {
      double[] one = reads(1);
      double[] many = reads(MAX_DEPTH);
      long[] calls = calls();
      return new double[] {
        one[0], one[1], many[0], many[1], calls[calls.length / 2], calls[calls.length / 100 * 99]
      };
    }

    /** Thousands of reads per second, and microseconds of processor time for each. */
    private double[] reads(int depth) {
      freeCount = 0;
      for (int i = 0; i < depth; i++) {
        freeSlots[freeCount++] = i;
      }
      long cpuNs = SYSTEM.getProcessCpuTime();
      long fromNs = System.nanoTime();
      long from = completed;
      while (System.nanoTime() - fromNs < RUN_NS) {
        while (freeCount > 0) {
          int slot = freeSlots[--freeCount];
          int status =
              engine.read(
                  1,
                  0,
                  random.nextInt(CHUNKS),
                  ChunkEngine.COMMITTED,
                  random.nextInt(CHUNK_BYTES / 4096) * 4096,
                  4096,
                  memory + slot * 4096L,
                  slot);
          assertTrue(status == EngineStatus.OK, EngineStatus.name(status));
        }
        idle.idle(engine.doWork());
      }
      long reads = completed - from;
      long tookNs = System.nanoTime() - fromNs;
      long usedNs = SYSTEM.getProcessCpuTime() - cpuNs;
      while (freeCount < depth) {
        idle.idle(engine.doWork());
      }
      return new double[] {reads * 1e6 / tookNs, usedNs / 1e3 / reads};
    }

    private long[] calls() {
      ChunkStat stat = new ChunkStat();
      long[] tookNs = new long[CALLS];
      for (int i = 0; i < CALLS; i++) {
        long fromNs = System.nanoTime();
        assertEquals(EngineStatus.OK, engine.stat(1, 0, i % CHUNKS, stat));
        tookNs[i] = System.nanoTime() - fromNs;
      }
      Arrays.sort(tookNs);
      return tookNs;
    }

    private void await(long goal) {
      while (completed < goal) {
        idle.idle(engine.doWork());
      }
    }

    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      lastStatus = status;
      completed++;
    }

    @Override
    public void onRead(long tag, int status, long version) {
      assertEquals(4096, status);
      freeSlots[freeCount++] = (int) tag;
      completed++;
    }

    void close() {
      Memory.free(memory, (long) MAX_DEPTH * 4096);
      Memory.free(content, CHUNK_BYTES);
    }
  }
}
