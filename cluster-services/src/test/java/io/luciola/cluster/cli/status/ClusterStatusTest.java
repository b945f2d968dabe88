package io.luciola.cluster.cli.status;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the pages of the status say of disks. */
class ClusterStatusTest {

  private final HandMadeStatus status = new HandMadeStatus();

  private String page() {
    StringWriter page = new StringWriter();
    ClusterStatus.of(status.build()).print(new PrintWriter(page, true));
    return page.toString();
  }

  private boolean healthy() {
    return ClusterStatus.of(status.build()).healthy();
  }

  private void expect(String... parts) {
    String page = page();
    for (String part : parts) {
      assertTrue(page.contains(part), page);
    }
  }

  @Test
  void allIsWellWithoutAWordAboutDisks() {
    assertTrue(healthy(), page());
    assertFalse(page().toLowerCase(Locale.ROOT).contains("disk "), page());
  }

  @Test
  void ofManyDisksTheFirstAreShownAndTheOthersCounted() {
    for (int index = 1; index <= 25; index++) {
      status.disk(2, index);
      status.fail(2, index, "no such device");
    }
    expect("Disk uring:/n2d20 of node 2 has FAILED", "and 5 more of disks");
    assertFalse(page().contains("uring:/n2d21"), page());
  }

  @Test
  void aFailedSlotWithoutTargetsIsNotWell() {
    status.disk(2, 1);
    assertTrue(healthy());
    status.fail(2, 1, "no such device");
    assertFalse(healthy());
    expect(
        "NOT WELL",
        "Disk uring:/n2d1 of node 2 has FAILED: no such device. When it works again, or another one"
            + " is in its place, run 'luciola admin add-disk --node 2'.");
    assertFalse(page().contains("replace-disk"), page());
  }

  @Test
  void aFailedDiskWithTargetsIsNamedOnceAndSaysHowItIsReplaced() {
    status.fail(2, 0, "write error");
    assertFalse(healthy());
    expect(
        "has FAILED: write error.",
        "run 'luciola admin add-disk --node 2'; for another one then"
            + " 'luciola admin replace-disk --node 2'.");
    assertFalse(page().contains("is OFFLINE. Look"), page());
  }

  @Test
  void aDiskThatIsMissingIsToBeAddedWithoutARestart() {
    status.lose(2, 0);
    assertFalse(healthy());
    expect(
        "Disk " + HandMadeStatus.uuid(2, 0) + " of node 2 is OFFLINE.",
        "run 'luciola admin add-disk --node 2'");
    assertFalse(page().contains("restart"), page());
  }

  @Test
  void lowSpaceIsAdviceAndRefusedUpdatesAreNotWell() {
    status.slot(1, 0).setUsedBytes(920 * MIB).setLevel(DiskReport.Level.LOW);
    assertTrue(healthy());
    expect(
        "HEALTHY",
        "Disk uring:/n1d0 of node 1 is LOW on space: 920 MiB of 1.00 GiB, 90 %, are in use.",
        "'luciola admin add-disk --node 1') or nodes, then 'luciola admin grow'");
    status.slot(1, 0).setLevel(DiskReport.Level.REJECT);
    assertFalse(healthy());
    expect("NOT WELL", "takes no new chunks (REJECT)");
    status.slot(1, 0).setLevel(DiskReport.Level.FULL);
    assertFalse(healthy());
    expect("NOT WELL", "takes nothing that needs space (FULL)");
  }

  @Test
  void unknownTargetsAndRemovalsAreAdvice() {
    status.unknown(3, 0, 300150, 5 * MIB).unknown(3, 0, 300151, 6 * MIB);
    status.retiring(1, 0, 100150);
    assertTrue(healthy());
    expect(
        "Disk uring:/n3d0 of node 3 has 2 targets that the cluster does not know, with 11.0 MiB. If"
            + " nobody needs them: 'luciola admin retire-target --unknown --node 3'.",
        "1 target is still to be removed from disk uring:/n1d0 of node 1; nothing is left to do.");
  }

  @Test
  void aRemovalThatWaitsForItsDiskSaysSo() {
    status.retiring(1, 1, 100250);
    assertTrue(healthy());
    expect(
        "removed from disk "
            + HandMadeStatus.uuid(1, 1)
            + " of node 1, which does not serve: that is done when it is back.");
  }

  @Test
  void jsonHasTheDisksThatAreToBeKnownOf() throws Exception {
    status.disk(2, 1).fail(2, 1, "no such device").unknown(3, 0, 300150, 5 * MIB);
    JsonNode json = new JsonMapper().readTree(ClusterStatus.of(status.build()).toJson());
    assertEquals(2, json.get("disks").size());
    assertEquals("FAILED", json.get("disks").get(0).get("state").asText());
    assertEquals("no such device", json.get("disks").get(0).get("reason").asText());
    assertEquals(1, json.get("disks").get(1).get("unknown").asInt());
    assertEquals(5 * MIB, json.get("disks").get(1).get("unknown_bytes").asLong());
  }

  @Test
  void theAdminPageSaysTheSame() throws Exception {
    status.fail(2, 0, "write error").unknown(3, 0, 300150, 5 * MIB);
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build())) {
      Outcome page = mgmtd.admin("status");
      assertEquals(CommandFailure.FAILED, page.exitCode(), page.err());
      assertTrue(page.out().contains("has FAILED: write error"), page.out());
      assertTrue(page.out().contains("retire-target --unknown --node 3"), page.out());
      assertTrue(
          page.out()
              .contains(
                  "-> look into the log of node 2; when its disk works, or another one is in its"
                      + " place: luciola admin add-disk --node 2"),
          page.out());
      JsonNode json = mgmtd.admin("status", "--output", "json").json();
      assertFalse(json.get("healthy").asBoolean());
      assertEquals(2, json.get("cluster").get("disks").size());
    }
  }
}
