package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.MemoryDevice;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommitTest {

  private static final byte[] DATA = new byte[5000];
  private static final int CAPACITY = 16 << 10;

  private final AtomicLong nowNs = new AtomicLong(1);

  @Test
  void aBatchThatNamesAChunkTwiceOrAChunkThatIsNotPendingCommitsNothing() {
    try (EngineFixture engine = open()) {
      for (int chunk = 0; chunk < 3; chunk++) {
        assertEquals(
            EngineStatus.OK, engine.prepare(ChunkUpdate.WRITE, chunk, 1, CAPACITY, 0, DATA));
      }

      assertEquals(EngineStatus.BAD_ARGUMENT, commitAll(engine, 0, 1, 0));
      assertEquals(EngineStatus.NO_SUCH_CHUNK, commitAll(engine, 0, 1, 7));
      for (int chunk = 0; chunk < 3; chunk++) {
        assertEquals(0, committedVersion(engine, chunk), "chunk " + chunk);
      }

      assertEquals(EngineStatus.OK, commitAll(engine, 2, 0));
      assertEquals(1, committedVersion(engine, 0));
      assertEquals(0, committedVersion(engine, 1));
      assertEquals(1, committedVersion(engine, 2));
      assertEquals(EngineStatus.VERSION_MISMATCH, commitAll(engine, 1, 2));
      assertEquals(EngineStatus.OK, commitAll(engine, 1));
    }
  }

  @Test
  void aBatchThatFitsIntoNoRecordIsRefusedAndNotPutOff() {
    try (EngineFixture engine = open()) {
      ChunkUpdate[] updates = new ChunkUpdate[1 << 16];
      Arrays.setAll(updates, i -> new ChunkUpdate());

      assertEquals(EngineStatus.BAD_ARGUMENT, engine.engine.commitAll(updates, updates.length));
    }
  }

  @Test
  void aBatchThatFindsNoRoomIsTakenLater() {
    try (EngineFixture engine = open()) {
      int chunks = 3000;
      for (int chunk = 0; chunk < chunks; chunk++) {
        assertEquals(
            EngineStatus.OK, engine.prepare(ChunkUpdate.WRITE, chunk, 1, 4096, 0, new byte[1]));
      }
      int committed = 2;
      while (committed < chunks && commitAll(engine, committed) == EngineStatus.OK) {
        committed++;
      }
      assertTrue(committed < chunks, "the record never became full");
      assertEquals(EngineStatus.BACK_PRESSURE, commitAll(engine, 0, 1));

      settle(engine);
      assertEquals(EngineStatus.OK, commitAll(engine, 0, 1));
      assertEquals(EngineStatus.OK, commitAll(engine, committed));
    }
  }

  @Test
  void theOwnerMaySleepUntilCommitsAreDueAndThenTheyAreWritten() {
    try (EngineFixture engine = open()) {
      assertEquals(EngineStatus.OK, engine.prepare(ChunkUpdate.WRITE, 1, 1, CAPACITY, 0, DATA));
      settle(engine);
      assertEquals(Long.MAX_VALUE, engine.engine.sleepLimitNs());

      assertEquals(EngineStatus.OK, engine.commit(1, 1));
      settle(engine);
      long intervalNs = EngineOptions.defaults("test").commitIntervalNs();
      assertEquals(intervalNs, engine.engine.sleepLimitNs());

      nowNs.addAndGet(intervalNs - 1);
      assertEquals(0, engine.engine.doWork());
      assertEquals(1, engine.engine.sleepLimitNs());

      nowNs.addAndGet(1);
      assertTrue(engine.engine.doWork() > 0);
      settle(engine);
      assertEquals(Long.MAX_VALUE, engine.engine.sleepLimitNs());
    }
  }

  private EngineFixture open() {
    EngineOptions options =
        EngineOptions.defaults("test").withNanoTime(nowNs::get).withScrubBytesPerSecond(0);
    return new EngineFixture(new MemoryDevice(64 << 20), options).withTarget(Long.MAX_VALUE);
  }

  private static void settle(EngineFixture engine) {
    int work;
    do {
      work = engine.engine.doWork();
    } while (work > 0);
  }

  private static int commitAll(EngineFixture engine, int... chunks) {
    ChunkUpdate[] updates = new ChunkUpdate[chunks.length];
    for (int i = 0; i < chunks.length; i++) {
      updates[i] = new ChunkUpdate();
      updates[i].targetId = EngineFixture.TARGET;
      updates[i].chunkLo = chunks[i];
      updates[i].version = 1;
      updates[i].chainVersion = 1;
    }
    return engine.engine.commitAll(updates, chunks.length);
  }

  private static long committedVersion(EngineFixture engine, int chunk) {
    ChunkStat stat = new ChunkStat();
    assertEquals(EngineStatus.OK, engine.engine.stat(EngineFixture.TARGET, 0, chunk, stat));
    return stat.committedVersion;
  }
}
