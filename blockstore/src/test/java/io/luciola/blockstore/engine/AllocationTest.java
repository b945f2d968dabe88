package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.device.MemoryDevice;
import java.lang.management.ManagementFactory;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The data path allocates nothing once it is warm. */
class AllocationTest {

  private static final int CHUNKS = 8;
  private static final int CAPACITY = 64 << 10;
  private static final int WARM_ROUNDS = 4000;
  private static final int MEASURED_ROUNDS = 2000;
  private static final int ATTEMPTS = 10;
  private static final int REMOVED_CHUNKS = 1500;
  // Large enough that not every measured round has a checkpoint: its superblock is an object.
  private static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(1, 1)).withJournalBytes(128 << 20);

  @Test
  void readPrepareAndCommitAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MemoryDevice device = new MemoryDevice(256 << 20);
    BlockEngine.format(device, FORMAT);
    try (EngineFixture fixture = new EngineFixture(device).withTarget(1 << 30)) {
      byte[] data = new byte[8192];
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        fixture.write(chunk, 1, CAPACITY, 0, data);
      }
      long[] versions = new long[CHUNKS];
      java.util.Arrays.fill(versions, 1);
      run(fixture, versions, data, WARM_ROUNDS);
      long thread = Thread.currentThread().threadId();
      long least = Long.MAX_VALUE;
      int rounds = WARM_ROUNDS;
      // What the compiler has not reached yet may allocate; once it has, nothing does.
      for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
        long before = threads.getThreadAllocatedBytes(thread);
        run(fixture, versions, data, MEASURED_ROUNDS);
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        rounds += MEASURED_ROUNDS;
      }
      assertEquals(0, least, "bytes in the best of the measured rounds");
      assertEquals(rounds / CHUNKS + 1, versions[0]);
    }
  }

  @Test
  void removingATargetAllocatesNothingPerChunk() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MemoryDevice device = new MemoryDevice(256 << 20);
    BlockEngine.format(device, FORMAT);
    try (EngineFixture fixture = new EngineFixture(device)) {
      BlockEngine engine = fixture.engine;
      long thread = Thread.currentThread().threadId();
      long least = Long.MAX_VALUE;
      for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
        fixture.withTarget(1 << 30);
        for (int chunk = 0; chunk < REMOVED_CHUNKS; chunk++) {
          fixture.write(chunk, 1, 4096, 0, new byte[100]);
        }
        if (engine.removeTarget(EngineFixture.TARGET) != EngineStatus.OK) {
          throw new AssertionError("not removed");
        }
        // What begins and ends a removal tells so in the log.
        ChunkStates states = engine.states();
        long before = threads.getThreadAllocatedBytes(thread);
        while (states.index.size() > REMOVED_CHUNKS / 8) {
          engine.doWork();
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        while (engine.removedTargetIds().length > 0) {
          engine.doWork();
        }
      }
      assertEquals(0, least, "bytes in the best of the removals");
      assertEquals(engine.capacityBytes(), engine.freeBytes());
    }
  }

  /** Overwrites through the journal, every 16th copy-on-write, and reads, each committed. */
  private static void run(EngineFixture fixture, long[] versions, byte[] data, int rounds) {
    for (int round = 0; round < rounds; round++) {
      int chunk = round % CHUNKS;
      versions[chunk]++;
      int kind = round % 16 == 0 ? ChunkUpdate.REPLACE : ChunkUpdate.WRITE;
      int offset = kind == ChunkUpdate.REPLACE ? 0 : round % 3000;
      int status = fixture.prepare(kind, chunk, versions[chunk], CAPACITY, offset, data);
      if (status != EngineStatus.OK || fixture.commit(chunk, versions[chunk]) != EngineStatus.OK) {
        throw new AssertionError("round " + round + ": " + EngineStatus.name(status));
      }
      status = fixture.read(chunk, ChunkEngine.COMMITTED, 0, 4096);
      if (status != 4096) {
        throw new AssertionError("round " + round + ": " + EngineStatus.name(status));
      }
    }
  }
}
