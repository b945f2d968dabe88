package io.luciola.blockstore.engine.handoff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What crosses the rings and in which order: on one thread, so that every run is the same. */
@Timeout(60)
class EngineClientTest {

  private static final int RING = 8;

  private final List<ScriptedEngine> engines = new ArrayList<>();
  private final RecordingListener completions = new RecordingListener();
  private final EngineRunner runner =
      EngineRunner.start(
          ThreadingMode.INVOKER, IdleMode.YIELD, RING, List.of(source("one"), source("two")));
  private final EngineClient client = connect(0, 8, completions);

  private EngineSource source(String name) {
    return new EngineSource(
        name,
        listener -> {
          engines.add(new ScriptedEngine(listener));
          return engines.getLast();
        });
  }

  private EngineClient connect(int engine, int maxInFlight, HandoffListener listener) {
    return runner.connect(
        engine, ClientOptions.polling(maxInFlight, workCount -> runner.invoke()), listener);
  }

  private ScriptedEngine engine() {
    return engines.getFirst();
  }

  private int read(long chunk) {
    return client.read(1, 0, chunk, ChunkEngine.COMMITTED, 0, 4096, 0, chunk);
  }

  private int prepare(long chunk) {
    ChunkUpdate update = new ChunkUpdate();
    update.chunkLo = chunk;
    update.lengthBytes = 10;
    return client.prepare(update, chunk);
  }

  private int commit(long chunk) {
    return client.commit(1, 0, chunk, 1, 1);
  }

  private void round() {
    runner.invoke();
    client.doWork();
  }

  @AfterEach
  void close() {
    client.close();
    runner.close();
    assertTrue(engines.stream().allMatch(engine -> engine.closed));
  }

  @Test
  void everyKindOfRequestReachesTheEngineInOrderAndIsAnswered() {
    ChunkUpdate[] batch = {new ChunkUpdate(), new ChunkUpdate()};
    batch[1].chunkLo = 5;
    assertEquals(EngineStatus.OK, read(1));
    assertEquals(EngineStatus.OK, prepare(2));
    assertEquals(EngineStatus.OK, client.prepareAll(batch, 2, 3));
    batch[1].chunkLo = 77; // is the caller's again
    assertEquals(EngineStatus.OK, commit(2));
    assertEquals(EngineStatus.OK, client.commitAll(batch, 2));
    assertEquals(EngineStatus.OK, client.discardPending(1, 0, 4, 1));
    assertEquals(EngineStatus.OK, client.sync(6));
    assertEquals(EngineStatus.OK, client.askStat(1, 0, 9, 7));
    assertEquals(8, client.inFlight());
    round();
    assertEquals(
        List.of(
            "read 1",
            "prepare 2",
            "prepareAll 0 5",
            "commit 2",
            "commitAll 2",
            "discard 4",
            "sync",
            "stat 9"),
        engine().log);
    assertEquals(
        List.of(
            "stat 7 OK 17", "read 1 4096", "prepared 2 OK 10", "prepared 3 OK 2", "synced 6 OK"),
        completions.log);
    assertEquals(0, client.inFlight());
  }

  @Test
  void callsThatWaitBringTheEnginesAnswerAndKeepCompletionsForLater() {
    read(1);
    ChunkStat stat = new ChunkStat();
    assertEquals(EngineStatus.OK, client.stat(1, 0, 3, stat));
    assertEquals(17, stat.committedVersion);
    assertEquals(EngineStatus.OK, client.createTarget(4, 5));
    assertEquals(EngineStatus.OK, client.removeTarget(4));
    assertTrue(engine().log.contains("removeTarget 4"), engine().log.toString());
    assertArrayEquals(new long[] {1, 2}, client.targetIds());
    assertEquals(300, client.usedBytes(3));
    assertEquals(12345, client.freeBytes());
    assertEquals(engine().usage(), client.usage());
    List<Long> chunks = new ArrayList<>();
    client.forEachChunk(1, chunk -> chunks.add(chunk.chunkLo));
    assertEquals(List.of(0L, 1L, 2L), chunks);
    assertEquals(List.of(), completions.log, "nothing is delivered but by doWork");
    client.doWork();
    assertEquals(List.of("read 1 4096"), completions.log);
  }

  @Test
  void aVisitorThatThrowsTellsItsCallerAndLeavesTheEngineAlone() {
    assertThrows(
        ArithmeticException.class,
        () ->
            client.forEachChunk(
                1,
                chunk -> {
                  throw new ArithmeticException("planted");
                }));
    assertEquals(EngineStatus.OK, client.createTarget(1, 1));
  }

  @Test
  void preparesWithoutRoomHoldUpNeitherReadsNorTheCommitsTheyWaitFor() {
    engine().roomForPrepares = 0;
    prepare(1);
    prepare(2);
    read(3);
    commit(4);
    round();
    assertEquals(List.of("read 3", "commit 4"), engine().log);
    engine().roomForPrepares = 1;
    round();
    prepare(5);
    engine().roomForPrepares = 1;
    round();
    assertEquals(
        List.of("prepare 1", "prepare 2"), engine().log.subList(2, 4), "first come, first served");
    engine().roomForPrepares = 1;
    round();
    assertEquals("prepare 5", engine().log.getLast());
    assertEquals(
        List.of("read 3 4096", "prepared 1 OK 10", "prepared 2 OK 10", "prepared 5 OK 10"),
        completions.log);
  }

  @Test
  void readsWithoutRoomWait() {
    engine().roomForReads = 1;
    read(1);
    read(2);
    prepare(3);
    round();
    assertEquals(List.of("read 1", "prepare 3"), engine().log);
    engine().roomForReads = 1;
    round();
    assertEquals("read 2", engine().log.getLast());
    assertEquals(3, completions.log.size());
  }

  @Test
  void nothingOvertakesACommitThatWaitsForRoom() {
    engine().roomForCommits = 0;
    read(1);
    commit(2);
    read(3);
    client.sync(4);
    round();
    round();
    assertEquals(List.of("read 1"), engine().log);
    engine().roomForCommits = 1;
    round();
    assertEquals(List.of("read 1", "commit 2", "read 3", "sync"), engine().log);
  }

  @Test
  void aRefusedCommitIsTold() {
    client.commit(1, 0, 3, 404, 1);
    client.discardPending(1, 0, 4, 404);
    ChunkUpdate[] batch = {new ChunkUpdate(), new ChunkUpdate()};
    batch[0].version = 404;
    batch[0].chunkLo = 5;
    batch[1].chunkLo = 6;
    client.commitAll(batch, 2);
    round();
    assertEquals(
        List.of(
            "refused 3 VERSION_MISMATCH",
            "refused 4 VERSION_MISMATCH",
            "refused 5 VERSION_MISMATCH",
            "refused 6 VERSION_MISMATCH"),
        completions.log);
  }

  @Test
  void tooMuchInFlightIsBackPressureAndCallsThatWaitStillWork() {
    engine().completes = false;
    for (int i = 0; i < 8; i++) {
      assertEquals(EngineStatus.OK, read(i));
    }
    assertEquals(EngineStatus.BACK_PRESSURE, read(9));
    runner.invoke();
    assertEquals(EngineStatus.BACK_PRESSURE, read(9), "in the engine, or answered, counts too");
    assertEquals(12345, client.freeBytes());
    engine().completes = true;
    round();
    assertEquals(8, completions.log.size());
    assertEquals(EngineStatus.OK, read(9));
    round();
  }

  @Test
  void aFullRingIsBackPressure() {
    RecordingListener others = new RecordingListener();
    EngineClient greedy = connect(0, 100, others);
    for (int i = 0; i < RING; i++) {
      assertEquals(EngineStatus.OK, greedy.sync(i));
    }
    assertEquals(EngineStatus.BACK_PRESSURE, greedy.sync(9));
    assertEquals(EngineStatus.BACK_PRESSURE, read(1), "the ring is shared by the clients");
    assertEquals(12345, client.freeBytes(), "a call that waits, waits for room");
    greedy.doWork();
    assertEquals(RING, others.log.size());
    assertEquals(List.of(), completions.log);
    assertEquals(EngineStatus.OK, read(1));
    round();
    assertEquals(List.of("read 1 4096"), completions.log);
    greedy.close();
  }

  @Test
  void aListenerMayAskAgainOutOfACompletion() {
    List<String> seen = new ArrayList<>();
    EngineClient[] self = new EngineClient[1];
    HandoffListener asking =
        new RecordingListener() {
          @Override
          public void onRead(long tag, int status, long version) {
            ChunkStat stat = new ChunkStat();
            assertEquals(EngineStatus.OK, self[0].stat(1, 0, tag, stat));
            seen.add("read " + tag + " sees " + stat.committedVersion);
            if (tag < 6) {
              assertEquals(EngineStatus.OK, self[0].read(1, 0, tag + 2, 0, 0, 4096, 0, tag + 2));
            }
          }
        };
    self[0] = connect(0, 2, asking);
    self[0].read(1, 0, 1, 0, 0, 4096, 0, 1);
    self[0].read(1, 0, 2, 0, 0, 4096, 0, 2);
    for (int i = 0; i < 10; i++) {
      runner.invoke();
      self[0].doWork();
    }
    assertEquals(
        IntStream.rangeClosed(1, 7).mapToObj(i -> "read " + i + " sees 17").toList(), seen);
    self[0].close();
  }

  @Test
  void reportsOfCorruptBlocksReachEveryClientAndNeverWaitForOne() {
    RecordingListener others = new RecordingListener();
    EngineClient other = connect(0, 1, others);
    for (int i = 0; i < 100; i++) {
      engine().listener().onCorrupt(1, 0, i, 4096, 8192);
    }
    client.doWork();
    assertEquals(CorruptReports.CAPACITY, completions.log.size());
    assertEquals("corrupt 0 4096 8192", completions.log.getFirst());
    engine().listener().onCorrupt(1, 0, 100, 0, 0);
    client.doWork();
    assertEquals("corrupt 100 0 0", completions.log.getLast());
    other.doWork();
    assertEquals(CorruptReports.CAPACITY, others.log.size(), "it saw the oldest ones");
    other.close();
  }

  @Test
  void anEngineThatThrowsEndsItsRequestsAndNoOthers() {
    RecordingListener others = new RecordingListener();
    EngineClient other = connect(1, 8, others);
    engine().completes = false;
    read(1);
    runner.invoke();
    prepare(2);
    engine().roomForCommits = 0;
    commit(3);
    engine().failure = new IllegalStateException("planted, this is a test");
    other.sync(4);
    runner.invoke();
    read(5);
    client.doWork();
    assertEquals(
        List.of("prepared 2 ENGINE_CLOSED 0", "read 1 ENGINE_CLOSED", "refused 3 ENGINE_CLOSED"),
        completions.log.stream().sorted().toList());
    assertTrue(client.isEngineClosed());
    assertTrue(engine().closed);
    assertEquals(0, client.inFlight());
    assertEquals(EngineStatus.ENGINE_CLOSED, read(6));
    assertEquals(EngineStatus.ENGINE_CLOSED, commit(6));
    assertEquals(EngineStatus.ENGINE_CLOSED, client.stat(1, 0, 1, new ChunkStat()));
    assertEquals(-1, client.usedBytes(1));
    other.doWork();
    assertEquals(List.of("synced 4 OK"), others.log);
    assertFalse(other.isEngineClosed());
    other.close();
  }

  @Test
  void closingTheRunnerEndsWhatIsInFlight() {
    engine().completes = false;
    read(1);
    runner.invoke();
    read(2);
    runner.close();
    client.doWork();
    assertEquals(
        List.of("read 1 ENGINE_CLOSED", "read 2 ENGINE_CLOSED"),
        completions.log.stream().sorted().toList());
  }

  @Test
  void closingAClientWaitsForWhatItHasInFlight() {
    read(1);
    commit(2);
    client.close();
    assertEquals(List.of("read 1 4096"), completions.log);
    assertEquals(EngineStatus.ENGINE_CLOSED, read(3));
    assertEquals(0, client.doWork());
  }

  @Test
  void anEngineThatDoesNotOpenFailsTheStartAndClosesTheOthers() {
    for (ThreadingMode mode : ThreadingMode.values()) {
      engines.clear();
      EngineSource bad =
          new EngineSource(
              "bad",
              listener -> {
                throw new IllegalStateException("planted " + mode);
              });
      IllegalStateException failure =
          assertThrows(
              IllegalStateException.class,
              () -> EngineRunner.start(mode, IdleMode.BLOCK, RING, List.of(source("good"), bad)));
      assertEquals("planted " + mode, failure.getMessage());
      assertTrue(engine().closed, mode.toString());
    }
    runner.close();
  }

  @Test
  void modesAreFoundByName() {
    for (ThreadingMode mode : ThreadingMode.values()) {
      assertEquals(mode, ThreadingMode.parse(mode.toString()));
    }
    for (IdleMode mode : IdleMode.values()) {
      assertEquals(mode, IdleMode.parse(mode.toString()));
    }
    assertThrows(IllegalArgumentException.class, () -> ThreadingMode.parse("own"));
    assertThrows(IllegalArgumentException.class, () -> IdleMode.parse("sleep"));
    assertThrows(IllegalArgumentException.class, () -> new ClientOptions(0, false, w -> {}));
  }
}
