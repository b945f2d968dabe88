package io.luciola.fio.failover;

import static io.luciola.cluster.mgmtd.proto.DiskReport.State.FAILED;
import static io.luciola.cluster.mgmtd.proto.DiskReport.State.SERVING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of real processes under a verified load: its nodes get further disks while they run, a
 * replica moves to another disk and its old target is retired, and disks that failed come back. In
 * the middle of each the operator's own process, the primary Mgmtd, the store and a storage node
 * are killed.
 */
class DisksUnderFaultsTest {

  private static final int NODES = ProcessCluster.STORAGE_NODES;

  @TempDir Path directory;

  @Test
  void disksComeAndTargetsGoWhileProcessesAreKilled() throws Exception {
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
          takeDisksIn();
          grow();
          loads.begin(facts().newestTable());
          await("the further disks are used", this::furtherDisksAreUsed);
          Target old = moveAReplica();
          retire(old);
          failAndReturn();
          loads.expectAllRight();
        }
        cluster.awaitWhole();
        assertEquals(0, operator.run("checksum", "--all", "--read"), operator::log);
        assertEquals(0, operator.run("status"), operator::log);
      }
    }

    private void takeDisksIn() throws Exception {
      Map<Integer, Long> before = facts().processes();
      int killed = anyNode();
      int turn = anyNode();
      for (int node = 1; node <= NODES; node++) {
        cluster.addDisk(node);
        operator.beginAndKill("add-disk", "--node", "" + node);
        if (node == turn) {
          killAndStart(killed);
        }
      }
      for (int node = 1; node <= NODES; node++) {
        operator.untilDone("add-disk", "--node", "" + node);
        assertEquals(2, facts().node(node).getDisksCount(), operator::log);
        assertTrue(facts().allDisksAre(SERVING, node), operator::log);
      }
      Map<Integer, Long> after = facts().processes();
      for (int node = 1; node <= NODES; node++) {
        boolean same = before.get(node).equals(after.get(node));
        assertEquals(node != killed, same, "node " + node + "; seed " + seed);
      }
    }

    private void grow() throws Exception {
      List<Integer> oldChains = facts().chains();
      operator.beginAndKill("grow", "--yes");
      killAndStart(anyNode());
      operator.untilDone("grow", "--yes");
      cluster.awaitWhole();
      assertTrue(facts().newestTable().size() > oldChains.size(), operator::log);
    }

    private boolean furtherDisksAreUsed(ClusterFacts facts) {
      for (int node = 1; node <= NODES; node++) {
        List<DiskReport> slots = facts.slots(node);
        if (slots.size() != 2 || slots.getLast().getUsedBytes() == 0) {
          return false;
        }
      }
      return true;
    }

    /** Returns the target that has left its chain for good. */
    private Target moveAReplica() throws Exception {
      int nodeId = anyNode();
      String oldDisk = facts().slots(nodeId).getFirst().getUuid();
      List<Target> candidates = facts().targetsOnDisk(oldDisk);
      Target old = candidates.get(random.nextInt(candidates.size()));
      int chain = old.getChainId();
      ServiceProcess node = cluster.node(nodeId);
      node.kill();
      await("target " + old.getId() + " is out", facts -> facts.isOffline(old));
      operator.untilDone("update-chain", "" + chain, "--remove", "" + old.getId());
      node.start();
      operator.untilDone(
          "create-target", "--node", "" + nodeId, "--disk", "1", "--budget", "64MiB");
      Target fresh = facts().unusedTargets(nodeId).getFirst();
      operator.untilDone("update-chain", "" + chain, "--add", "" + fresh.getId());
      cluster.awaitWhole();
      List<Long> members = facts().members(chain);
      assertEquals(NODES, members.size());
      assertTrue(members.contains(fresh.getId()));
      assertFalse(members.contains(old.getId()));
      return old;
    }

    private void retire(Target old) throws Exception {
      await("it is reported", facts -> facts.usedBytes(old) > 0);
      long usedBytes = facts().diskUsedBytes(old);
      String id = "" + old.getId();
      if (random.nextBoolean()) {
        operator.beginAndKill("retire-target", id, "--yes");
      } else {
        Process admin = operator.begin("retire-target", id, "--yes");
        await("the cluster forgets target " + id, facts -> !facts.isInMap(old));
        admin.destroyForcibly().waitFor();
      }
      killAndStart(old.getNodeId());
      // of a target that is gone the verb says so, and fails
      operator.until(() -> facts().isGone(old), "retire-target", id, "--yes");
      await(
          "the disk has its space again",
          facts -> facts.isGone(old) && facts.diskUsedBytes(old) < usedBytes);
    }

    /** The disks of a node cannot be written for a while; its process goes on. */
    private void failAndReturn() throws Exception {
      int failing = anyNode();
      ServiceProcess node = cluster.node(failing);
      long process = facts().processes().get(failing);
      node.failDisks();
      await("its disks fail", facts -> facts.allDisksAre(FAILED, failing));
      cluster.awaitBroken();
      node.mendDisks();
      operator.beginAndKill("add-disk", "--node", "" + failing);
      killAndStart(1 + failing % NODES);
      operator.untilDone("add-disk", "--node", "" + failing);
      cluster.awaitWhole();
      assertTrue(facts().allDisksAre(SERVING, failing), operator::log);
      assertEquals(process, facts().processes().get(failing));
    }

    /** SIGKILL for the primary Mgmtd, the store and a storage node, which then start again. */
    private void killAndStart(int nodeId) throws Exception {
      List<ServiceProcess> processes =
          new ArrayList<>(List.of(cluster.primary(), cluster.store(), cluster.node(nodeId)));
      Collections.shuffle(processes, random);
      processes.forEach(ServiceProcess::kill);
      ProcessCluster.startTogether(processes);
    }

    private int anyNode() {
      return 1 + random.nextInt(NODES);
    }

    private ClusterFacts facts() {
      return new ClusterFacts(cluster.status());
    }

    private void await(String what, Predicate<ClusterFacts> condition) throws InterruptedException {
      cluster.await(what, status -> condition.test(new ClusterFacts(status)));
    }
  }
}
