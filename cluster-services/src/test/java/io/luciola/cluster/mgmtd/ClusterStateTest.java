package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.routing.RoutingTable;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

  private final KeyValueStore store =
      EmbeddedStore.inMemory(EmbeddedOptions.DEFAULT, System::nanoTime, new Random(1));

  private ClusterState state = newState();

  private ClusterState newState() {
    return new ClusterState(
        new RoutingStore(store, transaction -> {}),
        new FirstPlacement(new PlacementConfig(3, 3, 2, 1)));
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
  void zonesOfNodesAreKeptApart() {
    ClusterState zoned =
        new ClusterState(
            new RoutingStore(store, transaction -> {}),
            new FirstPlacement(new PlacementConfig(4, 2, 3, 1)));
    RoutingMap map = RoutingMap.getDefaultInstance();
    for (int id = 1; id <= 4; id++) {
      String rack = id <= 2 ? "rack-a" : "rack-b";
      map = zoned.register(storage(id, 7000 + id).toBuilder().setZone(rack).build());
    }
    RoutingTable table = RoutingTable.of(map);
    assertEquals(12, table.chains().size());
    for (var route : table.chains()) {
      assertEquals(
          2,
          route.chain().targets().stream()
              .map(target -> table.nodeOf(target.targetId()) <= 2)
              .distinct()
              .count());
    }
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
  void whatANodeHasToRemoveIsKeptWhenItRegistersAgain() {
    complete();
    TargetOnDisk target = TargetOnDisk.newBuilder().setTargetId(7).setDiskUuid("a").build();
    state.edit(
        map -> {
          map.getNodesBuilderList().forEach(node -> node.addRetiring(target));
          return map;
        });
    TargetOnDisk other = target.toBuilder().setTargetId(8).build();
    state.register(storage(2, 9002).toBuilder().addRetiring(other).build());
    assertEquals(List.of(target), retiring(2));
    state = newState();
    assertEquals(List.of(target), retiring(2));
  }

  private List<TargetOnDisk> retiring(int nodeId) {
    return state.storageNode(nodeId).getRetiringList();
  }

  @Test
  void onlyAStorageNodeHasDisks() {
    complete();
    state.register(storage(4, 7004).toBuilder().setType(NodeType.META).clearDisks().build());
    assertEquals(3, state.storageNode(3).getId());
    for (int id = 4; id <= 5; id++) {
      int nodeId = id;
      assertEquals(
          "there is no storage node " + id,
          assertThrows(IllegalArgumentException.class, () -> state.storageNode(nodeId))
              .getMessage());
    }
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
    assertTrue(before.getVersion() < state.map().getVersion(), "it marks the new primary");
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
  void theNextPrimaryKnowsByWhichTimeoutLeasesWereGranted() {
    state.failureTimeout(6_000, 0);
    state = newState();
    assertEquals(6_000, state.failureTimeout(3_000, 0).judgedNs());
    state.saveFailureTimeoutNs(3_000);
    state = newState();
    assertEquals(3_000, state.failureTimeout(3_000, 0).judgedNs());
  }

  @Test
  void aRecordThatIsGoneIsGoneForEverybodyAndAfterARestart() {
    RoutingMap known = complete();
    state.edit(map -> map.removeTargets(0));
    GetRoutingResponse answer = state.since(known.getVersion());
    assertTrue(!answer.getDelta());
    assertEquals(known.getTargetsCount() - 1, answer.getRouting().getTargetsCount());
    state = newState();
    assertEquals(known.getTargetsCount() - 1, state.map().getTargetsCount());
  }

  @Test
  void disksThatCannotBeDividedAreRefusedWithTheReason() {
    state.register(storage(1, 7001));
    state.register(storage(2, 7002));
    Node.Builder manyDisks = storage(3, 7003).toBuilder();
    for (int index = 2; index < 9; index++) {
      manyDisks.addDisks(
          manyDisks.getDisks(0).toBuilder()
              .setIndex(index)
              .setUuid(String.format("%032x", 0xABCD00 + index)));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> state.register(manyDisks.build()))
            .getMessage();
    assertTrue(message.contains("targets"), message);
    assertEquals(0, state.map().getVersion());
  }

  @Test
  void whoKnowsAnOlderVersionGetsOnlyWhatChangedSince() {
    RoutingMap known = complete();
    state.register(storage(2, 9002));
    Chain chain = known.getChains(1).toBuilder().setVersion(2).build();
    state.change(List.of(chain), Set.of(3), UnaryOperator.identity());
    GetRoutingResponse answer = state.since(known.getVersion());
    assertTrue(answer.getDelta());
    assertEquals(List.of(chain), answer.getRouting().getChainsList());
    assertEquals(
        Set.of(2, 3),
        answer.getRouting().getNodesList().stream().map(Node::getId).collect(Collectors.toSet()));
    assertEquals(0, answer.getRouting().getTargetsCount());
    assertEquals(sorted(state.map()), sorted(RoutingChanges.apply(known, answer.getRouting())));
    assertEquals(
        Set.of(), Set.copyOf(state.since(state.map().getVersion()).getRouting().getNodesList()));
  }

  @Test
  void anEditThatBelongsToAChangeIsOneVersionWithItAndOneTransaction() {
    RoutingMap known = complete();
    Chain chain = known.getChains(1).toBuilder().setVersion(2).build();
    Target target = known.getTargets(0).toBuilder().setId(4711).clearChainId().build();
    state.change(List.of(chain), Set.of(), map -> map.addTargets(target));
    assertEquals(known.getVersion() + 1, state.map().getVersion());
    assertTrue(state.map().getChainsList().contains(chain));
    assertTrue(state.map().getTargetsList().contains(target));
    RoutingMap before = state.map();
    assertThrows(
        IllegalStateException.class,
        () ->
            state.change(
                List.of(chain.toBuilder().setVersion(3).build()),
                Set.of(),
                map -> {
                  throw new IllegalStateException("in between");
                }));
    assertSame(before, state.map());
    state = newState();
    assertTrue(state.map().getChainsList().contains(chain));
    assertTrue(state.map().getTargetsList().contains(target));
  }

  @Test
  void whoKnowsNothingOrOnlyWhatAnEarlierPrimaryShowedGetsEverything() {
    RoutingMap known = complete();
    assertEquals(state.map(), state.since(0).getRouting());
    state = newState();
    GetRoutingResponse answer = state.since(known.getVersion());
    assertTrue(!answer.getDelta());
    assertEquals(state.map(), answer.getRouting());
  }

  private static RoutingMap sorted(RoutingMap map) {
    return RoutingMap.newBuilder()
        .setVersion(map.getVersion())
        .addAllNodes(
            map.getNodesList().stream().sorted(Comparator.comparingInt(Node::getId)).toList())
        .addAllTargets(map.getTargetsList())
        .addAllChains(map.getChainsList())
        .addAllChainTables(map.getChainTablesList())
        .build();
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
