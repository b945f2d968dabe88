package io.luciola.cluster.cli.admin.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that gets new disks. */
class GrowVerbTest {

  private static final Duration CALL = Duration.ofSeconds(10);

  @TempDir Path directory;
  private AdminCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new AdminCluster(directory);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private JsonNode list(String verb) {
    return cluster.admin(verb, "--output", "json").json();
  }

  private void awaitHealthy() {
    cluster.await("all is well", page -> page.exitCode() == 0);
  }

  @Test
  void newNodesAreUsedByNewFilesAndNothingElseChanges() throws Exception {
    Outcome nothing = cluster.admin("grow", "--yes");
    assertEquals(0, nothing.exitCode(), nothing.err());
    assertTrue(nothing.err().contains("nothing to do: every disk holds targets"), nothing.err());
    cluster.startNode(4);
    cluster.startNode(5);
    awaitHealthy();
    JsonNode chains = list("list-chains");
    Outcome plan = cluster.admin("grow", "--dry-run", "--output", "json");
    JsonNode view = plan.json();
    assertEquals(3, view.get("now").get("disks").asInt());
    assertEquals(5, view.get("then").get("disks").asInt());
    assertTrue(
        view.get("then").get("usable_bytes").asLong()
            > view.get("now").get("usable_bytes").asLong(),
        plan.out());
    assertTrue(view.get("share_of_new_disks").asDouble() > 0.2, plan.out());
    assertEquals(chains, list("list-chains"));
    Outcome unasked = cluster.admin("grow");
    assertEquals(CommandFailure.USAGE, unasked.exitCode());
    assertTrue(unasked.err().contains("without --yes nothing is done"), unasked.err());
    assertEquals(chains, list("list-chains"));

    Outcome done = cluster.admin("grow", "--yes");
    assertEquals(0, done.exitCode(), done.err());
    assertTrue(done.out().contains("The new disks will get"), done.out());
    assertTrue(done.err().contains("new files use chain table version 2"), done.err());
    awaitHealthy();
    JsonNode grown = list("list-chains");
    assertEquals(
        chains.size() + view.get("new_chains").asInt(), grown.size(), () -> grown.toPrettyString());
    for (int i = 0; i < chains.size(); i++) {
      assertEquals(chains.get(i), grown.get(i));
    }
    JsonNode nodes = list("list-nodes");
    assertTrue(nodes.get(3).get("targets").asInt() > 0, nodes.toPrettyString());
    assertTrue(nodes.get(4).get("targets").asInt() > 0, nodes.toPrettyString());
    expectNewFilesOn(chains.size());
    Outcome again = cluster.admin("grow", "--yes", "--output", "json");
    assertEquals(0, again.exitCode(), again.err());
    assertTrue(again.err().contains("nothing to do"), again.err());
    assertTrue(again.out().contains("\"new_chains\" : 0"), again.out());
    assertEquals(2, list("list-chain-tables").size());
  }

  private void expectNewFilesOn(int oldChains) throws Exception {
    Set<Integer> used = new HashSet<>();
    try (MetaServer meta = cluster.startMeta("64KiB");
        LuciolaClient client = cluster.connect()) {
      assertNotEquals(0, meta.address().port());
      for (int i = 0; i < 12; i++) {
        AdminCluster.create(client, "file" + i)
            .getLayout()
            .getSegmentsList()
            .forEach(segment -> used.addAll(segment.getChainIdsList()));
      }
    }
    assertTrue(used.stream().anyMatch(chain -> chain > oldChains), used::toString);
  }

  @Test
  void aFurtherDiskInEachNodeIsUsedAndANodeThatIsAwayIsLeftOutAndNamed() throws Exception {
    for (int node = 1; node <= 3; node++) {
      cluster.stopNode(node);
      cluster.startNode(node, "192MiB", 2);
      awaitHealthy();
    }
    cluster.startNode(4);
    cluster.done("disable-node", "4");
    Outcome done = cluster.admin("grow", "--yes", "--targets-per-disk", "3");
    assertEquals(0, done.exitCode(), done.err());
    assertTrue(done.out().contains("left out: node 4: it is disabled"), done.out());
    cluster.done("enable-node", "4");
    awaitHealthy();
    list("list-nodes")
        .forEach(
            node ->
                assertEquals(
                    node.get("id").asInt() == 4, node.get("targets").asInt() == 0, node::toString));
    long onSecond = 0;
    for (JsonNode target : list("list-targets")) {
      onSecond += target.get("id").asLong() / 100 % 1000 == 2 ? 1 : 0;
    }
    assertTrue(onSecond >= 9, onSecond + " targets on the new disks");
    assertEquals(0, cluster.admin("grow", "--yes").exitCode());
    assertTrue(list("list-nodes").get(3).get("targets").asInt() > 0);
  }

  @Test
  void aPlanFromAnotherMapIsRefusedOneOfADeadNodeTooAndARepetitionIsHarmless() throws Exception {
    cluster.startNode(4);
    awaitHealthy();
    try (MgmtdClient mgmtd = new MgmtdClient(new ClusterSpec(List.of(cluster.mgmtd())))) {
      RoutingMap map = mgmtd.status(CALL).getRouting();
      ApplyGrowthRequest request = byHand(map);
      ApplyGrowthRequest old = request.toBuilder().setRoutingVersion(map.getVersion() - 1).build();
      refused(mgmtd, "the plan was made from version", old);
      cluster.stopNode(4);
      cluster.await("it is dead", page -> page.out().contains("DEAD"));
      long version = mgmtd.status(CALL).getRouting().getVersion();
      refused(
          mgmtd,
          "node 4 is not alive; look again",
          request.toBuilder().setRoutingVersion(version).build());
      cluster.startNode(4);
      awaitHealthy();
      ApplyGrowthRequest now =
          request.toBuilder()
              .setRoutingVersion(mgmtd.status(CALL).getRouting().getVersion())
              .build();
      assertTrue(mgmtd.admin(CALL, stub -> stub.applyGrowth(now)).getMade());
      assertFalse(mgmtd.admin(CALL, stub -> stub.applyGrowth(now)).getMade());
      awaitHealthy();
      assertEquals(3, list("list-chains").size());
    }
  }

  private static void refused(MgmtdClient mgmtd, String message, ApplyGrowthRequest request) {
    StatusRuntimeException refusal =
        assertThrows(
            StatusRuntimeException.class,
            () -> mgmtd.admin(CALL, stub -> stub.applyGrowth(request)));
    assertEquals(Status.Code.FAILED_PRECONDITION, refusal.getStatus().getCode());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  /** A chain over the nodes 1, 2 and 4, for which all others give 64 KiB. */
  private static ApplyGrowthRequest byHand(RoutingMap map) {
    ApplyGrowthRequest.Builder request =
        ApplyGrowthRequest.newBuilder().setRoutingVersion(map.getVersion());
    for (Target target : map.getTargetsList()) {
      request.addBudgets(
          TargetBudget.newBuilder()
              .setTargetId(target.getId())
              .setBudgetBytes(target.getBudgetBytes() - 65536));
    }
    NewChain.Builder chain = NewChain.newBuilder().setId(3);
    for (int node : List.of(1, 2, 4)) {
      long id = node * 100_000L + 150;
      chain.addTargetIds(id);
      request.addTargets(
          Target.newBuilder()
              .setId(id)
              .setNodeId(node)
              .setDiskUuid(
                  map.getNodesList().stream()
                      .filter(candidate -> candidate.getId() == node)
                      .findFirst()
                      .orElseThrow()
                      .getDisks(0)
                      .getUuid())
              .setChainId(3)
              .setBudgetBytes(65536));
    }
    ChainTable table = map.getChainTables(0);
    return request
        .addChains(chain)
        .setTable(
            table.toBuilder()
                .setVersion(table.getVersion() + 1)
                .addChainIds(3)
                .clearRoundStarts()
                .addAllRoundStarts(
                    table.getRoundStartsCount() == 0 ? List.of(0) : table.getRoundStartsList())
                .addRoundStarts(table.getChainIdsCount()))
        .build();
  }
}
