package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Step by step, with three targets 11, 12 and 13 in a chain. */
class ChainReplicaTest {

  private static final long HEAD = 11;
  private static final long MIDDLE = 12;
  private static final long TAIL = 13;
  private static final long MS = 1_000_000;

  private final RecordingDriver driver = new RecordingDriver();

  // ---- head

  @Test
  void theHeadPreparesForwardsCommitsAndAnswers() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    head.onUpdate(op, 0);
    assertEquals(List.of("prepare 1"), driver.take());
    head.onPrepared(op, EngineStatus.OK, 77, 8, 0);
    assertEquals(List.of("forward 1 to 12 under 5"), driver.take());
    head.onForwarded(op, ReplicaStatus.OK, 77, 8, 0);
    assertEquals(List.of("commit 1", "reply 1 OK", "done"), driver.take());
    assertEquals(1, op.resultVersion);
    assertFalse(head.hasWork());
  }

  @Test
  void theHeadRefusesWhatItMayNotTake() {
    ChainReplica head =
        new ChainReplica(HEAD, driver, ReplicaOptions.DEFAULTS, NodeLease.unlimited());
    head.onUpdate(clientWrite(1), 0);
    assertEquals(List.of("reply 1 NOT_SERVING", "done"), driver.take());
    head.onChain(chain(5, HEAD, MIDDLE, TAIL), 0);
    UpdateOp old = clientWrite(2);
    old.chainVersion = 4;
    head.onUpdate(old, 0);
    assertEquals(List.of("reply 2 WRONG_CHAIN_VERSION", "done"), driver.take());
    UpdateOp long1 = clientWrite(3);
    long1.offsetBytes = Integer.MAX_VALUE;
    head.onUpdate(long1, 0);
    assertEquals(List.of("reply 3 BAD_REQUEST", "done"), driver.take());
    UpdateOp late = clientWrite(4);
    head.onUpdate(late, late.deadlineNs);
    assertEquals(List.of("reply 4 DEADLINE_EXCEEDED", "done"), driver.take());
  }

  @Test
  void aClientsUpdateBelongsToTheHead() {
    replica(MIDDLE).onUpdate(clientWrite(1), 0);
    assertEquals(List.of("reply 1 NOT_HEAD", "done"), driver.take());
  }

  @Test
  void aChunkThatTheRefilledTargetLacksGetsTheSpaceThatItHasHere() {
    driver.chunk = committed(4, 1, 7, 19);
    driver.chunk.capacityBytes = 8192;
    ChainReplica tail = replica(MIDDLE);
    tail.onChain(
        new Chain(
            3,
            6,
            List.of(
                new ChainTarget(HEAD, PublicTargetState.SERVING),
                new ChainTarget(MIDDLE, PublicTargetState.SERVING),
                new ChainTarget(TAIL, PublicTargetState.SYNCING))),
        0);
    UpdateOp op = forwarded(5, 20);
    op.chainVersion = 6;
    op.capacityBytes = 4096; // enough for its 8 bytes
    tail.onUpdate(op, 0);
    tail.onPrepared(op, EngineStatus.OK, 77, 8000, 0);
    driver.take();
    tail.onForwarded(op, ReplicaStatus.NOT_SYNCED, 0, 0, 0);
    assertEquals(List.of("load 5 of 8000"), driver.take());
    assertEquals(ChunkUpdate.INSTALL, op.kind);
    assertEquals(8192, op.capacityBytes);
  }

  /** On two channels; returns the first, which the second waits for. */
  private UpdateOp twoWritesOfOneChunk(ChainReplica head) {
    UpdateOp first = clientWrite(1);
    head.onUpdate(first, 0);
    UpdateOp second = clientWrite(2);
    second.channel = 8;
    head.onUpdate(second, 0);
    return first;
  }

  @Test
  void updatesOfOneChunkWaitForEachOtherAndChunksDoNot() {
    ChainReplica head = replica(HEAD);
    UpdateOp first = twoWritesOfOneChunk(head);
    UpdateOp elsewhere = clientWrite(3);
    elsewhere.channel = 9;
    elsewhere.chunkLo = 99;
    head.onUpdate(elsewhere, 0);
    assertEquals(List.of("prepare 1", "prepare 1"), driver.take());
    head.onPrepared(first, EngineStatus.NO_SPACE, 0, 0, 0);
    assertEquals(List.of("reply 1 NO_SPACE", "done", "prepare 1"), driver.take());
  }

  @Test
  void whoWaitsForAnEngineThatHasFailedIsToldAtOnce() {
    ChainReplica head = replica(HEAD);
    UpdateOp first = twoWritesOfOneChunk(head);
    head.onPrepared(first, EngineStatus.OK, 77, 8, 0);
    driver.take();
    driver.commitStatus = EngineStatus.ENGINE_CLOSED;
    head.onForwarded(first, ReplicaStatus.OK, 77, 8, 0);
    assertEquals(
        List.of("commit 1", "reply 2 ENGINE_CLOSED", "done", "reply 1 ENGINE_CLOSED", "done"),
        driver.take());
    assertFalse(head.hasWork());
  }

  @Test
  void tooManyWaitersAreToldThatTheChunkIsBusy() {
    ChainReplica head = replica(HEAD);
    for (int i = 0; i <= ReplicaOptions.DEFAULTS.maxWaitersPerChunk(); i++) {
      UpdateOp op = clientWrite(1);
      op.channel = i;
      head.onUpdate(op, 0);
    }
    driver.take();
    UpdateOp op = clientWrite(2);
    op.channel = 1000;
    head.onUpdate(op, 0);
    assertEquals(List.of("reply 2 CHUNK_BUSY", "done"), driver.take());
  }

  @Test
  void aRepeatOfTheCommittedUpdateIsAnsweredNotDone() {
    driver.chunk = committed(4, 1, 7, 20);
    ChainReplica head = replica(HEAD);
    UpdateOp repeat = clientWrite(20);
    head.onUpdate(repeat, 0);
    assertEquals(List.of("reply 20 OK", "done"), driver.take());
    assertEquals(4, repeat.resultVersion);
    head.onUpdate(clientWrite(19), 0);
    assertEquals(List.of("reply 19 STALE", "done"), driver.take());
  }

  @Test
  void aRepeatIsAnsweredAlsoAfterOthersWrote() {
    driver.chunk = committed(4, 1, 7, 20);
    ChainReplica head = replica(HEAD);
    writeThrough(head, clientWrite(21));
    UpdateOp other = clientWrite(1);
    other.clientId = 2;
    writeThrough(head, other);
    driver.take();
    UpdateOp repeat = clientWrite(21);
    head.onUpdate(repeat, 0);
    assertEquals(List.of("reply 21 OK", "done"), driver.take());
    assertEquals(5, repeat.resultVersion);
  }

  @Test
  void aRepeatWhoseFateIsForgottenIsNotDoneAgain() {
    driver.chunk = committed(4, 2, 7, 1);
    ChainReplica head = replica(HEAD);
    UpdateOp repeat = clientWrite(20);
    repeat.repeat = true;
    head.onUpdate(repeat, 0);
    assertEquals(List.of("reply 20 REPEAT_UNKNOWN", "done"), driver.take());
    head.onUpdate(clientWrite(20), 0);
    assertEquals(List.of("prepare 5"), driver.take());
  }

  @Test
  void aRepeatOfTheUpdateInProgressIsAnsweredWhenThatEnds() {
    driver.chunk = committed(4, 2, 7, 1);
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(20);
    head.onUpdate(op, 0);
    head.onUpdate(clientWrite(20), 0);
    head.onUpdate(clientWrite(20), 0);
    assertEquals(List.of("prepare 5", "reply 20 SUPERSEDED", "done"), driver.take());
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    driver.take();
    head.onForwarded(op, ReplicaStatus.OK, 9, 8, 0);
    assertEquals(List.of("commit 5", "reply 20 OK", "done", "reply 20 OK", "done"), driver.take());
  }

  @Test
  void anUnreachableSuccessorIsTriedUntilItAnswersAndReportedOnce() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    op.deadlineNs = 250 * MS;
    head.onUpdate(op, 0);
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    driver.take();
    head.onForwarded(op, ReplicaStatus.TRANSPORT, 0, 0, 0);
    assertEquals(List.of("report SUCCESSOR_UNREACHABLE"), driver.take());
    head.onTick(99 * MS);
    assertEquals(List.of(), driver.take());
    head.onTick(100 * MS);
    assertEquals(List.of("forward 1 to 12 under 5"), driver.take());
    head.onForwarded(op, ReplicaStatus.TRANSPORT, 0, 0, 100 * MS);
    head.onTick(299 * MS);
    assertEquals(List.of("reply 1 SUCCESSOR_UNREACHABLE"), driver.take());
    head.onTick(300 * MS);
    assertEquals(List.of("forward 1 to 12 under 5"), driver.take());
    assertTrue(head.hasWork());
    head.onForwarded(op, ReplicaStatus.OK, 9, 8, 301 * MS);
    assertEquals(List.of("report SUCCESSOR_REACHABLE", "commit 1", "done"), driver.take());
    assertFalse(head.hasWork());
  }

  @Test
  void anotherDigestBehindMeansDivergedAndNothingIsCommitted() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    head.onUpdate(op, 0);
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    driver.take();
    head.onForwarded(op, ReplicaStatus.OK, 10, 8, 0);
    assertEquals(List.of("report DIVERGED", "reply 1 SUCCESSOR_DIVERGED", "done"), driver.take());
    assertEquals(MIDDLE, head.divergedSuccessor());
    head.onUpdate(clientWrite(2), 0);
    assertEquals(List.of("reply 2 SUCCESSOR_DIVERGED", "done"), driver.take());
    head.onChain(chain(6, HEAD, TAIL), 0);
    assertEquals(Chain.NO_TARGET, head.divergedSuccessor());
    UpdateOp later = clientWrite(3);
    later.chainVersion = 6;
    head.onUpdate(later, 0);
    assertEquals(List.of("prepare 1"), driver.take());
  }

  @Test
  void aDifferenceFurtherDownIsNotTheSuccessorsFault() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    head.onUpdate(op, 0);
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    driver.take();
    head.onForwarded(op, ReplicaStatus.SUCCESSOR_DIVERGED, 0, 0, 0);
    assertEquals(Chain.NO_TARGET, head.divergedSuccessor());
    head.onTick(100 * MS);
    assertEquals(List.of("forward 1 to 12 under 5"), driver.take());
    head.onForwarded(op, ReplicaStatus.OK, 9, 8, 100 * MS);
    assertEquals(List.of("commit 1", "reply 1 OK", "done"), driver.take());
  }

  @Test
  void aChainThatLosesItsRestCommitsAtTheHead() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    head.onUpdate(op, 0);
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    driver.take();
    head.onChain(chain(6, HEAD), 0);
    assertEquals(List.of(), driver.take());
    head.onForwarded(op, ReplicaStatus.TRANSPORT, 0, 0, 0);
    assertEquals(List.of("commit 1", "reply 1 OK", "done"), driver.take());
  }

  @Test
  void anAnswerThatNobodyWaitsForIsAFaultOfTheDriver() {
    ChainReplica head = replica(HEAD);
    UpdateOp op = clientWrite(1);
    head.onUpdate(op, 0);
    assertThrows(
        IllegalStateException.class, () -> head.onForwarded(op, ReplicaStatus.OK, 0, 0, 0));
  }

  // ---- middle and tail

  @Test
  void theTailCommitsAsSoonAsItIsPrepared() {
    ChainReplica tail = replica(TAIL);
    UpdateOp op = forwarded(1, 1);
    tail.onUpdate(op, 0);
    tail.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    assertEquals(List.of("prepare 1", "commit 1", "reply 1 OK", "done"), driver.take());
  }

  @Test
  void theVersionRulesBehindTheHead() {
    driver.chunk = committed(4, 1, 7, 20);
    ChainReplica middle = replica(MIDDLE);
    middle.onUpdate(forwarded(3, 15), 0);
    assertEquals(List.of("reply 15 OK", "done"), driver.take());
    middle.onUpdate(forwarded(4, 20), 0);
    assertEquals(List.of("reply 20 OK", "done"), driver.take());
    middle.onUpdate(forwarded(4, 21), 0);
    assertEquals(List.of("report DIVERGED", "reply 21 DIVERGED", "done"), driver.take());
    middle.onUpdate(forwarded(6, 22), 0);
    assertEquals(List.of("reply 22 MISSING_UPDATE", "done"), driver.take());
    UpdateOp replace = forwarded(6, 23);
    replace.kind = ChunkUpdate.REPLACE;
    middle.onUpdate(replace, 0);
    assertEquals(List.of("prepare 6"), driver.take());
  }

  @Test
  void aRivalOfThePendingVersionIsRefused() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    replica(MIDDLE).onUpdate(forwarded(5, 99), 0);
    assertEquals(List.of("report DIVERGED", "reply 99 DIVERGED", "done"), driver.take());
  }

  @Test
  void aRepeatOfThePendingVersionGoesOnBehindItsPrepare() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    replica(MIDDLE).onUpdate(forwarded(5, 20), 0);
    assertEquals(List.of("forward 5 to 13 under 5"), driver.take());
  }

  @Test
  void removingWhatIsNotThereIsDone() {
    UpdateOp remove = forwarded(9, 1);
    remove.kind = ChunkUpdate.REMOVE;
    replica(MIDDLE).onUpdate(remove, 0);
    assertEquals(List.of("reply 1 OK", "done"), driver.take());
  }

  // ---- after a restart

  @Test
  void theTailCommitsWhatWasPending() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica tail = replica(TAIL);
    assertTrue(tail.onPendingChunk(driver.chunk, 0));
    assertEquals(List.of("commit 5", "done"), driver.take());
  }

  @Test
  void theHeadForwardsWhatWasPendingAsAReplacement() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica head = replica(HEAD);
    assertTrue(head.onPendingChunk(driver.chunk, 0));
    assertEquals(List.of("load 5 of 8"), driver.take());
    UpdateOp client = clientWrite(40);
    head.onUpdate(client, 0);
    head.onPendingLoaded(driver.recovered, EngineStatus.OK, 0);
    assertEquals(ChunkUpdate.REPLACE, driver.recovered.kind);
    assertEquals(20, driver.recovered.sequence);
    assertEquals(List.of("forward 5 to 12 under 5"), driver.take());
    head.onForwarded(driver.recovered, ReplicaStatus.OK, 55, 8, 0);
    assertEquals(List.of("commit 5", "done", "prepare 6"), driver.take());
  }

  @Test
  void whatCannotBeLoadedEndsWhenTheChainGoesOnWithoutTheTarget() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica head = replica(HEAD);
    assertTrue(head.onPendingChunk(driver.chunk, 0));
    head.onPendingLoaded(driver.recovered, EngineStatus.ENGINE_CLOSED, 0);
    assertEquals(List.of("load 5 of 8", "report PENDING_UNREADABLE"), driver.take());
    assertTrue(head.hasWork(), "it is tried again");
    head.onChain(chain(6, MIDDLE, TAIL), 0);
    head.onPendingLoaded(driver.recovered, EngineStatus.ENGINE_CLOSED, 0);
    assertEquals(List.of("load 5 of 8", "done"), driver.take());
    assertFalse(head.hasWork());
  }

  @Test
  void aPendingTruncateIsForwardedAsItself() {
    driver.chunk = pending(5, ChunkUpdate.TRUNCATE);
    ChainReplica head = replica(HEAD);
    assertTrue(head.onPendingChunk(driver.chunk, 0));
    assertEquals(List.of("forward 5 to 12 under 5"), driver.take());
    assertEquals(8, driver.recovered.offsetBytes);
  }

  // ---- reads

  @Test
  void aCleanChunkIsReadWithoutAsking() {
    driver.chunk = committed(4, 1, 7, 20);
    replica(HEAD).onRead(read(), 0);
    assertEquals(List.of("read 0"), driver.take());
  }

  @Test
  void aDirtyChunkIsReadAtTheVersionOfTheTail() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica head = replica(HEAD);
    ReadOp read = read();
    head.onRead(read, 0);
    assertEquals(List.of("query 13 under 5"), driver.take());
    head.onCommittedVersion(read, ReplicaStatus.OK, 4, 0);
    assertEquals(List.of("read 0"), driver.take());
    ReadOp second = read();
    head.onRead(second, 0);
    head.onCommittedVersion(second, ReplicaStatus.OK, 5, 0);
    assertEquals(List.of("query 13 under 5", "read 5"), driver.take());
  }

  @Test
  void aChunkThatTheTailHasRemovedIsNotThere() {
    driver.chunk = pending(5, ChunkUpdate.REMOVE);
    ChainReplica head = replica(HEAD);
    ReadOp read = read();
    head.onRead(read, 0);
    head.onCommittedVersion(read, ReplicaStatus.OK, 0, 0);
    assertEquals(List.of("query 13 under 5", "refuse NO_SUCH_CHUNK"), driver.take());
  }

  @Test
  void anUnreachableTailIsAskedUntilTheDeadline() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica head = replica(HEAD);
    ReadOp read = read();
    read.deadlineNs = 150 * MS;
    head.onRead(read, 0);
    head.onCommittedVersion(read, ReplicaStatus.TRANSPORT, 0, 0);
    assertEquals(List.of("query 13 under 5", "report TAIL_UNREACHABLE"), driver.take());
    head.onTick(100 * MS);
    assertEquals(List.of("query 13 under 5"), driver.take());
    head.onCommittedVersion(read, ReplicaStatus.TRANSPORT, 0, 100 * MS);
    head.onTick(150 * MS);
    assertEquals(List.of("refuse DEADLINE_EXCEEDED"), driver.take());
    assertFalse(head.hasWork());
  }

  @Test
  void theTailCommitsWhatARestartLeftBeforeItTellsAVersion() {
    driver.chunk = pending(5, ChunkUpdate.WRITE);
    ChainReplica tail = replica(TAIL);
    driver.commitStatus = EngineStatus.BACK_PRESSURE;
    assertEquals(EngineStatus.BACK_PRESSURE, tail.committedVersion(5, 0, 1));
    driver.commitStatus = EngineStatus.OK;
    tail.onTick(MS);
    assertEquals(5, tail.committedVersion(5, 0, 1));
    assertEquals(ReplicaStatus.WRONG_CHAIN_VERSION, tail.committedVersion(4, 0, 1));
    assertEquals(ReplicaStatus.NOT_TAIL, replica(HEAD).committedVersion(5, 0, 1));
  }

  // ---- helpers

  private ChainReplica replica(long targetId) {
    ChainReplica replica =
        new ChainReplica(targetId, driver, ReplicaOptions.DEFAULTS, NodeLease.unlimited());
    replica.onChain(chain(5, HEAD, MIDDLE, TAIL), 0);
    return replica;
  }

  private void writeThrough(ChainReplica head, UpdateOp op) {
    head.onUpdate(op, 0);
    head.onPrepared(op, EngineStatus.OK, 9, 8, 0);
    head.onForwarded(op, ReplicaStatus.OK, 9, 8, 0);
  }

  private static Chain chain(int version, long... targets) {
    return new Chain(
        3,
        version,
        java.util.Arrays.stream(targets)
            .mapToObj(id -> new ChainTarget(id, PublicTargetState.SERVING))
            .toList());
  }

  private static UpdateOp clientWrite(long sequence) {
    UpdateOp op = new UpdateOp();
    op.chunkLo = 1;
    op.kind = ChunkUpdate.WRITE;
    op.lengthBytes = 8;
    op.chainVersion = 5;
    op.clientId = 1;
    op.channel = 7;
    op.sequence = sequence;
    op.deadlineNs = 1_000 * MS;
    return op;
  }

  private static UpdateOp forwarded(long version, long sequence) {
    UpdateOp op = clientWrite(sequence);
    op.version = version;
    return op;
  }

  private static ReadOp read() {
    ReadOp op = new ReadOp();
    op.chunkLo = 1;
    op.lengthBytes = 8;
    op.chainVersion = 5;
    op.deadlineNs = 1_000 * MS;
    return op;
  }

  private static ChunkStat committed(long version, long clientId, int channel, long sequence) {
    ChunkStat chunk = new ChunkStat();
    chunk.chunkLo = 1;
    chunk.committedVersion = version;
    chunk.committedClientId = clientId;
    chunk.committedChannel = channel;
    chunk.committedSequence = sequence;
    return chunk;
  }

  private static ChunkStat pending(long version, int kind) {
    ChunkStat chunk = committed(version - 1, 1, 7, 19);
    chunk.pendingVersion = version;
    chunk.pendingKind = kind;
    chunk.pendingDigest = 55;
    chunk.pendingLengthBytes = 8;
    chunk.pendingClientId = 1;
    chunk.pendingChannel = 7;
    chunk.pendingSequence = 20;
    return chunk;
  }
}
