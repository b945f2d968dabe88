package io.luciola.cluster.cli.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs by which operators change what the cluster consists of. */
class AdminChangeVerbTest {

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

  private void awaitHealthy() {
    cluster.await("all is well", page -> page.exitCode() == 0);
  }

  private static String[] words(Object first, List<?> more) {
    return Stream.concat(Stream.of(first), more.stream())
        .map(Object::toString)
        .toArray(String[]::new);
  }

  @Test
  void aChainIsRotatedIntoItsPreferredOrder() {
    String id = cluster.chain(0).get("id").asText();
    cluster.refused("has no preferred order", "rotate-as-preferred-order", id);
    List<Long> order = cluster.targets(0);
    cluster.refused(
        "is not one of the targets", "set-preferred-target-order", words(id, order.subList(0, 2)));
    List<Long> wanted = new ArrayList<>(List.of(order.get(2), order.get(0), order.get(1)));
    cluster.done("set-preferred-target-order", words(id, wanted));
    String moves = cluster.done("rotate-as-preferred-order", id, "--until-done");
    assertEquals(3, moves.lines().count(), moves);
    assertTrue(moves.endsWith("chain " + id + " is in its preferred order"), moves);
    assertEquals(wanted, cluster.targets(0));
    assertEquals(
        "chain " + id + " is in its preferred order",
        cluster.done("rotate-as-preferred-order", id));
    awaitHealthy();
  }

  @Test
  void aDisabledNodeIsOutUntilItIsEnabledAndTheLastOneIsNotDisabledByMistake() {
    cluster.done("disable-node", "2");
    Outcome page =
        cluster.await("node 2 is out", now -> now.out().contains(": out; node 2 is disabled"));
    assertTrue(page.out().contains("  -> luciola admin enable-node 2"), page.out());
    assertTrue(cluster.admin("list-nodes").out().contains("  disabled  "));
    cluster.done("disable-node", "1");
    cluster.await(
        "node 1 is out", now -> now.out().split(": out; node 1 is disabled", -1).length == 3);
    cluster.refused("are served by node 3 alone", "disable-node", "3");
    cluster.refused("there is no node 9", "disable-node", "9");
    cluster.done("disable-node", "3", "--force");
    cluster.await("nobody serves", now -> now.out().split("DOES NOT SERVE", -1).length == 3);
    cluster.done("enable-node", "1");
    cluster.done("enable-node", "2");
    cluster.done("enable-node", "3");
    awaitHealthy();
  }

  @Test
  void aNodeIsKnownBeforeItIsThereAndForgottenWhenItIsGone() throws Exception {
    cluster.done("register-node", "9", "storage");
    assertTrue(cluster.admin("list-nodes").out().contains("  expected  "));
    cluster.refused("belongs to a STORAGE node", "register-node", "9", "meta");
    assertEquals(CommandFailure.USAGE, cluster.admin("register-node", "10", "kv").exitCode());
    cluster.done("unregister-node", "9");
    assertEquals(3, cluster.admin("list-nodes", "--output", "json").json().size());
    cluster.refused("there is no node 9", "unregister-node", "9");
    cluster.refused("node 3 lives", "unregister-node", "3");
    cluster.stopNode(3);
    cluster.await("node 3 is out", now -> now.out().split(": out; node 3", -1).length == 3);
    cluster.refused("remove them with update-chain first", "unregister-node", "3");
    for (int index = 0; index < 2; index++) {
      JsonNode chain = cluster.chain(index);
      JsonNode last = chain.get("targets").get(2);
      assertEquals(3, last.get("node").asInt());
      String id = chain.get("id").asText();
      cluster.refused(
          "only a target that is OFFLINE",
          "update-chain",
          id,
          "--remove",
          chain.get("targets").get(0).get("target").asText());
      cluster.done("update-chain", id, "--remove", last.get("target").asText());
    }
    cluster.done("unregister-node", "3");
    assertEquals(2, cluster.admin("list-nodes", "--output", "json").json().size());
    assertEquals(4, cluster.admin("list-targets", "--output", "json").json().size());
    awaitHealthy();
  }

  @Test
  void aTargetThatWasRemovedIsAddedAgainAndRefilled() {
    JsonNode chain = cluster.chain(0);
    String id = chain.get("id").asText();
    String other = cluster.chain(1).get("id").asText();
    JsonNode tail = chain.get("targets").get(2);
    String target = tail.get("target").asText();
    String node = tail.get("node").asText();
    cluster.done("disable-node", node);
    cluster.await("it is out", now -> now.out().contains(": out; node " + node + " is disabled"));
    cluster.done("update-chain", id, "--remove", target);
    cluster.done("update-chain", id, "--remove", target);
    assertEquals(2, cluster.targets(0).size());
    cluster.done("enable-node", node);
    awaitHealthy();
    cluster.refused("a target stays with its first chain", "update-chain", other, "--add", target);
    cluster.done("update-chain", id, "--add", target);
    awaitHealthy();
    assertEquals(chain.get("targets").size(), cluster.targets(0).size());
    assertEquals(Long.parseLong(target), cluster.targets(0).getLast());
    assertEquals(CommandFailure.USAGE, cluster.admin("update-chain", id).exitCode());
  }

  @Test
  void newChainsAreMadeOfNewTargetsAndFilesGetThemByTheNextTable() throws IOException {
    List<String> targets = new ArrayList<>();
    for (int node = 1; node <= 3; node++) {
      targets.add(
          cluster.done("create-target", "--node", "" + node, "--disk", "0", "--budget", "16MiB"));
    }
    cluster.await(
        "the nodes hold them",
        now ->
            cluster.admin("list-targets").out().lines().filter(l -> l.contains("ONLINE")).count()
                == 3);
    Path chains = directory.resolve("chains.csv");
    Files.writeString(
        chains, "ChainId,TargetId,TargetId,TargetId\n77," + String.join(",", targets));
    assertEquals("1 chains are made, 0 existed", cluster.done("upload-chains", chains.toString()));
    assertEquals("0 chains are made, 1 existed", cluster.done("upload-chains", chains.toString()));
    awaitHealthy();
    assertEquals(77, cluster.chain(2).get("id").asInt());
    Path table = directory.resolve("table.csv");
    String old = cluster.chain(0).get("id").asText();
    Files.writeString(table, "# the new one first\n77\n\n" + old + "\n");
    assertEquals(
        "chain table 1 has these 2 chains in version 2",
        cluster.done("upload-chain-table", "1", table.toString()));
    assertEquals(
        "chain table 1 has these 2 chains in version 2, as before",
        cluster.done("upload-chain-table", "1", table.toString()));
    assertEquals(2, cluster.admin("list-chain-tables", "--output", "json").json().size());
    Files.writeString(table, "chain,round\n77,1\n" + old + ",2\n");
    assertEquals(
        "chain table 1 has these 2 chains in version 3",
        cluster.done("upload-chain-table", "1", table.toString()));
    String tables = cluster.done("list-chain-tables");
    assertTrue(tables.endsWith("77 | " + old), tables);
    Files.writeString(table, "77\n" + old + "\n");
    assertEquals(
        "chain table 1 has these 2 chains in version 3, as before",
        cluster.done("upload-chain-table", "1", table.toString()),
        "who does not name rounds does not change them");
  }

  @Test
  void whatIsWrongInAnUploadIsSaidWithItsPlace() throws IOException {
    long used = cluster.targets(0).getFirst();
    refusedFile("has data of chain", "upload-chains", "77," + used);
    refusedFile("there is no target 4711", "upload-chains", "77,4711");
    refusedFile("exists with the targets", "upload-chains", cluster.chain(0).get("id") + ",4711");
    String first = cluster.done("create-target", "--node", "1", "--disk", "0", "--budget", "4MiB");
    String second = cluster.done("create-target", "--node", "1", "--disk", "0", "--budget", "4MiB");
    assertNotEquals(first, second);
    cluster.await(
        "the node holds them",
        now ->
            cluster.admin("list-targets").out().lines().filter(l -> l.contains("ONLINE")).count()
                == 2);
    refusedFile("are both on node 1", "upload-chains", "77," + first + "," + second);
    refusedFile("is there twice", "upload-chains", "77," + first + "\n78," + first);
    refusedFile("there is no chain 4711", "upload-chain-table", "4711");
    cluster.refused(
        "has no disk 7", "create-target", "--node", "1", "--disk", "7", "--budget", "4MiB");
    wrongTable(":2: a round is named in all lines or in none", "1,1\n2");
    wrongTable(":2: rounds follow one another, 2 before", "1,2\n2,1");
    wrongTable(":1: a chain id, and perhaps a round, is expected", "1,1,1");
    wrongFile(":2: 'x' is not an id", "1,2\nx");
    wrongFile(":1: ids are positive", "-4,2");
    wrongFile(":1: a chain has an id and at least one target", "4");
    wrongFile("has no line with an id", "# nothing\n");
    Outcome missing = cluster.admin("upload-chains", directory.resolve("missing").toString());
    assertEquals(CommandFailure.USAGE, missing.exitCode());
    assertTrue(missing.err().contains("does not exist"), missing.err());
  }

  private void wrongTable(String message, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("table.csv"), content);
    Outcome outcome = cluster.admin("upload-chain-table", "1", file.toString());
    assertEquals(CommandFailure.USAGE, outcome.exitCode());
    assertTrue(outcome.err().contains(message), outcome.err());
  }

  private void refusedFile(String message, String verb, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("upload.csv"), content);
    if (verb.equals("upload-chain-table")) {
      cluster.refused(message, verb, "1", file.toString());
    } else {
      cluster.refused(message, verb, file.toString());
    }
  }

  private void wrongFile(String message, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("upload.csv"), content);
    Outcome outcome = cluster.admin("upload-chains", file.toString());
    assertEquals(CommandFailure.USAGE, outcome.exitCode(), outcome.err());
    assertTrue(outcome.err().contains(message), outcome.err());
  }

  @Test
  void afterAPlannedStopWhicheverNodeIsStartedFirstServes() throws Exception {
    assertEquals(CommandFailure.USAGE, cluster.admin("shutdown-all-chains").exitCode());
    String said = cluster.done("shutdown-all-chains", "--yes");
    assertTrue(said.contains("no chain serves any more"), said);
    for (int index = 0; index < 2; index++) {
      cluster
          .chain(index)
          .get("targets")
          .forEach(target -> assertEquals("LASTSRV", target.get("state").asText()));
    }
    Outcome page = cluster.admin("status");
    assertTrue(page.out().contains("all chains were shut down"), page.out());
    assertTrue(page.out().contains("  -> restart node 1"), page.out());
    cluster.stopNodes();
    cluster.startNode(2);
    cluster.await("node 2 serves", now -> now.out().split(", serves", -1).length == 3);
    cluster.startNode(1);
    cluster.startNode(3);
    awaitHealthy();
  }
}
