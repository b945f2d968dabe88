package io.luciola.cluster.cli.status;

import static io.luciola.cluster.cli.status.HandMadeStatus.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.cli.admin.ScriptedMgmtd;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListDisksVerbTest {

  private final HandMadeStatus status = new HandMadeStatus();

  private SlotView slot(int index) {
    return new NodeSlots(status.build()).all().get(index);
  }

  @Test
  void aDiskThatServesIsShownWithItsSpaceAndItsTargets() {
    status.target(2, 0, 2);
    assertEquals(
        new SlotView(
            2,
            0,
            "uring:/n2d0",
            "serving",
            "",
            "ok",
            1024 * MIB,
            16 * MIB,
            2,
            0,
            0,
            0,
            HandMadeStatus.uuid(2, 0)),
        slot(1));
    assertEquals(2, slot(1).usedPercent());
    assertFalse(slot(1).harms());
    assertEquals(List.of(), SlotAdvice.of(slot(1)));
  }

  @Test
  void levelsOfSpaceAreNamed() {
    List<DiskReport.Level> levels =
        List.of(
            DiskReport.Level.LEVEL_UNKNOWN,
            DiskReport.Level.ENOUGH,
            DiskReport.Level.LOW,
            DiskReport.Level.REJECT,
            DiskReport.Level.FULL);
    List<String> names = List.of("-", "ok", "LOW", "REJECT", "FULL");
    for (int i = 0; i < levels.size(); i++) {
      status.slot(1, 0).setLevel(levels.get(i));
      assertEquals(names.get(i), slot(0).space());
      assertEquals(i >= 3, slot(0).harms(), names.get(i));
    }
  }

  @Test
  void aDiskOfWhichLittleIsLeftIsLowThoughItsEngineSeesNoWant() {
    status.slot(1, 0).setUsedBytes(972 * MIB);
    assertEquals("ok", slot(0).space());
    status.slot(1, 0).setUsedBytes(974 * MIB);
    assertEquals("LOW", slot(0).space());
    assertFalse(slot(0).harms());
    status.slot(1, 0).setLevel(DiskReport.Level.REJECT);
    assertEquals("REJECT", slot(0).space());
  }

  @Test
  void aSlotWhoseDiskWasNeverReadIsFailedAndTheDiskThatTargetsAreOnIsAbsent() {
    status.lose(2, 0);
    status
        .slot(2, 0)
        .setState(DiskReport.State.FAILED)
        .setReason("no such device")
        .clearUuid()
        .setSizeBytes(0);
    SlotView failed = slot(1);
    assertEquals("FAILED", failed.state());
    assertEquals("no such device", failed.reason());
    assertEquals("", failed.uuid());
    assertEquals(0, failed.targets());
    assertTrue(failed.harms());
    SlotView absent = slot(2);
    assertEquals("absent", absent.state());
    assertNull(absent.slot());
    assertEquals(HandMadeStatus.uuid(2, 0), absent.uuid());
    assertEquals(1, absent.targets());
    assertFalse(absent.harms());
    assertEquals(4, new NodeSlots(status.build()).all().size());
  }

  @Test
  void aDiskWithTargetsThatAreStillToBeRemovedIsAbsentWhenItIsNotThere() {
    status.retiring(3, 1, 300201);
    SlotView absent = slot(3);
    assertEquals("absent", absent.state());
    assertEquals(0, absent.targets());
    assertEquals(1, absent.retiring());
  }

  @Test
  void targetsThatAreBeingRemovedAreNotUnknown() {
    status.unknown(1, 0, 100150, 5 * MIB).unknown(1, 0, 100151, 6 * MIB);
    status.unknown(1, 0, 100152, 7 * MIB).retiring(1, 0, 100152);
    status.slot(1, 0).getUnknownTargetsBuilder(1).setRemoving(true);
    SlotView slot = slot(0);
    assertEquals(1, slot.unknown());
    assertEquals(5 * MIB, slot.unknownBytes());
    assertEquals(1, slot.retiring());
    assertEquals(26 * MIB, slot.usedBytes());
  }

  @Test
  void ofANodeThatWasNotHeardTheMapsDisksAreShown() {
    status.disk(1, 1);
    status.unheard(1);
    SlotView slot = slot(0);
    assertEquals("-", slot.state());
    assertEquals("-", slot.space());
    assertEquals("uring:/n1d0", slot.device());
    assertEquals(1024 * MIB, slot.sizeBytes());
    assertEquals(8 * MIB, slot.usedBytes());
    assertEquals(1, slot.targets());
    assertEquals(HandMadeStatus.uuid(1, 1), slot(1).uuid());
    assertEquals("-", slot(1).state());
  }

  @Test
  void whatADeadNodeSaidLastIsNotTakenForItsState() {
    status.slot(1, 0).setLevel(DiskReport.Level.FULL);
    status.nodeOf(1).setAlive(false);
    assertEquals("-", slot(0).state());
    assertEquals("-", slot(0).space());
    assertEquals(8 * MIB, slot(0).usedBytes());
    assertFalse(slot(0).harms());
  }

  @Test
  void targetsOfADiskThatMovedAreCountedInTheSlotThatServes() {
    String uuid = HandMadeStatus.uuid(1, 0);
    status.fail(1, 0, "its disk is in slot 1 now");
    status.slot(1, 1).setUuid(uuid).setState(DiskReport.State.SERVING).setSizeBytes(1024 * MIB);
    status.retiring(1, 0, 100150);
    assertEquals(0, slot(0).targets());
    assertEquals(0, slot(0).retiring());
    assertEquals(1, slot(1).targets());
    assertEquals(1, slot(1).retiring());
  }

  @Test
  void theTableHasALineForEachSlotAndTheReasonsBelow() throws Exception {
    status.disk(2, 1).fail(2, 1, "it is damaged");
    try (ScriptedMgmtd mgmtd = new ScriptedMgmtd(status.build())) {
      Outcome table = mgmtd.admin("list-disks");
      assertEquals(0, table.exitCode(), table.err());
      List<String> lines = table.out().lines().toList();
      assertEquals(7, lines.size(), table.out());
      assertTrue(lines.get(0).matches("NODE +SLOT +DEVICE +STATE .* UUID"), lines.get(0));
      assertTrue(
          lines.get(1).contains("serving  ok        1.00 GiB    8.00 MiB       1"), table.out());
      assertTrue(lines.get(3).contains("uring:/n2d1"), table.out());
      assertTrue(lines.get(3).contains("FAILED"), table.out());
      assertEquals("node 2, slot 1, uring:/n2d1: it is damaged", lines.get(6));
      JsonNode json = mgmtd.admin("list-disks", "--output", "json").json();
      assertEquals(4, json.size());
      assertEquals("it is damaged", json.get(2).get("reason").asText());
      assertEquals(8 * MIB, json.get(0).get("used_bytes").asLong());
      assertEquals(0, json.get(0).get("unknown").asInt());
      assertEquals(HandMadeStatus.uuid(1, 0), json.get(0).get("uuid").asText());
    }
  }
}
