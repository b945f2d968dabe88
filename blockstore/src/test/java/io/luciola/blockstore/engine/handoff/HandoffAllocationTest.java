package io.luciola.blockstore.engine.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.MemoryDevice;
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
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither side of the rings allocates once it is warm. */
@Timeout(120)
class HandoffAllocationTest {

  private static final int CHUNKS = 16;
  private static final int CHUNK_BYTES = 65536;
  private static final int ROUNDS = 4_000;
  private static final int ATTEMPTS = 30;

  /** Much less than an object per round. */
  private static final long ALLOWED_BYTES = 16_384;

  @ParameterizedTest
  @EnumSource(
      value = IdleMode.class,
      names = {"YIELD", "BLOCK"})
  void nothingIsAllocatedPerRequest(IdleMode idle) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (EngineRunner runner =
            EngineRunner.start(
                ThreadingMode.DEDICATED,
                idle,
                64,
                List.of(new EngineSource("allocation", onMemory())));
        Load load = new Load(runner, idle == IdleMode.BLOCK)) {
      load.run(ROUNDS);
      long engine =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("allocation"))
              .findFirst()
              .orElseThrow()
              .threadId();
      long least = Long.MAX_VALUE;
      // What the compiler has not reached yet may allocate; once it has, nothing does.
      for (int i = 0; i < ATTEMPTS && least > ALLOWED_BYTES; i++) {
        long before =
            threads.getCurrentThreadAllocatedBytes() + threads.getThreadAllocatedBytes(engine);
        load.run(ROUNDS);
        long after =
            threads.getCurrentThreadAllocatedBytes() + threads.getThreadAllocatedBytes(engine);
        least = Math.min(least, after - before);
      }
      assertTrue(least <= ALLOWED_BYTES, least + " bytes in the best of the measured rounds");
    }
  }

  /** With a journal so large that there is hardly a checkpoint, which does allocate a little. */
  private static Function<ChunkEngine.Listener, ChunkEngine> onMemory() {
    MemoryDevice device = new MemoryDevice(256 << 20);
    BlockEngine.format(device, FormatOptions.defaults(new UUID(1, 1)).withJournalBytes(128 << 20));
    return listener -> BlockEngine.open(device, EngineOptions.defaults("memory"), listener);
  }

  /** A read, an update with its commit, and both kinds of stat per round. */
  private static final class Load implements HandoffListener, AutoCloseable {
    private final EngineClient client;
    private final IdleStrategy idle = IdleStrategy.yielding();
    private final long memory = Memory.allocate(CHUNK_BYTES);
    private final ChunkUpdate update = new ChunkUpdate();
    private final ChunkStat stat = new ChunkStat();
    private final long[] versions = new long[CHUNKS];
    private int completions;

    Load(EngineRunner runner, boolean sleeps) {
      client = runner.connect(0, new ClientOptions(8, sleeps, idle), this);
      assertEquals(EngineStatus.OK, client.createTarget(1, 1L << 30));
      update.targetId = 1;
      update.kind = ChunkUpdate.WRITE;
      update.lengthBytes = 4096;
      update.dataAddress = memory;
      update.dataCrc32c = new Crc32c().of(memory, 4096);
      update.capacityBytes = CHUNK_BYTES;
    }

    void run(int rounds) {
      for (int round = 0; round < rounds; round++) {
        int chunk = round % CHUNKS;
        versions[chunk]++;
        update.chunkLo = chunk;
        update.version = versions[chunk];
        int goal = completions + 1;
        ask(client.prepare(update, 0));
        await(goal);
        ask(client.commit(1, 0, chunk, versions[chunk], 1));
        goal = completions + 2;
        ask(client.read(1, 0, chunk, ChunkEngine.COMMITTED, 0, 4096, memory, 0));
        ask(client.askStat(1, 0, chunk, 0));
        await(goal);
        ask(client.stat(1, 0, chunk, stat));
      }
    }

    private static void ask(int status) {
      if (status != EngineStatus.OK) {
        throw new AssertionError(EngineStatus.name(status));
      }
    }

    private void await(int goal) {
      while (completions < goal) {
        idle.idle(client.doWork());
      }
    }

    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      ask(status);
      completions++;
    }

    @Override
    public void onRead(long tag, int status, long version) {
      ask(status - 4096);
      completions++;
    }

    @Override
    public void onStat(long tag, int status, ChunkStat found) {
      ask(status);
      completions++;
    }

    @Override
    public void onSynced(long tag, int status) {
      throw new AssertionError("nobody asked");
    }

    @Override
    public void onCommitRefused(
        long targetId, long chunkHi, long chunkLo, long version, int status) {
      throw new AssertionError(EngineStatus.name(status));
    }

    @Override
    public void close() {
      client.close();
      Memory.free(memory, CHUNK_BYTES);
    }
  }
}
