package io.luciola.cluster.cli.admin.growth;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.cli.status.HandMadeStatus;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import org.junit.jupiter.api.Test;

/** Which disk may take the place of a lost one. */
class DiskReplacementTest {

  private static final String LOST = HandMadeStatus.uuid(2, 0);
  private static final String NEW = HandMadeStatus.uuid(2, 1);

  private final HandMadeStatus status = new HandMadeStatus();

  private String refusal(String... newDisk) {
    return assertThrows(
            CommandFailure.class,
            () ->
                DiskReplacement.of(
                    status.build(), 2, null, newDisk.length == 0 ? null : newDisk[0]))
        .getMessage();
  }

  private DiskReplacement replacement() {
    return DiskReplacement.of(status.build(), 2, null, null);
  }

  @Test
  void theOnlyEmptyDiskThatServesTakesThePlaceOfTheMissingOne() {
    status.disk(2, 1).lose(2, 0);
    assertEquals(LOST, replacement().oldDisk());
    assertEquals(NEW, replacement().newDisk());
    assertEquals(1, replacement().targets().size());
    assertEquals(200201, replacement().targets().getFirst().newTarget());
  }

  @Test
  void aDiskThatHasFailedIsLostToo() {
    status.disk(2, 1).fail(2, 0, "write error");
    assertEquals(LOST, replacement().oldDisk());
    assertEquals(NEW, replacement().newDisk());
  }

  @Test
  void withoutAnEmptyDiskItIsSaidHowOneIsAddedWithoutARestart() {
    status.lose(2, 0);
    assertEquals(
        "node 2 lacks disk "
            + LOST
            + " and has no empty one; put one in, with format-empty = true, and run 'luciola admin"
            + " add-disk --node 2'",
        refusal());
  }

  @Test
  void aDiskWithTargetsThatTheClusterDoesNotKnowIsNotTakenForTheEmptyOne() {
    status.disk(2, 1).lose(2, 0).unknown(2, 1, 200250, 3 * MIB);
    assertEquals(
        "node 2 lacks disk "
            + LOST
            + " and has no empty one: disk "
            + NEW
            + " of node 2 has 1 target that the cluster does not know, with 3.00 MiB; remove them"
            + " with 'luciola admin retire-target --unknown --node 2', or take the disk out",
        refusal());
    status.disk(2, 2);
    assertEquals(HandMadeStatus.uuid(2, 2), replacement().newDisk());
  }

  @Test
  void aDiskThatIsNamedIsTakenIfItHasRoomBesideThem() {
    status.disk(2, 1).lose(2, 0).unknown(2, 1, 200201, 3 * MIB);
    DiskReplacement named = DiskReplacement.of(status.build(), 2, null, NEW);
    assertEquals(NEW, named.newDisk());
    assertEquals(200202, named.targets().getFirst().newTarget(), "an id that the disk has already");
    status.unknown(2, 1, 200250, 62 * MIB);
    assertEquals(
        "disk " + NEW + " is too small: it has 959 MiB to give, the targets need 960 MiB",
        refusal(NEW));
  }

  @Test
  void aDiskThatHasFailedDoesNotTakeThePlaceOfAnother() {
    status.disk(2, 1).fail(2, 1, "it is damaged").lose(2, 0);
    assertTrue(refusal().contains("disk " + NEW + " of node 2 has FAILED: it is damaged"));
    assertEquals("disk " + NEW + " of node 2 has FAILED: it is damaged", refusal(NEW));
  }

  @Test
  void theIdOfATargetThatIsStillToBeRemovedIsNotGivenAgain() {
    status.disk(2, 1).lose(2, 0).retiring(2, 1, 200201);
    assertTrue(refusal().contains("has 1 target still to be removed"), refusal());
    assertEquals(
        200202, DiskReplacement.of(status.build(), 2, null, NEW).targets().getFirst().newTarget());
  }

  @Test
  void theVerbWaitsUntilTheNodeHasSaidHowItsDisksAre() throws Exception {
    status.disk(2, 1).lose(2, 0);
    GetStatusResponse heard = status.build();
    status.unheard(2);
    Node announced = status.nodeOf(2).build();
    assertEquals(1, announced.getDisksCount());
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build(), status.build(), heard)) {
      Outcome plan = mgmtd.admin("replace-disk", "--node", "2", "--dry-run");
      assertEquals(0, plan.exitCode(), plan.err());
      assertTrue(plan.out().contains("disk " + NEW + " takes the place of " + LOST), plan.out());
    }
  }
}
