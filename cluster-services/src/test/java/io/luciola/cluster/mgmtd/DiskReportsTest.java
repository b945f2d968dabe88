package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskReportsTest {

  private final DiskReports disks = new DiskReports(5);

  private static HeartbeatRequest says(int nodeId, long diskLook, DiskReport... reports) {
    return HeartbeatRequest.newBuilder()
        .setNodeId(nodeId)
        .setDiskLook(diskLook)
        .addAllDisks(List.of(reports))
        .build();
  }

  private static DiskReport disk(String uuid, long... unknownTargets) {
    DiskReport.Builder report = DiskReport.newBuilder().setUuid(uuid);
    for (long id : unknownTargets) {
      report.addUnknownTargets(UnknownTarget.newBuilder().setTargetId(id));
    }
    return report.build();
  }

  private static TargetOnDisk target(long id, String uuid) {
    return TargetOnDisk.newBuilder().setTargetId(id).setDiskUuid(uuid).build();
  }

  @Test
  void theNewestReportOfEachNodeCountsAndOneThatLeavesHasNone() {
    disks.onHeartbeat(says(2, 0, disk("a")));
    disks.onHeartbeat(says(1, 0, disk("b")));
    disks.onHeartbeat(says(1, 0, disk("b"), disk("c")));
    assertEquals(
        List.of(
            NodeDisks.newBuilder().setNodeId(1).addDisks(disk("b")).addDisks(disk("c")).build(),
            NodeDisks.newBuilder().setNodeId(2).addDisks(disk("a")).build()),
        disks.all());
    disks.onHeartbeat(says(1, 0));
    assertEquals(List.of(2), disks.all().stream().map(NodeDisks::getNodeId).toList());
  }

  @Test
  void aLookIsPendingUntilTheNodeSaysItsNumber() {
    assertEquals(0, disks.pendingLook(1));
    long look = disks.askForLook(1);
    assertEquals(look, disks.pendingLook(1));
    assertEquals(0, disks.pendingLook(2));
    disks.onHeartbeat(says(1, 0, disk("a")));
    assertEquals(look, disks.pendingLook(1));
    disks.onHeartbeat(says(1, look, disk("a")));
    assertEquals(0, disks.pendingLook(1));
    assertEquals(look, disks.all().getFirst().getDiskLook());
  }

  @Test
  void whatOfALookWasNotDoneIsKeptUntilTheNext() {
    HeartbeatRequest refusing =
        says(1, disks.askForLook(1), disk("a")).toBuilder()
            .setDiskLookRefusal("no such file")
            .build();
    disks.onHeartbeat(refusing);
    disks.onHeartbeat(says(1, 0, disk("a")));
    assertEquals("no such file", disks.all().getFirst().getDiskLookRefusal());
    disks.onHeartbeat(says(1, disks.askForLook(1), disk("a")));
    assertEquals("", disks.all().getFirst().getDiskLookRefusal());
  }

  @Test
  void aNewLookReplacesTheOneThatIsPending() {
    long first = disks.askForLook(1);
    long second = disks.askForLook(1);
    assertEquals(second, disks.pendingLook(1));
    disks.onHeartbeat(says(1, first, disk("a")));
    assertEquals(second, disks.pendingLook(1));
    disks.onHeartbeat(says(1, second, disk("a")));
    assertEquals(0, disks.pendingLook(1));
  }

  @Test
  void aProcessThatBeganAfterTheLookIsNotAskedForItAgain() {
    long look = disks.askForLook(1);
    disks.onHeartbeat(says(1, look, disk("a")));
    disks.onHeartbeat(says(1, 0, disk("a")));
    assertEquals(0, disks.pendingLook(1));
    assertEquals(look, disks.all().getFirst().getDiskLook());
  }

  @Test
  void noTwoLooksHaveTheSameNumber() {
    Set<Long> seen = new HashSet<>();
    for (long term = 1; term <= 3; term++) {
      DiskReports ofTerm = new DiskReports(term);
      for (int i = 0; i < 3; i++) {
        long look = ofTerm.askForLook(1 + i % 2);
        assertNotEquals(0, look);
        assertTrue(seen.add(look), "look " + look + " was there");
      }
    }
  }

  @Test
  void aTargetIsUnknownOnTheDiskThatReportsItOnly() {
    disks.onHeartbeat(says(1, 0, disk("a", 7, 8), disk("b")));
    assertTrue(disks.isUnknown(1, target(8, "a")));
    assertFalse(disks.isUnknown(1, target(8, "b")));
    assertFalse(disks.isUnknown(1, target(9, "a")));
    assertFalse(disks.isUnknown(2, target(8, "a")));
  }

  @Test
  void aNodeThatIsForgottenHasNothing() {
    long look = disks.askForLook(1);
    disks.onHeartbeat(says(1, look, disk("a", 7)));
    disks.askForLook(1);
    disks.forget(1);
    assertEquals(List.of(), disks.all());
    assertEquals(0, disks.pendingLook(1));
    assertFalse(disks.isUnknown(1, target(7, "a")));
  }
}
