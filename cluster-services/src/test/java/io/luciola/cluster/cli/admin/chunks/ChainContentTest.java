package io.luciola.cluster.cli.admin.chunks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.cluster.cli.admin.chunks.ChainContent.ChunkReader;
import io.luciola.cluster.cli.admin.chunks.ChainContent.Comparison;
import io.luciola.cluster.client.ContentSum;
import io.luciola.cluster.client.ProbeException;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.routing.RoutingTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of what the replicas give to read; two of three serve. */
class ChainContentTest {

  private static final int CHAIN = 1;
  private static final ChunkKey CHUNK = new ChunkKey(0, 5);
  private static final ContentSum CONTENT = new ContentSum(4, 100, 0xABCD);

  private static final RoutingTable ROUTING =
      RoutingTable.of(
          RoutingMap.newBuilder()
              .setVersion(1)
              .addChains(
                  Chain.newBuilder()
                      .setId(CHAIN)
                      .setVersion(1)
                      .addTargets(target(11, PublicTargetState.SERVING))
                      .addTargets(target(12, PublicTargetState.SERVING))
                      .addTargets(target(13, PublicTargetState.OFFLINE)))
              .build());

  private static ChainTarget target(long id, PublicTargetState state) {
    return ChainTarget.newBuilder().setTargetId(id).setState(state).build();
  }

  private final List<Long> asked = new ArrayList<>();

  private Comparison compare(ChunkReader reader) {
    return new ChainContent(
            (table, target, hi, lo) -> {
              asked.add(target);
              return reader.read(table, target, hi, lo);
            },
            () -> ROUTING)
        .compare(CHAIN, List.of(CHUNK));
  }

  @Test
  void theSameContentIsReadOnceFromAllThatServe() {
    assertEquals(new Comparison(1, 0, Map.of()), compare((_, _, _, _) -> CONTENT));
    assertEquals(List.of(11L, 12L), asked);
  }

  @Test
  void otherContentOfOneVersionIsADifference() {
    Comparison found =
        compare((_, target, _, _) -> target == 11 ? CONTENT : new ContentSum(4, 100, 0xABCE));
    assertEquals(0, found.read());
    assertEquals(
        Map.of(
            11L, "content of version 4: 100 bytes, CRC32C 0000abcd",
            12L, "content of version 4: 100 bytes, CRC32C 0000abce"),
        found.different().get(CHUNK));
  }

  @Test
  void aChunkThatIsNeverOfOneVersionIsMoving() {
    int[] version = {0};
    assertEquals(
        new Comparison(0, 1, Map.of()),
        compare((_, _, _, _) -> new ContentSum(++version[0], 100, version[0])));
  }

  @Test
  void whatIsRefusedForAMomentIsReadAgain() {
    Comparison found =
        compare(
            (_, target, _, _) -> {
              if (asked.size() < 4 && target == 12) {
                throw new ProbeException(EngineStatus.BACK_PRESSURE, "busy");
              }
              return CONTENT;
            });
    assertEquals(new Comparison(1, 0, Map.of()), found);
  }

  @Test
  void whatIsAlwaysRefusedIsADifference() {
    Comparison found =
        compare(
            (_, target, _, _) -> {
              if (target == 12) {
                throw new ProbeException(EngineStatus.CHUNK_CORRUPT, "it is corrupt");
              }
              return CONTENT;
            });
    assertEquals("it is corrupt", found.different().get(CHUNK).get(12L));
  }

  @Test
  void aNodeThatDoesNotAnswerEndsTheComparison() {
    assertThrows(
        ProbeException.class,
        () ->
            compare(
                (_, _, _, _) -> {
                  throw new ProbeException("no answer");
                }));
    assertTrue(asked.size() == 1, asked.toString());
  }
}
