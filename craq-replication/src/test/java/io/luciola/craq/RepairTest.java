package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tail 13 of three targets has a chunk that is corrupt. */
class RepairTest {

  private static final long TAIL = 13;
  private static final long LO = 42;
  private static final long SECOND = 1_000_000_000L;

  private final RecordingDriver driver = new RecordingDriver();
  private final ChainReplica tail =
      new ChainReplica(TAIL, driver, ReplicaOptions.DEFAULTS, NodeLease.unlimited());

  @BeforeEach
  void threeServe() {
    tail.onChain(
        new Chain(
            1,
            5,
            List.of(
                new ChainTarget(11, PublicTargetState.SERVING),
                new ChainTarget(12, PublicTargetState.SERVING),
                new ChainTarget(TAIL, PublicTargetState.SERVING))),
        0);
    ChunkStat chunk = new ChunkStat();
    chunk.chunkLo = LO;
    chunk.committedVersion = 3;
    chunk.committedDigest = 77;
    chunk.committedLengthBytes = 8;
    chunk.committedClientId = 9;
    chunk.committedSequence = 30;
    driver.chunk = chunk;
  }

  private static UpdateOp update(long version) {
    UpdateOp op = new UpdateOp();
    op.chunkLo = LO;
    op.kind = ChunkUpdate.WRITE;
    op.lengthBytes = 8;
    op.version = version;
    op.chainVersion = 5;
    op.clientId = 9;
    op.sequence = 40;
    op.deadlineNs = 1000 * SECOND;
    return op;
  }

  private UpdateOp foundCorrupt() {
    tail.onPendingLoaded(driver.recovered, EngineStatus.CHUNK_CORRUPT, 0);
    return driver.recovered;
  }

  @Test
  void aCorruptChunkBecomesACopyOfAnotherReplicasAtTheSameVersion() {
    tail.onCorruptChunk(0, LO, 0);
    assertEquals(List.of("load 3 of 8"), driver.take());
    tail.onCorruptChunk(0, LO, 0);
    UpdateOp repair = foundCorrupt();
    assertEquals(List.of("report CHUNK_CORRUPT", "fetch 3 under 5"), driver.take());
    tail.onPendingLoaded(repair, EngineStatus.OK, 0);
    assertEquals(List.of("prepare 3"), driver.take());
    assertEquals(ChunkUpdate.INSTALL, repair.kind);
    tail.onPrepared(repair, EngineStatus.OK, 77, 8, 0);
    assertEquals(List.of("commit 3", "report CHUNK_REPAIRED", "done"), driver.take());
    assertEquals(9, driver.chunk.committedClientId);
    assertFalse(tail.hasWork());
  }

  @Test
  void aChunkThatIsNotCorruptAnyMoreStaysAsItIs() {
    tail.onCorruptChunk(0, LO, 0);
    tail.onPendingLoaded(driver.recovered, EngineStatus.OK, 0);
    assertEquals(List.of("load 3 of 8", "done"), driver.take());
    assertFalse(tail.hasWork());
  }

  @Test
  void anUpdateThatMetACorruptBlockIsDoneAfterTheRepair() {
    UpdateOp op = update(4);
    tail.onUpdate(op, 0);
    tail.onCorruptChunk(0, LO, 0);
    assertEquals(List.of("prepare 4"), driver.take());
    tail.onPrepared(op, EngineStatus.CHUNK_CORRUPT, 0, 0, 0);
    UpdateOp repair = foundCorrupt();
    tail.onPendingLoaded(repair, EngineStatus.OK, 0);
    assertEquals(
        List.of("load 3 of 8", "report CHUNK_CORRUPT", "fetch 3 under 5", "prepare 3"),
        driver.take());
    tail.onPrepared(repair, EngineStatus.OK, 77, 8, 0);
    assertEquals(List.of("commit 3", "report CHUNK_REPAIRED", "done", "prepare 4"), driver.take());
    tail.onPrepared(op, EngineStatus.OK, 78, 8, 0);
    assertEquals(List.of("commit 4", "reply 40 OK", "done"), driver.take());
    assertFalse(tail.hasWork());
  }

  @Test
  void whatNobodyElseHasIsReportedOnceAndItsUpdatesAreRefused() {
    UpdateOp op = update(4);
    tail.onUpdate(op, 0);
    tail.onPrepared(op, EngineStatus.CHUNK_CORRUPT, 0, 0, 0);
    UpdateOp repair = foundCorrupt();
    driver.take();
    long nowNs = 0;
    int fetched = 0;
    while (!driver.effects.contains("report REPAIR_FAILED")) {
      tail.onPendingLoaded(repair, EngineStatus.VERSION_MISMATCH, nowNs);
      nowNs += 2 * SECOND;
      tail.onTick(nowNs);
      fetched++;
    }
    assertEquals(8, fetched);
    tail.onPrepared(op, EngineStatus.CHUNK_CORRUPT, 0, 0, nowNs);
    List<String> effects = driver.take();
    assertEquals(
        List.of("report REPAIR_FAILED", "done", "prepare 4", "reply 40 CHUNK_CORRUPT", "done"),
        effects.subList(effects.size() - 5, effects.size()));
    assertFalse(tail.hasWork());

    tail.onCorruptChunk(0, LO, nowNs);
    assertEquals(List.of(), driver.take());
    tail.onCorruptChunk(0, LO, nowNs + 60 * SECOND);
    foundCorrupt();
    assertEquals(List.of("load 3 of 8", "fetch 3 under 5"), driver.take());
  }

  @Test
  void aCopyThatIsSomethingElseIsNotKept() {
    tail.onCorruptChunk(0, LO, 0);
    UpdateOp repair = foundCorrupt();
    tail.onPendingLoaded(repair, EngineStatus.OK, 0);
    driver.take();
    tail.onPrepared(repair, EngineStatus.OK, 76, 8, 0);
    assertEquals(List.of("discard 3", "report REPAIR_FAILED", "done"), driver.take());
    assertEquals(77, driver.chunk.committedDigest);
  }
}
