package io.luciola.cluster.cli.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that look, and those that heal by hand. */
class AdminVerbTest {

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

  private Outcome admin(String verb, String... arguments) {
    return cluster.admin(verb, arguments);
  }

  @Test
  void everyListHasALineAndAnElementForEach() {
    assertList("list-nodes", 3);
    assertList("list-chains", 2);
    assertList("list-targets", 6);
    assertList("list-chain-tables", 1);
    assertTrue(admin("list-nodes").out().contains(" storage   127.0.0.1:"));
    JsonNode chain = admin("list-chains", "--output", "json").json().get(0);
    assertEquals(3, chain.get("targets").size());
    assertEquals("SERVING", chain.get("targets").get(0).get("state").asText());
    JsonNode target = admin("list-targets", "--output", "json").json().get(0);
    assertEquals("UPTODATE", target.get("reported").asText());
    assertTrue(target.get("budget_bytes").asLong() > 0);
    assertEquals(
        2, admin("list-chain-tables", "--output", "json").json().get(0).get("chains").size());
  }

  private void assertList(String verb, int length) {
    Outcome table = admin(verb);
    assertEquals(0, table.exitCode(), table.err());
    assertEquals(length + 1, table.out().lines().count(), table.out());
    Outcome json = admin(verb, "--output", "json");
    assertEquals(0, json.exitCode(), json.err());
    assertEquals(length, json.json().size(), json.out());
  }

  @Test
  void statusOfAClusterThatIsWellNamesThePrimaryTheNodesAndTheSpace() {
    Outcome page = admin("status");
    assertEquals(0, page.exitCode(), page.out());
    assertTrue(page.out().startsWith("HEALTHY "), page.out());
    assertTrue(page.out().contains("Mgmtd " + cluster.mgmtd() + ", term 1"), page.out());
    assertTrue(page.out().contains("Space: "), page.out());
    assertFalse(page.out().contains("->"), page.out());
    JsonNode json = admin("status", "--output", "json").json();
    assertTrue(json.get("healthy").asBoolean());
    assertEquals(3, json.get("cluster").get("nodes").size());
    assertTrue(json.get("space").get("budget_bytes").asLong() > 0);
    assertEquals(0, json.get("diagnoses").size());
  }

  @Test
  void statusSaysWhichNodeIsToBeStarted() {
    cluster.stopNode(2);
    Outcome page =
        cluster.await("node 2 is out", now -> now.out().contains(": out; node 2 is silent for "));
    assertEquals(1, page.exitCode());
    assertTrue(page.out().startsWith("NOT WELL "), page.out());
    assertTrue(page.out().contains(", serves"), page.out());
    assertTrue(page.out().contains("  -> start node 2"), page.out());
    Outcome json = admin("status", "--output", "json");
    assertEquals(1, json.exitCode());
    assertEquals("start node 2", json.json().get("diagnoses").get(0).get("steps").get(0).asText());
  }

  @Test
  void aTargetTakenOfflineComesBackAsTheTail() {
    long head = cluster.chain(0).get("targets").get(0).get("target").asLong();
    Outcome taken = admin("offline-target", Long.toString(head));
    assertEquals(0, taken.exitCode(), taken.err());
    assertEquals("target " + head + " goes offline", taken.out().strip());
    cluster.await(
        "it is the tail and serves",
        now -> {
          JsonNode tail = cluster.chain(0).get("targets").get(2);
          return tail.get("target").asLong() == head
              && tail.get("state").asText().equals("SERVING");
        });
  }

  @Test
  void aChainThatLostAllItsTargetsIsRotatedOnlyWhenTheLossIsAccepted() {
    String id = cluster.chain(0).get("id").asText();
    Outcome tooEarly = admin("rotate-lastsrv", id, "--accept-data-loss");
    assertEquals(CommandFailure.FAILED, tooEarly.exitCode());
    assertTrue(tooEarly.err().contains("only a chain of several"), tooEarly.err());
    cluster.stopNodes();
    Outcome page =
        cluster.await("nobody serves", now -> now.out().split("DOES NOT SERVE", -1).length == 3);
    assertTrue(
        page.out().contains("luciola admin rotate-lastsrv " + id + " --accept-data-loss"),
        page.out());
    JsonNode before = cluster.chain(0);
    Outcome refused = admin("rotate-lastsrv", id);
    assertEquals(CommandFailure.USAGE, refused.exitCode());
    assertTrue(refused.err().contains("--accept-data-loss"), refused.err());
    Outcome rotated = admin("rotate-lastsrv", id, "--accept-data-loss");
    assertEquals(0, rotated.exitCode(), rotated.err());
    long lost = before.get("targets").get(0).get("target").asLong();
    cluster.await(
        "the lost one is the last",
        now -> cluster.chain(0).get("targets").get(2).get("target").asLong() == lost);
  }

  @Test
  void whatMgmtdRefusesAndWhatIsWronglyWrittenIsSaidClearly() {
    Outcome noTarget = admin("offline-target", "99999");
    assertEquals(CommandFailure.FAILED, noTarget.exitCode());
    assertTrue(noTarget.err().contains("Mgmtd refuses: there is no target 99999"), noTarget.err());
    Outcome noChain = admin("rotate-lastsrv", "99999", "--accept-data-loss");
    assertEquals(CommandFailure.FAILED, noChain.exitCode());
    assertTrue(noChain.err().contains("there is no chain 99999"), noChain.err());
    assertEquals(CommandFailure.USAGE, admin("offline-target", "first").exitCode());
    assertEquals(CommandFailure.USAGE, admin("offline-target").exitCode());
    assertEquals(CommandFailure.USAGE, admin("list-chains", "--output", "xml").exitCode());
    assertEquals(CommandFailure.USAGE, admin("no-such-verb").exitCode());
    Outcome nowhere = AdminCluster.run("list-nodes", "--cluster", "http://here");
    assertEquals(CommandFailure.USAGE, nowhere.exitCode());
    assertTrue(nowhere.err().startsWith("luciola: "), nowhere.err());
    assertEquals(CommandFailure.USAGE, AdminCluster.run("list-nodes").exitCode());
    Outcome help = AdminCluster.run("list-nodes", "--help");
    assertEquals(0, help.exitCode());
    assertTrue(help.out().contains("--output"), help.out());
  }

  @Test
  void withoutAMgmtdAVerbFailsAndNamesTheAddress() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String address = "127.0.0.1:" + port;
    for (String verb : List.of("status", "list-targets")) {
      Outcome silent = AdminCluster.run(verb, "--cluster", "luciola://" + address + "/");
      assertEquals(CommandFailure.FAILED, silent.exitCode());
      assertEquals("", silent.out());
      assertTrue(silent.err().contains(address), silent.err());
      assertTrue(silent.err().contains("answered within 5000 ms"), silent.err());
    }
  }
}
