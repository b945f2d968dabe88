package io.luciola.cluster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.storage.StorageService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs of {@code luciola admin} against a Mgmtd and three storage nodes. */
@Timeout(120)
class AdminVerbTest {

  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final int NODES = 3;
  private static final long PATIENCE_NS = 60_000_000_000L;

  @TempDir Path directory;

  private MgmtdServer mgmtd;
  private final List<StorageService> nodes = new ArrayList<>();

  private record Outcome(int exitCode, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
        throw new AssertionError(out, wrong);
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    mgmtd =
        MgmtdServer.start(
            MgmtdConfig.embedded(
                ANY_PORT, directory.resolve("mgmtd"), new PlacementConfig(NODES, NODES, 1, 1)));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StorageService>> starting = new ArrayList<>();
      for (int id = 1; id <= NODES; id++) {
        int nodeId = id;
        starting.add(threads.submit(() -> startNode(nodeId)));
      }
      for (Future<StorageService> node : starting) {
        nodes.add(node.get());
      }
    }
    await("all serve", () -> run("cluster", "status").exitCode == 0);
  }

  private StorageService startNode(int id) throws Exception {
    return StorageService.start(
        new StorageConfig(
            id,
            ANY_PORT,
            List.of(mgmtd.address()),
            List.of("memory:64MiB"),
            null,
            true,
            null,
            null,
            null));
  }

  @AfterEach
  void stop() {
    nodes.forEach(StorageService::close);
    mgmtd.close();
  }

  private Outcome run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--cluster", "luciola://" + mgmtd.address() + "/"));
    int exitCode = line.execute(command.toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private static void await(String what, BooleanSupplier condition) {
    long fromNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - fromNs < PATIENCE_NS, what);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void listsShowWhatThereIs() {
    Outcome chains = run("admin", "list-chains");
    assertEquals(0, chains.exitCode, chains.err);
    assertEquals(1, chains.out.lines().filter(line -> line.contains("SERVING")).count());
    JsonNode chain = run("admin", "list-chains", "--output", "json").json().get(0);
    assertEquals(NODES, chain.get("targets").size());

    Outcome listed = run("admin", "list-nodes");
    assertEquals(0, listed.exitCode, listed.err);
    assertEquals(NODES, run("admin", "list-nodes", "--output", "json").json().size());

    JsonNode targets = run("admin", "list-targets", "--output", "json").json();
    assertEquals(NODES, targets.size());
    for (JsonNode target : targets) {
      assertEquals("SERVING", target.get("state").asText());
      assertEquals("UPTODATE", target.get("reported").asText());
    }
  }

  @Test
  void aTargetThatIsTakenOfflineComesBackAsTheTail() {
    JsonNode before = run("admin", "list-chains", "--output", "json").json().get(0);
    long head = before.get("targets").get(0).get("target").asLong();
    Outcome taken = run("admin", "offline-target", Long.toString(head));
    assertEquals(0, taken.exitCode, taken.err);
    await(
        "it is the tail and serves",
        () -> {
          JsonNode targets =
              run("admin", "list-chains", "--output", "json").json().get(0).get("targets");
          JsonNode last = targets.get(NODES - 1);
          return last.get("target").asLong() == head
              && last.get("state").asText().equals("SERVING");
        });
  }

  @Test
  void whatCannotBeIsSaid() {
    Outcome unknown = run("admin", "offline-target", "4711");
    assertEquals(1, unknown.exitCode);
    assertTrue(unknown.err.contains("there is no target 4711"), unknown.err);

    Outcome serving = run("admin", "rotate-lastsrv", "1", "--accept-data-loss");
    assertEquals(1, serving.exitCode);
    assertTrue(serving.err.contains("Mgmtd refuses"), serving.err);

    Outcome careless = run("admin", "rotate-lastsrv", "1");
    assertEquals(2, careless.exitCode);
    assertTrue(careless.err.contains("--accept-data-loss"), careless.err);
  }
}
