package io.luciola.blockstore.engine.handoff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.IdleStrategy;
import io.luciola.blockstore.agent.ThreadingMode;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's contract, kept through the rings, in every mode and with every idle strategy. */
@Timeout(120)
class EngineClientOnBlockEngineTest {

  private static final long TARGET = 3;
  private static final int CHUNK_BYTES = 65536;
  private static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(1, 2)).withMaxChunks(1024).withJournalBytes(2 << 20);

  static Function<ChunkEngine.Listener, ChunkEngine> onMemory() {
    MemoryDevice device = new MemoryDevice(32 << 20);
    BlockEngine.format(device, FORMAT);
    return listener -> BlockEngine.open(device, EngineOptions.defaults("memory"), listener);
  }

  @ParameterizedTest
  @CsvSource({
    "invoker, yield, false",
    "dedicated, busy-spin, false",
    "dedicated, yield, false",
    "dedicated, backoff, true",
    "dedicated, block, true",
    "shared, block, true",
    "shared, yield, false"
  })
  void readsWhatItWroteAndKeepsTheContract(String mode, String idle, boolean sleeps) {
    try (EngineRunner runner =
        EngineRunner.start(
            ThreadingMode.parse(mode),
            IdleMode.parse(idle),
            64,
            List.of(new EngineSource("a", onMemory()), new EngineSource("b", onMemory())))) {
      IdleStrategy backoff = IdleStrategy.backoff();
      IdleStrategy waiting = mode.equals("invoker") ? workCount -> runner.invoke() : backoff;
      for (int engine = 0; engine < 2; engine++) {
        try (Session session =
            new Session(runner, engine, new ClientOptions(16, sleeps, waiting))) {
          session.useEverything(100 + engine);
        }
      }
    }
  }

  @Test
  void aFileIsServedByASleepingThread(@TempDir Path folder) {
    Path file = folder.resolve("disk");
    UringDevice.create(file, 32 << 20);
    Function<ChunkEngine.Listener, ChunkEngine> opener =
        listener -> {
          UringDevice device = UringDevice.open(file);
          if (!BlockEngine.isFormatted(device)) {
            BlockEngine.format(device, FORMAT);
          }
          return BlockEngine.open(device, EngineOptions.defaults("file"), listener);
        };
    for (int life = 0; life < 2; life++) {
      try (EngineRunner runner =
              EngineRunner.start(
                  ThreadingMode.DEDICATED,
                  IdleMode.BLOCK,
                  64,
                  List.of(new EngineSource("file", opener)));
          Session session = new Session(runner, 0, ClientOptions.sleeping(16))) {
        if (life == 0) {
          session.useEverything(7);
        } else {
          assertArrayEquals(new long[] {TARGET}, session.client.targetIds());
          assertEquals(EngineStatus.OK, session.client.stat(TARGET, 0, 1, new ChunkStat()));
        }
      }
    }
  }

  /** One client that waits for each of its requests. */
  private static final class Session extends RecordingListener implements AutoCloseable {
    private final EngineClient client;
    private final IdleStrategy idle;
    private final Crc32c crc = new Crc32c();
    private final long memory = Memory.allocate(CHUNK_BYTES);
    private long waitedFor;
    private int status;

    Session(EngineRunner runner, int engine, ClientOptions options) {
      idle = options.waiting();
      client = runner.connect(engine, options, this);
    }

    void useEverything(long seed) {
      Random random = new Random(seed);
      assertEquals(
          EngineStatus.NO_SUCH_TARGET, await(client.read(9, 0, 1, 0, 0, 4096, memory, next())));
      assertEquals(EngineStatus.OK, client.createTarget(TARGET, 1L << 30));
      byte[] bytes = new byte[10_000];
      random.nextBytes(bytes);
      assertEquals(EngineStatus.OK, await(client.prepare(write(1, 1, bytes), next())));
      assertEquals(EngineStatus.OK, client.commit(TARGET, 0, 1, 1, 1));
      assertEquals(bytes.length, await(client.read(TARGET, 0, 1, 0, 0, 16384, memory, next())));
      byte[] read = new byte[bytes.length];
      Memory.get(memory, read, 0, read.length);
      assertArrayEquals(bytes, read);
      ChunkStat stat = new ChunkStat();
      assertEquals(EngineStatus.OK, client.stat(TARGET, 0, 1, stat));
      assertEquals(1, stat.committedVersion);
      assertEquals(EngineStatus.NO_SUCH_CHUNK, client.stat(TARGET, 0, 2, stat));
      assertEquals(EngineStatus.OK, await(client.prepare(write(1, 2, bytes), next())));
      assertEquals(EngineStatus.OK, client.discardPending(TARGET, 0, 1, 2));
      assertEquals(EngineStatus.OK, client.commit(TARGET, 0, 1, 2, 1));
      assertEquals(EngineStatus.OK, await(client.sync(next())));
      assertTrue(log.contains("refused 1 VERSION_MISMATCH"), log::toString);
      List<Long> chunks = new ArrayList<>();
      client.forEachChunk(TARGET, chunk -> chunks.add(chunk.chunkLo));
      assertEquals(List.of(1L), chunks);
      assertEquals(CHUNK_BYTES, client.usedBytes(TARGET));
      assertTrue(client.freeBytes() > 0);
    }

    private ChunkUpdate write(long chunk, long version, byte[] bytes) {
      Memory.put(memory, bytes, 0, bytes.length);
      ChunkUpdate update = new ChunkUpdate();
      update.targetId = TARGET;
      update.chunkLo = chunk;
      update.kind = ChunkUpdate.WRITE;
      update.lengthBytes = bytes.length;
      update.dataAddress = memory;
      update.dataCrc32c = crc.of(memory, bytes.length);
      update.version = version;
      update.capacityBytes = CHUNK_BYTES;
      return update;
    }

    private long next() {
      waitedFor++;
      return waitedFor;
    }

    private int await(int refused) {
      assertEquals(EngineStatus.OK, refused);
      status = Integer.MIN_VALUE;
      while (status == Integer.MIN_VALUE) {
        idle.idle(client.doWork());
      }
      return status;
    }

    @Override
    public void onPrepared(long tag, int outcome, long digest, int lengthBytes) {
      assertEquals(waitedFor, tag);
      status = outcome;
    }

    @Override
    public void onRead(long tag, int outcome, long version) {
      assertEquals(waitedFor, tag);
      status = outcome;
    }

    @Override
    public void onSynced(long tag, int outcome) {
      assertEquals(waitedFor, tag);
      status = outcome;
    }

    @Override
    public void close() {
      client.close();
      Memory.free(memory, CHUNK_BYTES);
    }
  }
}
