package io.luciola.cluster.cli.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.Luciola;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MetaConfig;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.storage.StorageService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A real Mgmtd and real storage nodes in this process; two chains over three nodes. */
public final class AdminCluster implements AutoCloseable {

  private static final int FAILURE_TIMEOUT_MS = 2_000;
  private static final long PATIENCE_NS = 60_000_000_000L;

  /** What a verb printed. */
  public record Outcome(int exitCode, String out, String err) {

    public JsonNode json() {
      assertEquals("", err);
      try {
        return new JsonMapper().readTree(out);
      } catch (IOException malformed) {
        throw new AssertionError(out, malformed);
      }
    }
  }

  private final Path directory;
  private final MgmtdServer mgmtd;
  private final Map<Integer, StorageService> nodes = new TreeMap<>();
  private final Map<Integer, StorageConfig> configs = new ConcurrentHashMap<>();

  /** Returns when all is well. */
  public AdminCluster(Path directory) throws Exception {
    this.directory = directory;
    mgmtd =
        MgmtdServer.start(
            new MgmtdConfig(
                new HostPort("127.0.0.1", 0),
                null,
                directory.resolve("mgmtd"),
                null,
                new PlacementConfig(3, 3, 2, 1),
                FAILURE_TIMEOUT_MS));
    startNodes();
    await("all is well", outcome -> outcome.exitCode == 0);
  }

  /** Starts the three nodes on their disks. */
  void startNodes() throws Exception {
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<StorageService>> starting =
          IntStream.rangeClosed(1, 3)
              .mapToObj(id -> starters.submit(() -> started(storage(id))))
              .toList();
      for (int i = 0; i < starting.size(); i++) {
        nodes.put(i + 1, starting.get(i).get());
      }
    }
  }

  private StorageService started(StorageConfig config) throws Exception {
    configs.put(config.nodeId(), config);
    return StorageService.start(config, () -> configs.get(config.nodeId()));
  }

  /** Writes other disks into the configuration of a node, which may run. */
  public void configure(int id, String diskSize, int disks) {
    configs.put(id, storage(id, diskSize, disks));
  }

  private StorageConfig storage(int id) {
    return storage(id, "192MiB", 1);
  }

  private StorageConfig storage(int id, String diskSize, int disks) {
    return new StorageConfig(
        id,
        new HostPort("127.0.0.1", 0),
        List.of(mgmtd.address()),
        IntStream.range(0, disks).mapToObj(disk -> "uring:" + diskFile(id, disk)).toList(),
        diskSize,
        true,
        null,
        null,
        null,
        null);
  }

  /** Where a disk of a node is, which has a number from 0 on. */
  public Path diskFile(int id, int disk) {
    return directory.resolve("disk" + id + (disk == 0 ? "" : "-" + disk));
  }

  public HostPort mgmtd() {
    return mgmtd.address();
  }

  /** A Meta service, which the caller closes. */
  public MetaServer startMeta(@Nullable String chunkSize) throws IOException {
    return MetaServer.start(
        new MetaConfig(
            11,
            new HostPort("127.0.0.1", 0),
            List.of(mgmtd.address()),
            directory.resolve("meta"),
            null,
            chunkSize));
  }

  /** A client, which the caller closes. */
  public LuciolaClient connect() throws InterruptedException {
    return LuciolaClient.connect(ClientOptions.of(new ClusterSpec(List.of(mgmtd.address()))));
  }

  /** A new file in the root directory. */
  public static Inode create(LuciolaClient client, String name) {
    return client
        .namespace()
        .create(
            client.namespace().caller(0, 0),
            Namespace.ROOT_INODE,
            ByteString.copyFromUtf8(name),
            0644,
            true)
        .getInode();
  }

  public void stopNode(int id) {
    nodes.remove(id).close();
  }

  public void startNode(int id) throws Exception {
    nodes.put(id, started(storage(id)));
  }

  /** Starts a node that may be new, and may have other disks than before. */
  public void startNode(int id, String diskSize, int disks) throws Exception {
    nodes.put(id, started(storage(id, diskSize, disks)));
  }

  void stopNodes() {
    nodes.values().forEach(StorageService::close);
    nodes.clear();
  }

  @Override
  public void close() {
    stopNodes();
    mgmtd.close();
  }

  public Outcome admin(String verb, String... arguments) {
    List<String> words =
        new ArrayList<>(List.of("--cluster", "luciola://" + mgmtd.address() + "/"));
    words.addAll(List.of(arguments));
    return run(verb, words.toArray(String[]::new));
  }

  /** A verb that has to succeed; what it printed. */
  public String done(String verb, String... arguments) {
    Outcome outcome = admin(verb, arguments);
    assertEquals(0, outcome.exitCode, () -> verb + ": " + outcome.err);
    return outcome.out.strip();
  }

  /** A verb that Mgmtd has to refuse with a message. */
  public void refused(String message, String verb, String... arguments) {
    Outcome outcome = admin(verb, arguments);
    assertEquals(CommandFailure.FAILED, outcome.exitCode, outcome.out);
    assertTrue(outcome.err.contains(message), outcome.err);
  }

  public static Outcome run(String verb, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine(List.of(new AdminVerb()));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> words = new ArrayList<>(List.of("admin", verb));
    words.addAll(List.of(arguments));
    return new Outcome(line.execute(words.toArray(String[]::new)), out.toString(), err.toString());
  }

  /** Asks for the status until it is as wanted. */
  public Outcome await(String what, Predicate<Outcome> wanted) {
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

  /** A chain by its place in the list. */
  JsonNode chain(int index) {
    return admin("list-chains", "--output", "json").json().get(index);
  }

  /** The ids of a chain's targets, head first. */
  public List<Long> targets(int index) {
    List<Long> ids = new ArrayList<>();
    chain(index).get("targets").forEach(target -> ids.add(target.get("target").asLong()));
    return ids;
  }
}
