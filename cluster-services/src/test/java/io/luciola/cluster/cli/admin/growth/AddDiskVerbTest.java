package io.luciola.cluster.cli.admin.growth;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.cli.status.HandMadeStatus;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddDiskVerbTest {

  private final HandMadeStatus status = new HandMadeStatus();

  /** With an end to waiting in vain. */
  private static Outcome add(ScriptedMgmtd mgmtd) {
    return mgmtd.admin("add-disk", "--node", "2", "--timeout", "60");
  }

  private static void expect(int exitCode, Outcome outcome, String... parts) {
    assertEquals(exitCode, outcome.exitCode(), outcome.err() + outcome.out());
    for (String part : parts) {
      assertTrue(outcome.out().contains(part), outcome.out());
    }
  }

  @Test
  void aNewDiskIsNamedWhenTheNodeHasLooked() throws Exception {
    GetStatusResponse before = status.build();
    GetStatusResponse announced = status.disk(2, 1).build();
    GetStatusResponse done = status.look(2, 55).build();
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, before, announced, done).look(55, 1)) {
      Outcome outcome = add(mgmtd);
      expect(
          0,
          outcome,
          "NODE  SLOT",
          "new: uring:/n2d1, disk " + HandMadeStatus.uuid(2, 1),
          "1 disk holds no target; nothing uses them yet: luciola admin grow");
      assertEquals(List.of(2), mgmtd.asked);
      assertFalse(outcome.out().contains("uring:/n1d0"), outcome.out());
    }
  }

  @Test
  void withoutWaitingItOnlyAsks() throws Exception {
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build()).look(55, 1)) {
      Outcome outcome = mgmtd.admin("add-disk", "--node", "2", "--no-wait");
      assertEquals(0, outcome.exitCode(), outcome.err());
      assertEquals("", outcome.out());
      assertTrue(outcome.err().contains("node 2 looks at its disks"), outcome.err());
      assertEquals(List.of(2), mgmtd.asked);
    }
  }

  @Test
  void aDiskForALostOneIsForReplaceDisk() throws Exception {
    GetStatusResponse before = status.lose(2, 0).build();
    GetStatusResponse done = status.disk(2, 1).look(2, 55).build();
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, done).look(55, 1)) {
      expect(0, add(mgmtd), "nothing uses them yet: luciola admin replace-disk --node 2");
    }
  }

  @Test
  void aSlotThatFailedIsNamedWithItsReasonAndTheExitCodeSaysSo() throws Exception {
    GetStatusResponse before = status.build();
    status.slot(2, 1).setState(DiskReport.State.FAILED).setReason("no such device");
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, status.look(2, 55).build()).look(55, 1)) {
      Outcome outcome = add(mgmtd);
      expect(
          CommandFailure.FAILED,
          outcome,
          "node 2, slot 1, uring:/n2d1: no such device",
          "node 2 has no disk that it did not have before");
      assertFalse(outcome.out().contains("nothing uses"), outcome.out());
    }
  }

  @Test
  void aDiskWithTargetsThatTheClusterDoesNotKnowIsPointedOut() throws Exception {
    GetStatusResponse before = status.build();
    status.disk(2, 1).unknown(2, 1, 200250, 3 * MIB).look(2, 55);
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, status.build()).look(55, 1)) {
      expect(0, add(mgmtd), "has 1 target that the cluster does not know, with 3.00 MiB");
    }
  }

  @Test
  void anotherPrimaryIsAskedAgain() throws Exception {
    GetStatusResponse before = status.build();
    GetStatusResponse takeover = status.term(2).build();
    GetStatusResponse done = status.look(2, 77).build();
    try (ScriptedMgmtd mgmtd =
        new ScriptedMgmtd(before, before, takeover, done).look(55, 1).look(77, 2)) {
      expect(0, add(mgmtd));
      assertEquals(List.of(2, 2), mgmtd.asked);
    }
  }

  @Test
  void anotherPrimaryThatRefusesForAMomentIsAskedOnceMore() throws Exception {
    GetStatusResponse before = status.build();
    GetStatusResponse takeover = status.term(2).build();
    GetStatusResponse done = status.look(2, 77).build();
    try (ScriptedMgmtd mgmtd =
        new ScriptedMgmtd(before, takeover, takeover, done).look(55, 1).look(77, 2)) {
      mgmtd.refuseAfter(1, "node 2 is not alive; start it");
      expect(0, add(mgmtd));
      assertEquals(List.of(2, 2, 2), mgmtd.asked);
    }
  }

  @Test
  void aLookThatSomebodyElseAskedForDoesNotCountAndOursIsAskedForAgain() throws Exception {
    GetStatusResponse before = status.look(2, 40).build();
    GetStatusResponse others = status.look(2, 56).build();
    GetStatusResponse done = status.look(2, 57).build();
    try (ScriptedMgmtd mgmtd =
        new ScriptedMgmtd(before, before, others, others, done).look(55, 1).look(57, 1)) {
      expect(0, add(mgmtd));
      assertEquals(List.of(2, 2), mgmtd.asked);
    }
  }

  @Test
  void ourFirstLookCountsAlsoWhenASecondOneIsAskedFor() throws Exception {
    GetStatusResponse before = status.build();
    GetStatusResponse others = status.look(2, 54).build();
    GetStatusResponse done = status.look(2, 55).build();
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, others, done).look(55, 1).look(57, 1)) {
      expect(0, add(mgmtd));
      assertEquals(List.of(2, 2), mgmtd.asked);
    }
  }

  @Test
  void aNodeThatNeverLooksIsWaitedForInVain() throws Exception {
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build()).look(55, 1)) {
      Outcome outcome = mgmtd.admin("add-disk", "--node", "2", "--timeout", "0");
      assertEquals(CommandFailure.FAILED, outcome.exitCode(), outcome.out());
      assertTrue(
          outcome.err().contains("after 0 s that node 2 has looked at its disks is not reached"),
          outcome.err());
    }
  }

  @Test
  void anUnknownNodeAndADeadOneAreRefused() throws Exception {
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build()).refuse("node 2 is not alive")) {
      Outcome unknown = mgmtd.admin("add-disk", "--node", "9");
      assertEquals(CommandFailure.FAILED, unknown.exitCode());
      assertTrue(unknown.err().contains("there is no node 9"), unknown.err());
      Outcome dead = add(mgmtd);
      assertEquals(CommandFailure.FAILED, dead.exitCode());
      assertTrue(dead.err().contains("Mgmtd refuses: node 2 is not alive"), dead.err());
    }
  }

  @Test
  void theHelpSaysWhatIsToBeDoneBefore() {
    Outcome help = AdminCluster.run("add-disk", "--help");
    assertEquals(0, help.exitCode(), help.err());
    assertTrue(help.out().contains("at the end of 'disks'"), help.out());
    assertEquals(CommandFailure.USAGE, AdminCluster.run("add-disk", "--cluster", "x").exitCode());
  }
}
