package io.luciola.cluster.cli.admin.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.meta.MetaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is lost, and another one in its place. */
class ReplaceDiskVerbTest {

  private static final int FILE_BYTES = 1 << 20;

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

  /** As when its disk is burnt and a blank one is put in. */
  private void loseDisk(int node, String newSize) throws Exception {
    cluster.stopNode(node);
    Files.delete(cluster.diskFile(node, 0));
    cluster.startNode(node, newSize, 1);
  }

  private List<Long> targetsOn(int node) {
    List<Long> ids = new ArrayList<>();
    for (JsonNode target : cluster.admin("list-targets", "--output", "json").json()) {
      if (target.get("node").asInt() == node) {
        ids.add(target.get("id").asLong());
      }
    }
    return ids;
  }

  private long serving(int node) {
    long serving = 0;
    for (JsonNode target : cluster.admin("list-targets", "--output", "json").json()) {
      boolean serves = target.get("state").asText().equals("SERVING");
      serving += serves && target.get("node").asInt() == node ? 1 : 0;
    }
    return serving;
  }

  @Test
  void newTargetsOnTheNewDiskTakeThePlacesAndAreRefilled() throws Exception {
    try (MetaServer meta = cluster.startMeta("64KiB")) {
      assertTrue(meta.address().port() > 0);
      write();
      replaceTheDiskOfNode2();
    }
  }

  private void replaceTheDiskOfNode2() throws Exception {
    Outcome nothing = cluster.admin("replace-disk", "--node", "2", "--yes");
    assertEquals(0, nothing.exitCode(), nothing.err());
    assertTrue(nothing.err().contains("nothing to replace"), nothing.err());
    String spare = cluster.done("create-target", "--node", "2", "--disk", "0", "--budget", "4MiB");
    List<Long> before = targetsOn(2);
    assertEquals(3, before.size());
    loseDisk(2, "192MiB");
    cluster.await("they are out", page -> page.exitCode() != 0);
    Outcome plan = cluster.admin("replace-disk", "--node", "2", "--dry-run");
    assertEquals(0, plan.exitCode(), plan.err());
    assertEquals(
        2, plan.out().lines().filter(line -> line.contains("OFFLINE")).count(), plan.out());
    assertEquals(CommandFailure.USAGE, cluster.admin("replace-disk", "--node", "2").exitCode());
    assertEquals(before, targetsOn(2));
    Outcome grow = cluster.admin("grow", "--yes");
    assertTrue(grow.err().contains("left out: node 2: its disk"), grow.err());
    assertEquals(before, targetsOn(2));

    Outcome done = cluster.admin("replace-disk", "--node", "2", "--yes");
    assertEquals(0, done.exitCode(), done.err());
    assertTrue(done.err().contains("all targets serve that took the place"), done.err());
    assertTrue(done.err().contains("target " + spare + " is forgotten"), done.err());
    cluster.await("all is well", page -> page.exitCode() == 0);
    assertEquals(List.of(200103L, 200104L), targetsOn(2));
    cluster.done("checksum", "--all", "--read");
    Outcome again = cluster.admin("replace-disk", "--node", "2", "--yes", "--output", "json");
    assertEquals(0, again.exitCode(), again.err());
    assertTrue(again.out().contains("\"targets\" : [ ]"), again.out());
  }

  private void write() throws Exception {
    long content = Memory.allocate(FILE_BYTES);
    Memory.fill(content, FILE_BYTES, (byte) 7);
    try (LuciolaClient client = cluster.connect();
        DataPath data = client.openDataPath()) {
      FileLayout layout = FileLayout.whole(65536, new int[] {1, 2});
      assertEquals(FILE_BYTES, data.writeNow(layout, 4711, 0, FILE_BYTES, content));
    } finally {
      Memory.free(content, FILE_BYTES);
    }
  }

  @Test
  void whatDoesNotFitAndWhatWouldLoseDataIsRefused() throws Exception {
    cluster.refused("there is no node 9", "replace-disk", "--node", "9");
    loseDisk(2, "96MiB");
    cluster.refused("is too small: it has", "replace-disk", "--node", "2", "--yes");
    cluster.refused(
        "has no disk 0123", "replace-disk", "--node", "2", "--new-disk", "0123", "--yes");
    cluster.refused(
        "has no target on a disk 0123",
        "replace-disk",
        "--node",
        "2",
        "--old-disk",
        "0123",
        "--yes");
    cluster.stopNode(1);
    cluster.refused("node 1 is not alive", "replace-disk", "--node", "1", "--yes");
    cluster.startNode(1);
    cluster.await("it is refilled", page -> serving(1) == 2);
    cluster.stopNode(1);
    loseDisk(3, "192MiB");
    cluster.refused("is the last one that has the data", "replace-disk", "--node", "3", "--yes");
    assertEquals(List.of(300101L, 300102L), targetsOn(3));
  }
}
