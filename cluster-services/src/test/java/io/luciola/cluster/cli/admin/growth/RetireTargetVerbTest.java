package io.luciola.cluster.cli.admin.growth;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.cli.admin.growth.RetirementPlan.Entry;
import io.luciola.cluster.cli.admin.growth.RetirementPlan.Kind;
import io.luciola.cluster.cli.status.HandMadeStatus;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.RetireTargetsRequest;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetireTargetVerbTest {

  private final HandMadeStatus status = new HandMadeStatus();

  private List<Entry> named(List<Long> ids, @Nullable Integer node, @Nullable String disk) {
    return RetirementPlan.ofTargets(status.build(), ids, node, disk).entries();
  }

  private String refusal(long id) {
    return assertThrows(CommandFailure.class, () -> named(List.of(id), null, null)).getMessage();
  }

  private static Entry entry(int node, int slot, long id, long usedBytes, Kind kind) {
    return new Entry(id, node, HandMadeStatus.uuid(node, slot), usedBytes, kind);
  }

  @Test
  void aTargetOfTheMapInNoChainIsTakenFromItsDisk() {
    long id = status.target(2, 0, 2);
    assertEquals(
        List.of(entry(2, 0, id, 8 * MIB, Kind.UNUSED)), named(List.of(id, id), null, null));
  }

  @Test
  void aTargetInAChainIsRefusedWithWhatIsToBeDoneFirst() {
    assertEquals(
        "target 200101 is in chain 1; take it out first: luciola admin update-chain 1 --remove"
            + " 200101",
        refusal(200101));
  }

  @Test
  void aTargetThatOneDiskHasAndTheClusterDoesNotKnowIsTakenFromThere() {
    status.unknown(3, 0, 200150, 5 * MIB);
    assertEquals(
        List.of(entry(3, 0, 200150, 5 * MIB, Kind.UNKNOWN)), named(List.of(200150L), null, null));
  }

  @Test
  void ofATargetOnSeveralDisksTheDiskMustBeNamed() {
    status.unknown(1, 0, 200150, 4 * MIB).unknown(3, 0, 200150, 5 * MIB);
    assertEquals(
        "target 200150 is on several disks; name one with --node and --disk: node 1 disk "
            + HandMadeStatus.uuid(1, 0)
            + ", node 3 disk "
            + HandMadeStatus.uuid(3, 0),
        refusal(200150));
    assertEquals(
        List.of(entry(3, 0, 200150, 5 * MIB, Kind.UNKNOWN)),
        named(List.of(200150L), 3, HandMadeStatus.uuid(3, 0)));
  }

  @Test
  void aTargetInAChainThatIsUnknownOnAnotherDiskIsTakenFromThatDiskOnly() {
    status.unknown(3, 0, 200101, 5 * MIB);
    assertEquals(
        List.of(entry(3, 0, 200101, 5 * MIB, Kind.UNKNOWN)), named(List.of(200101L), 3, null));
  }

  @Test
  void aTargetThatIsNowhereIsRefused() {
    assertTrue(refusal(4711).contains("target 4711 is not in the map, and no node"), refusal(4711));
    assertEquals(
        "there is no storage node 9",
        assertThrows(CommandFailure.class, () -> named(List.of(4711L), 9, null)).getMessage());
  }

  @Test
  void aTargetThatIsBeingRemovedIsOnlyWaitedFor() {
    status.unknown(3, 0, 200150, 5 * MIB).retiring(3, 0, 200150);
    RetirementPlan plan = RetirementPlan.ofTargets(status.build(), List.of(200150L), null, null);
    assertEquals(List.of(entry(3, 0, 200150, 5 * MIB, Kind.RETIRING)), plan.entries());
    assertEquals(List.of(), plan.toRemove());
    assertEquals(plan.entries(), plan.left(status.build()));
  }

  @Test
  void allUnknownTargetsOfANodeOrOfADisk() {
    status.disk(2, 1).unknown(2, 0, 200150, MIB).unknown(2, 1, 200250, 2 * MIB);
    status.unknown(3, 0, 300150, MIB);
    assertEquals(
        List.of(entry(2, 0, 200150, MIB, Kind.UNKNOWN), entry(2, 1, 200250, 2 * MIB, Kind.UNKNOWN)),
        RetirementPlan.ofUnknown(status.build(), 2, null).entries());
    assertEquals(
        List.of(entry(2, 1, 200250, 2 * MIB, Kind.UNKNOWN)),
        RetirementPlan.ofUnknown(status.build(), 2, HandMadeStatus.uuid(2, 1)).entries());
    CommandFailure noDisk =
        assertThrows(
            CommandFailure.class, () -> RetirementPlan.ofUnknown(status.build(), 2, "0123"));
    assertTrue(noDisk.getMessage().contains("node 2 has no disk 0123"), noDisk.getMessage());
    status.unheard(2);
    CommandFailure silent =
        assertThrows(CommandFailure.class, () -> RetirementPlan.ofUnknown(status.build(), 2, null));
    assertTrue(
        silent.getMessage().contains("node 2 has not said yet what is on its disks"),
        silent.getMessage());
  }

  @Test
  void wrongCommandLines() {
    String cluster = "luciola://127.0.0.1:1";
    for (List<String> words :
        List.of(
            List.<String>of(),
            List.of("100102", "--unknown", "--node", "1"),
            List.of("--unknown"),
            List.of("--node", "1"),
            List.of("100102", "--disk", "0123"),
            List.of("x"))) {
      Outcome outcome =
          AdminCluster.run(
              "retire-target",
              Stream.concat(Stream.of("--cluster", cluster), words.stream())
                  .toArray(String[]::new));
      assertEquals(CommandFailure.USAGE, outcome.exitCode(), words + outcome.err());
    }
  }

  @Test
  void whatGoesIsShownRemovedNodeByNodeAndWaitedFor() throws Exception {
    long unused = status.target(2, 0, 2);
    status.unknown(3, 0, 300150, 5 * MIB);
    GetStatusResponse before = status.build();
    status.forget(unused);
    status.retiring(2, 0, unused).retiring(3, 0, 300150);
    GetStatusResponse underWay = status.build();
    status.nodeOf(3).clearRetiring();
    GetStatusResponse halfGone = status.build();
    status.nodeOf(2).clearRetiring();
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(before, underWay, halfGone, status.build())) {
      mgmtd.refuse("disk is not there");
      Outcome outcome =
          mgmtd.admin("retire-target", unused + "", "300150", "--yes", "--timeout", "60");
      assertEquals(0, outcome.exitCode(), outcome.err());
      assertTrue(outcome.out().contains("5.00 MiB  unknown"), outcome.out());
      assertTrue(outcome.out().contains("8.00 MiB  in no chain"), outcome.out());
      assertEquals(
          "0 of 2 targets are gone\n1 of 2 targets are gone\n2 of 2 targets are gone\n",
          outcome.err());
      assertEquals(List.of(request(2, 0, unused), request(3, 0, 300150)), mgmtd.retired);
    }
  }

  private static RetireTargetsRequest request(int node, int slot, long id) {
    return RetireTargetsRequest.newBuilder()
        .setNodeId(node)
        .addTargets(
            TargetOnDisk.newBuilder().setTargetId(id).setDiskUuid(HandMadeStatus.uuid(node, slot)))
        .build();
  }

  @Test
  void withoutAWordNothingIsRemoved() throws Exception {
    status.unknown(3, 0, 300150, 5 * MIB);
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build())) {
      Outcome outcome = mgmtd.admin("retire-target", "--unknown", "--node", "3");
      assertEquals(CommandFailure.USAGE, outcome.exitCode());
      assertTrue(outcome.err().contains("without --yes nothing is done"), outcome.err());
      assertTrue(outcome.out().contains("300150"), outcome.out());
      assertEquals(List.of(), mgmtd.retired);
      Outcome done = mgmtd.admin("retire-target", "--unknown", "--node", "3", "--yes", "--no-wait");
      assertEquals(0, done.exitCode(), done.err());
      assertEquals(List.of(request(3, 0, 300150)), mgmtd.retired);
    }
  }

  @Test
  void whereTheClusterKnowsAllNothingIsRemoved() throws Exception {
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build())) {
      Outcome outcome = mgmtd.admin("retire-target", "--unknown", "--node", "3", "--yes");
      assertEquals(0, outcome.exitCode(), outcome.err());
      assertTrue(outcome.err().contains("nothing to remove"), outcome.err());
      assertEquals(List.of(), mgmtd.retired);
    }
  }

  @Test
  void whatIsUnderWayIsWaitedForAndSaysWhatItWaitsFor() throws Exception {
    status.disk(3, 1).retiring(3, 1, 300250).fail(3, 1, "write error");
    GetStatusResponse failed = status.build();
    status.nodeOf(3).clearRetiring();
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(failed, failed, failed, status.build())) {
      Outcome outcome = mgmtd.admin("retire-target", "300250", "--timeout", "60");
      assertEquals(0, outcome.exitCode(), outcome.err());
      assertEquals(
          "0 of 1 targets are gone\n"
              + "waiting for disk "
              + HandMadeStatus.uuid(3, 1)
              + " of node 3, which has FAILED: write error\n"
              + "1 of 1 targets are gone\n",
          outcome.err());
      assertEquals(List.of(), mgmtd.retired);
    }
  }

  @Test
  void removalsWaitForDisksThatAreInNoSlotAndForNodesThatAreDead() {
    status.retiring(3, 1, 300250).retiring(3, 1, 300251).retiring(2, 0, 200150);
    List<Entry> left =
        List.of(
            entry(3, 1, 300250, 0, Kind.RETIRING),
            entry(3, 1, 300251, 0, Kind.RETIRING),
            entry(2, 0, 200150, 0, Kind.RETIRING));
    assertEquals(
        List.of(
            "waiting for disk " + HandMadeStatus.uuid(3, 1) + " of node 3, which is in no slot"),
        RetireTargetVerb.obstacles(left, status.build()));
    status.nodeOf(2).setAlive(false);
    status.unheard(3);
    assertEquals(
        List.of("waiting for node 2, which is not alive"),
        RetireTargetVerb.obstacles(left, status.build()));
  }
}
