package io.luciola.fio.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.JavaCommand;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of real processes under a verified load: it gets two nodes, then a disk is lost and
 * replaced, and meanwhile Mgmtds and their store, storage nodes and the operator's own process are
 * killed.
 */
class GrowthUnderFaultsTest {

  private static final int CHUNK_BYTES = 256 << 10;
  private static final int THREADS = 2;

  /** Processes that start need the processor, too. */
  private static final long THINK_NS = 4_000_000;

  private static final int LAST_NODE = 5;
  private static final int LATEST_KILL_MS = 2_500;
  private static final int MOST_TRIES = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void aClusterGrowsAndADiskIsReplacedWhileProcessesAreKilled() throws Exception {
    new Run(directory, 1).run();
  }

  @Test
  @Tag("slow")
  void whateverIsKilledWhenever() throws Exception {
    for (long seed = 2; seed <= 8; seed++) {
      Path own = Files.createDirectory(directory.resolve("seed-" + seed));
      new Run(own, seed).run();
    }
  }

  private static final class Run {

    private final Path directory;
    private final long seed;
    private final Random random;
    private final ProcessCluster cluster;

    private Run(Path directory, long seed) throws IOException {
      this.directory = directory;
      this.seed = seed;
      this.random = new Random(seed);
      this.cluster = new ProcessCluster(directory, "256MiB");
    }

    private void run() throws Exception {
      try (cluster) {
        cluster.start();
        DataPathOptions patient = DataPathOptions.DEFAULTS.withDeadlineNs(PATIENCE.toNanos());
        try (DataPaths paths = new DataPaths(cluster.spec(), patient);
            Load before = load(paths, cluster.chainIds(), Load.FIRST_INODE)) {
          grow();
          try (Load after = load(paths, newestTable(), Load.FIRST_INODE + THREADS)) {
            replaceADisk();
            expectAllRight(after);
          }
          expectAllRight(before);
        }
        expectDataOnTheNewNodes();
        assertEquals(0, ended(admin("checksum", "--all", "--read")), this::log);
      }
    }

    private Load load(DataPaths paths, int[] chains, long firstInode) {
      return new Load(
          paths::open, FileLayout.whole(CHUNK_BYTES, chains), THREADS, seed, firstInode, THINK_NS);
    }

    private void expectAllRight(Load load) {
      load.finish();
      assertTrue(load.operations() > 0);
      assertEquals(0, load.errors(), () -> "errors; seed " + seed);
      assertEquals(0, load.wrongBlocks(), () -> "wrong blocks; seed " + seed);
    }

    private void grow() throws Exception {
      List<Integer> oldChains = ids(cluster.chainIds());
      started(cluster.addNode(), cluster.addNode());
      begunAndKilled("grow", "--yes");
      ServiceProcess primary = cluster.primary();
      primary.kill();
      ServiceProcess node = cluster.node(1 + random.nextInt(ProcessCluster.STORAGE_NODES));
      node.kill();
      cluster.store().kill();
      cluster.store().start();
      untilDone("grow", "--yes");
      started(primary, node);
      cluster.awaitWhole();
      List<Integer> newest = ids(newestTable());
      assertEquals(oldChains.size(), newest.stream().filter(oldChains::contains).count());
      assertTrue(newest.size() > oldChains.size(), newest::toString);
    }

    private void replaceADisk() throws Exception {
      int nodeId = 1 + random.nextInt(LAST_NODE);
      ServiceProcess node = cluster.node(nodeId);
      Set<Long> lost = targetsOn(nodeId);
      Files.delete(cluster.diskFile(nodeId));
      node.kill();
      node.start();
      begunAndKilled("replace-disk", "--node", "" + nodeId, "--yes");
      ServiceProcess primary = cluster.primary();
      primary.kill();
      node.kill();
      cluster.store().kill();
      started(cluster.store(), primary, node);
      untilDone("replace-disk", "--node", "" + nodeId, "--yes");
      cluster.awaitWhole();
      Set<Long> there = targetsOn(nodeId);
      assertEquals(lost.size(), there.size());
      there.retainAll(lost);
      assertEquals(Set.of(), there);
    }

    /** Starts processes at the same time. */
    private static void started(ServiceProcess... processes) throws Exception {
      try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> starting = new ArrayList<>();
        for (ServiceProcess process : processes) {
          starting.add(
              starters.submit(
                  () -> {
                    process.start();
                    return null;
                  }));
        }
        for (Future<?> one : starting) {
          one.get();
        }
      }
    }

    private Set<Long> targetsOn(int nodeId) {
      return cluster.status().getRouting().getTargetsList().stream()
          .filter(target -> target.getNodeId() == nodeId)
          .map(Target::getId)
          .collect(Collectors.toSet());
    }

    private int[] newestTable() {
      List<ChainTable> tables = cluster.status().getRouting().getChainTablesList();
      return tables.stream()
          .filter(table -> tables.stream().noneMatch(t -> t.getVersion() > table.getVersion()))
          .findFirst()
          .orElseThrow()
          .getChainIdsList()
          .stream()
          .mapToInt(Integer::intValue)
          .toArray();
    }

    private static List<Integer> ids(int[] chains) {
      List<Integer> ids = new ArrayList<>();
      for (int chain : chains) {
        ids.add(chain);
      }
      return ids;
    }

    private void expectDataOnTheNewNodes() {
      GetStatusResponse status = cluster.status();
      for (int node = ProcessCluster.STORAGE_NODES + 1; node <= LAST_NODE; node++) {
        Set<Long> targets = targetsOn(node);
        long usedBytes =
            status.getTargetsList().stream()
                .filter(report -> targets.contains(report.getTargetId()))
                .mapToLong(TargetReport::getUsedBytes)
                .sum();
        assertTrue(usedBytes > 0, "nothing is on node " + node);
      }
    }

    private void begunAndKilled(String... words) throws Exception {
      Process admin = admin(words);
      Thread.sleep(random.nextInt(LATEST_KILL_MS));
      admin.destroyForcibly().waitFor();
    }

    /** An operator who tries again; each time it has to go on from where it was. */
    private void untilDone(String... words) throws Exception {
      int exitCode = 1;
      for (int tries = 0; tries < MOST_TRIES && exitCode != 0; tries++) {
        exitCode = ended(admin(words));
      }
      assertEquals(0, exitCode, this::log);
    }

    private int ended(Process admin) throws InterruptedException {
      assertTrue(admin.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS), this::log);
      return admin.exitValue();
    }

    private Process admin(String... words) throws IOException {
      List<String> arguments = new ArrayList<>(List.of("admin"));
      arguments.addAll(List.of(words));
      arguments.addAll(List.of("--cluster", cluster.spec().toString()));
      return new ProcessBuilder(JavaCommand.luciola(arguments))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(adminLog().toFile()))
          .redirectErrorStream(true)
          .start();
    }

    private Path adminLog() {
      return directory.resolve("admin.log");
    }

    private String log() {
      try {
        return "seed " + seed + "\n" + Files.readString(adminLog());
      } catch (IOException unreadable) {
        return unreadable.toString();
      }
    }
  }
}
