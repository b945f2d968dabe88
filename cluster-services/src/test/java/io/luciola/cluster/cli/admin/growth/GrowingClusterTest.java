package io.luciola.cluster.cli.admin.growth;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.placement.GrowthPlan;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.cli.status.HandMadeStatus;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which nodes and disks a cluster can grow by. */
class GrowingClusterTest {

  private final HandMadeStatus status = new HandMadeStatus();

  @BeforeEach
  void addADiskToEachNode() {
    for (int node = 1; node <= 3; node++) {
      status.disk(node, 1);
    }
  }

  private GrowingCluster cluster() {
    return new GrowingCluster(status.build());
  }

  private static Set<String> disksOf(GrowthPlan plan) {
    return plan.targets().stream()
        .map(PlacedTarget::diskUuid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long bytesOn(GrowthPlan plan, String uuid) {
    return plan.targets().stream()
        .filter(target -> target.diskUuid().equals(uuid))
        .mapToLong(PlacedTarget::budgetBytes)
        .sum();
  }

  @Test
  void emptyDisksThatServeAreUsed() {
    GrowingCluster cluster = cluster();
    assertEquals(List.of(), cluster.leftOut());
    assertFalse(cluster.isUnsettled());
    assertTrue(cluster.hasNewDisks());
    Set<String> disks = disksOf(cluster.plan(1, 1));
    for (int node = 1; node <= 3; node++) {
      assertTrue(disks.contains(HandMadeStatus.uuid(node, 1)), disks::toString);
    }
  }

  @Test
  void aDiskWithTargetsThatTheClusterDoesNotKnowIsLeftOutAndTheOthersOfTheNodeAreNot() {
    status.disk(2, 2).unknown(2, 1, 200250, 3 * MIB).unknown(2, 1, 200251, 4 * MIB);
    GrowingCluster cluster = cluster();
    assertEquals(
        List.of(
            "disk "
                + HandMadeStatus.uuid(2, 1)
                + " of node 2 has 2 targets that the cluster does not know, with 7.00 MiB; remove"
                + " them with 'luciola admin retire-target --unknown --node 2', or take the disk"
                + " out"),
        cluster.leftOut());
    assertFalse(cluster.isUnsettled());
    Set<String> disks = disksOf(cluster.plan(1, 1));
    assertFalse(disks.contains(HandMadeStatus.uuid(2, 1)), disks::toString);
    assertTrue(disks.contains(HandMadeStatus.uuid(2, 2)), disks::toString);
  }

  @Test
  void aDiskWithTargetsStillToBeRemovedIsLeftOutAndWaitedForAWhile() {
    status.unknown(2, 1, 200250, 3 * MIB).retiring(2, 1, 200250);
    GrowingCluster cluster = cluster();
    assertEquals(
        List.of(
            "disk "
                + HandMadeStatus.uuid(2, 1)
                + " of node 2 has 1 target still to be removed; wait until that is done"),
        cluster.leftOut());
    assertTrue(cluster.isUnsettled());
    assertFalse(disksOf(cluster.plan(1, 1)).contains(HandMadeStatus.uuid(2, 1)));
  }

  @Test
  void aFailedDiskIsLeftOutAndChainsOnItDoNotGrow() {
    for (int node = 1; node <= 3; node++) {
      status.budget(node * 100_000L + 101, 16 * MIB);
    }
    assertTrue(mostOfOldChain() > 16 * MIB, "it grows while all is well");
    status.fail(2, 0, "write error");
    GrowingCluster cluster = cluster();
    assertEquals(
        List.of("disk " + HandMadeStatus.uuid(2, 0) + " of node 2 has FAILED: write error"),
        cluster.leftOut());
    assertFalse(cluster.isUnsettled());
    GrowthPlan plan = cluster.plan(1, 1);
    assertTrue(disksOf(plan).contains(HandMadeStatus.uuid(2, 1)));
    assertFalse(disksOf(plan).contains(HandMadeStatus.uuid(2, 0)));
    assertEquals(16 * MIB, mostOfOldChain());
  }

  private long mostOfOldChain() {
    return cluster().plan(1, 1).budgets().values().stream()
        .mapToLong(Long::longValue)
        .max()
        .orElseThrow();
  }

  @Test
  void aSlotThatCouldNotBeOpenedIsNamed() {
    status.slot(2, 2).setState(DiskReport.State.FAILED).setReason("no such device");
    assertEquals(
        List.of("slot 2 of node 2, uring:/n2d2, has FAILED: no such device"), cluster().leftOut());
  }

  @Test
  void aNodeThatDoesNotSayHowItsDisksAreIsLeftOutAndMayJustNotHaveComeYet() {
    status.unheard(2);
    assertEquals(List.of("node 2: it does not say how its disks are"), cluster().leftOut());
    assertTrue(cluster().isUnsettled());
    status.nodeOf(2).setDisabled(true);
    assertFalse(cluster().isUnsettled());
  }

  @Test
  void aDiskThatIsAnnouncedAndNotReportedMayJustNotHaveComeYet() {
    status.slot(2, 1).setUuid("").setState(DiskReport.State.UNKNOWN);
    assertEquals(
        List.of("disk " + HandMadeStatus.uuid(2, 1) + " of node 2 is not reported by its node"),
        cluster().leftOut());
    assertTrue(cluster().isUnsettled());
  }

  @Test
  void aNodeThatLacksADiskIsLeftOutAsAWhole() {
    status.lose(2, 0);
    List<String> leftOut = cluster().leftOut();
    assertEquals(1, leftOut.size(), leftOut::toString);
    assertTrue(leftOut.getFirst().startsWith("node 2: its disk"), leftOut::toString);
    assertThrows(CommandFailure.class, () -> cluster().plan(1, 1));
  }

  @Test
  void whatUnknownTargetsHoldIsNotGivenAway() {
    String uuid = HandMadeStatus.uuid(2, 1);
    long before = bytesOn(cluster().plan(1, 1), uuid);
    status.unknown(2, 1, 200250, 400 * MIB);
    status.slot(2, 1).getUnknownTargetsBuilder(0).setRemoving(true);
    assertEquals(List.of(), cluster().leftOut());
    long after = bytesOn(cluster().plan(1, 1), uuid);
    assertTrue(before > 624 * MIB, () -> before + " bytes of budgets");
    assertTrue(after > 0 && after <= 624 * MIB, () -> after + " bytes of budgets");
  }

  @Test
  void theVerbNamesWhatIsLeftOut() throws Exception {
    for (int node = 1; node <= 3; node++) {
      status.unknown(node, 1, node * 100_000L + 250, 3 * MIB);
    }
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build())) {
      Outcome outcome = mgmtd.admin("grow", "--yes");
      assertEquals(0, outcome.exitCode(), outcome.err());
      assertTrue(
          outcome.err().contains("left out: disk " + HandMadeStatus.uuid(3, 1)), outcome.err());
      assertTrue(
          outcome.err().contains("nothing to do: every disk that takes part holds targets"),
          outcome.err());
    }
  }
}
