package io.luciola.cluster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.storage.StorageService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A real Mgmtd and real storage nodes in this process; two chains over three nodes. */
class AdminVerbTest {

  private static final int FAILURE_TIMEOUT_MS = 2_000;
  private static final long PATIENCE_NS = 60_000_000_000L;

  private record Outcome(int exitCode, String out, String err) {

    JsonNode json() {
      assertEquals("", err);
      try {
        return new JsonMapper().readTree(out);
      } catch (IOException malformed) {
        throw new AssertionError(out, malformed);
      }
    }
  }

  @TempDir Path directory;
  private MgmtdServer mgmtd;
  private final List<StorageService> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    mgmtd =
        MgmtdServer.start(
            new MgmtdConfig(
                new HostPort("127.0.0.1", 0),
                null,
                directory.resolve("mgmtd"),
                null,
                new PlacementConfig(3, 3, 2, 1),
                FAILURE_TIMEOUT_MS));
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<StorageService>> starting = new ArrayList<>();
      for (int id = 1; id <= 3; id++) {
        StorageConfig config = storage(id);
        starting.add(starters.submit(() -> StorageService.start(config)));
      }
      for (Future<StorageService> one : starting) {
        nodes.add(one.get());
      }
    }
    await("all is well", outcome -> outcome.exitCode == 0);
  }

  private StorageConfig storage(int id) {
    return new StorageConfig(
        id,
        new HostPort("127.0.0.1", 0),
        List.of(mgmtd.address()),
        List.of("memory:192MiB"),
        null,
        true,
        null,
        null,
        null);
  }

  @AfterEach
  void stop() {
    nodes.forEach(StorageService::close);
    mgmtd.close();
  }

  private Outcome admin(String verb, String... arguments) {
    List<String> words =
        new ArrayList<>(List.of("--cluster", "luciola://" + mgmtd.address() + "/"));
    words.addAll(List.of(arguments));
    return run(verb, words.toArray(String[]::new));
  }

  private static Outcome run(String verb, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine(List.of(new AdminVerb()));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> words = new ArrayList<>(List.of("admin", verb));
    words.addAll(List.of(arguments));
    return new Outcome(line.execute(words.toArray(String[]::new)), out.toString(), err.toString());
  }

  private Outcome await(String what, Predicate<Outcome> wanted) {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (true) {
      Outcome outcome = admin("status");
      if (wanted.test(outcome)) {
        return outcome;
      }
      assertTrue(System.nanoTime() < endNs, "in vain: " + what + "\n" + outcome);
      try {
        Thread.sleep(50);
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  @Test
  void everyListHasALineAndAnElementForEach() {
    assertList("list-nodes", 3);
    assertList("list-chains", 2);
    assertList("list-targets", 6);
    assertList("list-chain-tables", 1);
    assertTrue(admin("list-nodes").out.contains(" storage   127.0.0.1:"));
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
    assertEquals(0, table.exitCode, table.err);
    assertEquals(length + 1, table.out.lines().count(), table.out);
    Outcome json = admin(verb, "--output", "json");
    assertEquals(0, json.exitCode, json.err);
    assertEquals(length, json.json().size(), json.out);
  }

  @Test
  void statusOfAClusterThatIsWellNamesThePrimaryTheNodesAndTheSpace() {
    Outcome page = admin("status");
    assertEquals(0, page.exitCode, page.out);
    assertTrue(page.out.startsWith("HEALTHY "), page.out);
    assertTrue(page.out.contains("Mgmtd " + mgmtd.address() + ", term 1"), page.out);
    assertTrue(page.out.contains("Space: "), page.out);
    assertFalse(page.out.contains("->"), page.out);
    JsonNode json = admin("status", "--output", "json").json();
    assertTrue(json.get("healthy").asBoolean());
    assertEquals(3, json.get("cluster").get("nodes").size());
    assertTrue(json.get("space").get("budget_bytes").asLong() > 0);
    assertEquals(0, json.get("diagnoses").size());
  }

  @Test
  void statusSaysWhichNodeIsToBeStarted() {
    nodes.remove(1).close();
    Outcome page = await("node 2 is out", now -> now.out.contains(": out; node 2 is silent for "));
    assertEquals(1, page.exitCode);
    assertTrue(page.out.startsWith("NOT WELL "), page.out);
    assertTrue(page.out.contains(", serves"), page.out);
    assertTrue(page.out.contains("  -> start node 2"), page.out);
    Outcome json = admin("status", "--output", "json");
    assertEquals(1, json.exitCode);
    assertEquals("start node 2", json.json().get("diagnoses").get(0).get("steps").get(0).asText());
  }

  @Test
  void aTargetTakenOfflineComesBackAsTheTail() {
    long head = firstChain().get("targets").get(0).get("target").asLong();
    Outcome taken = admin("offline-target", Long.toString(head));
    assertEquals(0, taken.exitCode, taken.err);
    assertEquals("target " + head + " goes offline", taken.out.strip());
    await(
        "it is the tail and serves",
        now -> {
          JsonNode tail = firstChain().get("targets").get(2);
          return tail.get("target").asLong() == head
              && tail.get("state").asText().equals("SERVING");
        });
  }

  private JsonNode firstChain() {
    return admin("list-chains", "--output", "json").json().get(0);
  }

  @Test
  void aChainThatLostAllItsTargetsIsRotatedOnlyWhenTheLossIsAccepted() {
    String id = firstChain().get("id").asText();
    Outcome tooEarly = admin("rotate-lastsrv", id, "--accept-data-loss");
    assertEquals(CommandFailure.FAILED, tooEarly.exitCode);
    assertTrue(tooEarly.err.contains("only a chain of several"), tooEarly.err);
    nodes.forEach(StorageService::close);
    nodes.clear();
    Outcome page = await("nobody serves", now -> now.out.split("DOES NOT SERVE", -1).length == 3);
    assertTrue(
        page.out.contains("luciola admin rotate-lastsrv " + id + " --accept-data-loss"), page.out);
    JsonNode before = firstChain();
    Outcome refused = admin("rotate-lastsrv", id);
    assertEquals(CommandFailure.USAGE, refused.exitCode);
    assertTrue(refused.err.contains("--accept-data-loss"), refused.err);
    Outcome rotated = admin("rotate-lastsrv", id, "--accept-data-loss");
    assertEquals(0, rotated.exitCode, rotated.err);
    long lost = before.get("targets").get(0).get("target").asLong();
    await(
        "the lost one is the last",
        now -> firstChain().get("targets").get(2).get("target").asLong() == lost);
  }

  @Test
  void whatMgmtdRefusesAndWhatIsWronglyWrittenIsSaidClearly() {
    Outcome noTarget = admin("offline-target", "99999");
    assertEquals(CommandFailure.FAILED, noTarget.exitCode);
    assertTrue(noTarget.err.contains("Mgmtd refuses: there is no target 99999"), noTarget.err);
    Outcome noChain = admin("rotate-lastsrv", "99999", "--accept-data-loss");
    assertEquals(CommandFailure.FAILED, noChain.exitCode);
    assertTrue(noChain.err.contains("there is no chain 99999"), noChain.err);
    assertEquals(CommandFailure.USAGE, admin("offline-target", "first").exitCode);
    assertEquals(CommandFailure.USAGE, admin("offline-target").exitCode);
    assertEquals(CommandFailure.USAGE, admin("list-chains", "--output", "xml").exitCode);
    assertEquals(CommandFailure.USAGE, admin("no-such-verb").exitCode);
    Outcome nowhere = run("list-nodes", "--cluster", "http://here");
    assertEquals(CommandFailure.USAGE, nowhere.exitCode);
    assertTrue(nowhere.err.startsWith("luciola: "), nowhere.err);
    assertEquals(CommandFailure.USAGE, run("list-nodes").exitCode);
    Outcome help = run("list-nodes", "--help");
    assertEquals(0, help.exitCode);
    assertTrue(help.out.contains("--output"), help.out);
  }

  @Test
  void withoutAMgmtdAVerbFailsAndNamesTheAddress() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String address = "127.0.0.1:" + port;
    for (String verb : List.of("status", "list-targets")) {
      Outcome silent = run(verb, "--cluster", "luciola://" + address + "/");
      assertEquals(CommandFailure.FAILED, silent.exitCode);
      assertEquals("", silent.out);
      assertTrue(silent.err.contains(address), silent.err);
      assertTrue(silent.err.contains("answered within 5000 ms"), silent.err);
    }
  }
}
