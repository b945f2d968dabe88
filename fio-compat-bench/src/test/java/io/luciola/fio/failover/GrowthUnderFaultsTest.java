package io.luciola.fio.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of real processes under a verified load: it gets two nodes, then a disk is lost and
 * replaced, and meanwhile Mgmtds and their store, storage nodes and the operator's own process are
 * killed.
 */
class GrowthUnderFaultsTest {

  private static final int LAST_NODE = 5;

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

    private final long seed;
    private final Random random;
    private final ProcessCluster cluster;
    private final Operator operator;

    private Run(Path directory, long seed) throws IOException {
      this.seed = seed;
      this.random = new Random(seed);
      this.cluster = new ProcessCluster(directory, "256MiB");
      this.operator = new Operator(cluster.spec(), directory.resolve("admin.log"), random);
    }

    private void run() throws Exception {
      try (cluster) {
        cluster.start();
        try (VerifiedLoads loads = new VerifiedLoads(cluster.spec(), seed)) {
          loads.begin(facts().chains());
          grow();
          loads.begin(facts().newestTable());
          replaceADisk();
          loads.expectAllRight();
        }
        expectDataOnTheNewNodes();
        assertEquals(0, operator.run("checksum", "--all", "--read"), operator::log);
      }
    }

    private void grow() throws Exception {
      List<Integer> oldChains = facts().chains();
      ProcessCluster.startTogether(List.of(cluster.addNode(), cluster.addNode()));
      operator.beginAndKill("grow", "--yes");
      ServiceProcess primary = cluster.primary();
      primary.kill();
      ServiceProcess node = cluster.node(1 + random.nextInt(ProcessCluster.STORAGE_NODES));
      node.kill();
      cluster.store().kill();
      cluster.store().start();
      operator.untilDone("grow", "--yes");
      ProcessCluster.startTogether(List.of(primary, node));
      cluster.awaitWhole();
      List<Integer> newest = facts().newestTable();
      assertEquals(oldChains.size(), newest.stream().filter(oldChains::contains).count());
      assertTrue(newest.size() > oldChains.size(), newest::toString);
    }

    private void replaceADisk() throws Exception {
      int nodeId = 1 + random.nextInt(LAST_NODE);
      ServiceProcess node = cluster.node(nodeId);
      Set<Long> lost = facts().targetsOn(nodeId);
      Files.delete(cluster.diskFile(nodeId));
      node.kill();
      node.start();
      operator.beginAndKill("replace-disk", "--node", "" + nodeId, "--yes");
      ServiceProcess primary = cluster.primary();
      primary.kill();
      node.kill();
      cluster.store().kill();
      ProcessCluster.startTogether(List.of(cluster.store(), primary, node));
      operator.untilDone("replace-disk", "--node", "" + nodeId, "--yes");
      cluster.awaitWhole();
      Set<Long> there = facts().targetsOn(nodeId);
      assertEquals(lost.size(), there.size());
      there.retainAll(lost);
      assertEquals(Set.of(), there);
    }

    private void expectDataOnTheNewNodes() {
      ClusterFacts facts = facts();
      for (int node = ProcessCluster.STORAGE_NODES + 1; node <= LAST_NODE; node++) {
        assertTrue(facts.usedBytes(facts.targetsOn(node)) > 0, "nothing is on node " + node);
      }
    }

    private ClusterFacts facts() {
      return new ClusterFacts(cluster.status());
    }
  }
}
