package io.luciola.cluster.cli.admin.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that come, and targets that go, while their nodes serve. */
@Timeout(180)
class OnlineDisksTest {

  private static final String SIZE = "192MiB";
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int FILE_BYTES = 2 << 20;

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

  @Test
  void furtherDisksAreTakenInAndUsed() throws Exception {
    write(1);
    for (int node = 1; node <= 3; node++) {
      cluster.configure(node, SIZE, 2);
      Outcome added = addDisk(node);
      assertEquals(0, added.exitCode(), added.out() + added.err());
      assertTrue(added.out().contains("new: uring:" + cluster.diskFile(node, 1)), added.out());
      assertTrue(added.out().contains("1 disk holds no target"), added.out());
    }
    cluster.await("all is well", page -> page.exitCode() == 0);
    Outcome grown = cluster.admin("grow", "--yes");
    assertEquals(0, grown.exitCode(), grown.err());
    JsonNode disks = disks();
    assertEquals(6, disks.size());
    disks.forEach(disk -> assertTrue(disk.get("targets").asInt() >= 2, disk::toString));
    write(IntStream.range(1, chains() + 1).toArray());
    cluster.done("checksum", "--all", "--read");

    Outcome again = addDisk(1);
    assertEquals(0, again.exitCode(), again.err());
    assertTrue(again.out().contains("has no disk that it did not have before"), again.out());
    cluster.stopNode(1);
    cluster.startNode(1, SIZE, 2);
    cluster.await("it has both disks after a restart", page -> page.exitCode() == 0);
  }

  @Test
  void whatCannotBeOpenedIsSaidAndMayBeMended() throws Exception {
    Path blocked = cluster.diskFile(1, 1);
    Files.createDirectory(blocked);
    cluster.configure(1, SIZE, 2);
    Outcome failed = addDisk(1);
    assertEquals(CommandFailure.FAILED, failed.exitCode(), failed.out());
    assertTrue(failed.out().contains("FAILED"), failed.out());
    assertTrue(failed.out().contains(blocked.toString()), failed.out());
    cluster.await("it is not well", page -> page.exitCode() != 0);

    Files.delete(blocked);
    Outcome mended = addDisk(1);
    assertEquals(0, mended.exitCode(), mended.out());
    cluster.await("all is well", page -> page.exitCode() == 0);

    cluster.configure(1, SIZE, 1);
    Outcome refused = addDisk(1);
    assertEquals(CommandFailure.FAILED, refused.exitCode());
    assertTrue(
        refused.out().contains("is not in the configuration any more: it goes with a restart only"),
        refused.out());
    assertEquals(2, slots(1).size(), "it still has it");
    cluster.refused("there is no node 9", "add-disk", "--node", "9");
  }

  @Test
  void targetsInNoChainGoWithWhatIsOnThem() throws Exception {
    write(1);
    cluster.await("it is reported", page -> usedBytes(2) == FILE_BYTES);
    String spare = cluster.done("create-target", "--node", "2", "--disk", "0", "--budget", "4MiB");
    cluster.await("it is held", page -> isHeld(spare));
    long chained = cluster.targets(0).getFirst();
    Outcome refused = cluster.admin("retire-target", Long.toString(chained), "--yes");
    assertEquals(CommandFailure.FAILED, refused.exitCode(), refused.out());
    assertTrue(refused.err().contains("is in chain"), refused.err());
    assertEquals(CommandFailure.USAGE, cluster.admin("retire-target", spare).exitCode());

    Outcome retired = cluster.admin("retire-target", spare, "--yes");
    assertEquals(0, retired.exitCode(), retired.err());
    assertTrue(retired.err().contains("1 of 1 targets are gone"), retired.err());
    assertFalse(isKnown(spare));
    assertEquals(FILE_BYTES, usedBytes(2));
    cluster.await("all is well", page -> page.exitCode() == 0);
    assertEquals(
        spare, cluster.done("create-target", "--node", "2", "--disk", "0", "--budget", "4MiB"));
    cluster.await("it is held again", page -> isHeld(spare));
  }

  @Test
  void aReplicaThatLeftItsChainIsRetired() throws Exception {
    write(1);
    cluster.stopNode(3);
    cluster.await("it is out", page -> page.exitCode() != 0);
    List<Long> left = new ArrayList<>();
    for (JsonNode target : cluster.admin("list-targets", "--output", "json").json()) {
      if (target.get("node").asInt() == 3) {
        left.add(target.get("id").asLong());
        cluster.done(
            "update-chain", target.get("chain").asText(), "--remove", target.get("id").asText());
      }
    }
    assertEquals(2, left.size());
    cluster.startNode(3);
    cluster.await("it is back", page -> slots(3).size() == 1 && usedBytes(3) == FILE_BYTES);
    Outcome retired =
        cluster.admin("retire-target", left.get(0).toString(), left.get(1).toString(), "--yes");
    assertEquals(0, retired.exitCode(), retired.err());
    cluster.await("the disk is empty", page -> slots(3).getFirst().get("used_bytes").asLong() == 0);
    assertEquals(0, cluster.admin("status").exitCode());
    cluster.done("checksum", "--all", "--read");
  }

  @Test
  void aDiskThatComesBackAfterItWasReplacedIsNotTakenForANewOne() throws Exception {
    write(1, 2);
    Path lost = cluster.diskFile(2, 0);
    Path shelf = directory.resolve("shelf");
    cluster.stopNode(2);
    Files.move(lost, shelf);
    cluster.startNode(2, SIZE, 1);
    Outcome replaced = cluster.admin("replace-disk", "--node", "2", "--yes");
    assertEquals(0, replaced.exitCode(), replaced.err());

    Files.move(shelf, cluster.diskFile(2, 1));
    cluster.configure(2, SIZE, 2);
    Outcome added = addDisk(2);
    assertEquals(0, added.exitCode(), added.out());
    assertTrue(added.out().contains("retire-target --unknown --node 2"), added.out());
    cluster.await(
        "the status tells of it",
        page -> page.out().contains("2 targets that the cluster does not know"));
    Outcome grow = cluster.admin("grow", "--yes");
    assertTrue(grow.err().contains("retire-target --unknown --node 2"), grow.err());
    assertEquals(0, slots(2).getLast().get("targets").asInt(), "it is left out");

    Outcome retired = cluster.admin("retire-target", "--unknown", "--node", "2", "--yes");
    assertEquals(0, retired.exitCode(), retired.err());
    cluster.await(
        "nothing is on it",
        page ->
            slots(2).getLast().get("used_bytes").asLong() == 0
                && slots(2).getLast().get("unknown").asInt() == 0);
    for (int node : new int[] {1, 3}) {
      cluster.configure(node, SIZE, 2);
      assertEquals(0, addDisk(node).exitCode());
    }
    Outcome grown = cluster.admin("grow", "--yes");
    assertEquals(0, grown.exitCode(), grown.err());
    assertEquals(2, slots(2).getLast().get("targets").asInt(), "now it is used");
    cluster.await("all is well", page -> page.exitCode() == 0);
    cluster.done("checksum", "--all", "--read");
  }

  private Outcome addDisk(int node) {
    return cluster.admin("add-disk", "--node", Integer.toString(node));
  }

  private JsonNode disks() {
    return cluster.admin("list-disks", "--output", "json").json();
  }

  private List<JsonNode> slots(int node) {
    List<JsonNode> slots = new ArrayList<>();
    disks()
        .forEach(
            disk -> {
              if (disk.get("node").asInt() == node) {
                slots.add(disk);
              }
            });
    return slots;
  }

  private long usedBytes(int node) {
    return slots(node).getFirst().get("used_bytes").asLong();
  }

  private int chains() {
    return cluster.admin("list-chains", "--output", "json").json().size();
  }

  private boolean isKnown(String target) {
    return target(target) != null;
  }

  private boolean isHeld(String target) {
    JsonNode found = target(target);
    return found != null && found.get("reported").asText().equals("ONLINE");
  }

  private @Nullable JsonNode target(String id) {
    for (JsonNode target : cluster.admin("list-targets", "--output", "json").json()) {
      if (target.get("id").asText().equals(id)) {
        return target;
      }
    }
    return null;
  }

  private void write(int... chains) throws Exception {
    long content = Memory.allocate(FILE_BYTES);
    Memory.fill(content, FILE_BYTES, (byte) 7);
    try (LuciolaClient client = cluster.connect();
        DataPath data = client.openDataPath()) {
      FileLayout layout = FileLayout.whole(CHUNK_BYTES, chains);
      assertEquals(FILE_BYTES, data.writeNow(layout, 4711, 0, FILE_BYTES, content));
    } finally {
      Memory.free(content, FILE_BYTES);
    }
  }
}
