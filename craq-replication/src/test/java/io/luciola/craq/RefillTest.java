package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The target 11 serves, and refills 12, which has nothing. */
class RefillTest {

  private static final Chain CHAIN =
      new Chain(
          3,
          6,
          List.of(
              new ChainTarget(11, PublicTargetState.SERVING),
              new ChainTarget(12, PublicTargetState.SYNCING)));

  private final RecordingDriver driver = new RecordingDriver();
  private final ChainReplica source =
      new ChainReplica(11, driver, ReplicaOptions.DEFAULTS, NodeLease.unlimited());

  RefillTest() {
    driver.chunk = new ChunkStat();
    driver.chunk.chunkLo = 1;
    driver.chunk.committedVersion = 4;
  }

  @Test
  void whoHasTheSameIsTold() {
    source.onChain(CHAIN, 0);
    assertEquals(List.of("scan from 0", "compare 1 with 12 under 6"), driver.take());
    source.onRefillAnswer(driver.askedPass, ReplicaStatus.OK, 0);
    assertEquals(List.of("list 12 from 0 under 6"), driver.take());
    listsNothing();
    assertEquals(List.of("announce 12 under 6"), driver.take());
  }

  @Test
  void nobodyIsCompleteByADiskThatHasFailedBeforeItsChunksWereSeen() {
    driver.diskFailed = true;
    source.onChain(CHAIN, 0);
    assertEquals(List.of("scan from 0", "compare 0 with 12 under 6"), driver.take());
    source.onRefillAnswer(driver.askedPass, ReplicaStatus.OK, 0);
    assertEquals(List.of(), driver.take());
    assertTrue(source.hasWork(), "it tries again");
  }

  @Test
  void norByOneThatHasFailedMeanwhile() {
    source.onChain(CHAIN, 0);
    source.onRefillAnswer(driver.askedPass, ReplicaStatus.OK, 0);
    driver.take();
    driver.diskFailed = true;
    listsNothing();
    assertEquals(List.of(), driver.take());
  }

  private void listsNothing() {
    driver.asked.count = 0;
    driver.asked.nextCursor = ReplicaEffects.NO_MORE_CHUNKS;
    source.onRefillAnswer(driver.askedPass, ReplicaStatus.OK, 0);
  }
}
