package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.routing.RoutingTable;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

  private final KeyValueStore store =
      EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1));

  private ClusterState state = newState();

  private ClusterState newState() {
    return new ClusterState(
        new RoutingStore(store), new FirstPlacement(new PlacementConfig(3, 3, 2, 1)));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void theFirstTableIsMadeWhenTheLastNodeRegisters() {
    assertEquals(0, state.register(storage(1, 7001)).getVersion());
    assertEquals(0, state.register(storage(2, 7002)).getVersion());
    RoutingMap map = state.register(storage(3, 7003));
    assertEquals(1, map.getVersion());
    assertEquals(12, map.getTargetsCount());
    assertEquals(4, map.getChainsCount());
    RoutingTable table = RoutingTable.of(map);
    table.chains().forEach(chain -> assertEquals(3, chain.servingCount()));
    assertEquals(4, table.targetsOn(2).size());
  }

  @Test
  void registeringAgainChangesNothingAndANewAddressIsANewVersion() {
    RoutingMap map = complete();
    assertSame(map, state.register(storage(2, 7002)));
    RoutingMap moved = state.register(storage(2, 9002));
    assertEquals(map.getVersion() + 1, moved.getVersion());
    assertEquals(9002, RoutingTable.of(moved).node(2).port());
    assertEquals(map.getChainsList(), moved.getChainsList());
  }

  @Test
  void aNodeIdCannotChangeItsType() {
    complete();
    Node impostor = storage(2, 7002).toBuilder().setType(NodeType.META).clearDisks().build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> state.register(impostor)).getMessage();
    assertTrue(message.contains("node id 2"), message);
  }

  @Test
  void whatIsKnownSurvivesARestart() {
    complete();
    RoutingMap before = state.register(storage(1, 9001));
    state = newState();
    assertEquals(
        RoutingTable.of(before).chains().size(), RoutingTable.of(state.map()).chains().size());
    assertEquals(before.getVersion(), state.map().getVersion());
    assertEquals(before.getChainsList(), state.map().getChainsList());
    assertEquals(before.getTargetsList(), state.map().getTargetsList());
    assertEquals(before.getChainTablesList(), state.map().getChainTablesList());
    assertEquals(9001, RoutingTable.of(state.map()).node(1).port());
  }

  @Test
  void whoWaitsForANewerMapGetsItWhenItIsThere() throws Exception {
    long known = complete().getVersion();
    CompletableFuture<RoutingMap> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return state.awaitNewer(known, 30_000);
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
            });
    state.register(storage(3, 9003));
    assertEquals(known + 1, waiting.get(20, TimeUnit.SECONDS).getVersion());
    assertEquals(known + 1, state.awaitNewer(known + 1, 1).getVersion());
  }

  @Test
  void disksThatCannotBeDividedAreRefusedWithTheReason() {
    state.register(storage(1, 7001));
    state.register(storage(2, 7002));
    Node oneDisk = storage(3, 7003).toBuilder().removeDisks(1).build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> state.register(oneDisk)).getMessage();
    assertTrue(message.contains("targets"), message);
    assertEquals(0, state.map().getVersion());
  }

  @Test
  void aSilentNodeIsDeadUntilItIsHeardAgain() {
    long[] nowNs = {0};
    Liveness liveness = new Liveness(2_000, () -> nowNs[0]);
    HeartbeatRequest beat =
        HeartbeatRequest.newBuilder()
            .setNodeId(1)
            .addTargets(TargetReport.newBuilder().setTargetId(7).setUsedBytes(5))
            .build();
    assertTrue(!liveness.beat(beat), "a node that never registered");
    liveness.registered(1);
    assertTrue(liveness.isAlive(1));
    nowNs[0] = 2_000;
    assertTrue(!liveness.isAlive(1));
    assertTrue(liveness.beat(beat));
    assertTrue(liveness.isAlive(1));
    assertEquals(5, liveness.reports().getFirst().getUsedBytes());
  }

  private RoutingMap complete() {
    state.register(storage(1, 7001));
    state.register(storage(2, 7002));
    return state.register(storage(3, 7003));
  }

  private static Node storage(int id, int port) {
    Node.Builder node =
        Node.newBuilder().setId(id).setType(NodeType.STORAGE).setHost("127.0.0.1").setPort(port);
    for (int disk = 0; disk < 2; disk++) {
      node.addDisks(
          Disk.newBuilder()
              .setUuid(String.format("%032x", id * 10 + disk))
              .setIndex(disk)
              .setSizeBytes(1L << 30));
    }
    return node.build();
  }
}
