package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.agent.IdleMode;
import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.handoff.ClientOptions;
import io.luciola.blockstore.engine.handoff.EngineClient;
import io.luciola.blockstore.engine.handoff.EngineRunner;
import io.luciola.blockstore.engine.handoff.EngineSource;
import io.luciola.blockstore.engine.space.SpaceLevel;
import io.luciola.target.Retirement.Progress;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a node says of its disks, whatever state they are in. */
class DiskReportTest {

  private final DiskShelf shelf = new DiskShelf().withBlank("a", "b");

  @Test
  void aServingDiskTellsWhatItHasAndWhatItsTargetsUse() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      StorageDisk second = set.disks().getLast();
      create(set, second, 7, 1 << 20);
      create(set, second, 8, 2 << 20);
      assertEquals(EngineStatus.OK, shelf.write(second, 8, 1));

      List<DiskReport> reports = set.reports(List.of());

      assertEquals(2, reports.size());
      DiskReport report = reports.getLast();
      assertEquals(1, report.index());
      assertEquals("uring:/b", report.spec());
      assertEquals(second.uuid(), report.uuid());
      assertEquals(DiskState.SERVING, report.state());
      assertNull(report.reason());
      assertTrue(report.isNew());
      assertEquals(second.capacityBytes(), report.capacityBytes());
      assertEquals(second.usableBytes(), report.usableBytes());
      assertTrue(report.usableBytes() > 0 && report.usableBytes() < report.capacityBytes());
      assertEquals(4096, report.usedBytes());
      assertEquals(SpaceLevel.OK, report.level());
      assertEquals(
          List.of(
              new TargetUsage(7, 1 << 20, 0, false, false),
              new TargetUsage(8, 2 << 20, 4096, false, false)),
          report.targets());
      assertEquals(3 << 20, report.budgetBytes());
      assertFalse(report.isOvercommitted());
      assertEquals(List.of(), reports.getFirst().targets());
    }
  }

  @Test
  void budgetsMayAddUpToMoreThanTheDiskHas() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      StorageDisk disk = set.disks().getFirst();
      create(set, disk, 7, Long.MAX_VALUE);
      create(set, disk, 8, Long.MAX_VALUE);
      DiskReport report = set.reports(List.of()).getFirst();
      assertTrue(report.isOvercommitted());
      assertEquals(Long.MAX_VALUE, report.budgetBytes());
      assertEquals(EngineStatus.OK, shelf.write(disk, 8, 1));
    }
  }

  @Test
  void swappedDisksAreKnownByTheirUuids() throws DiskException {
    UUID first;
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      first = set.disks().getFirst().uuid();
      create(set, set.disks().getFirst(), 7, 1 << 20);
    }
    shelf.images.put("x", shelf.images.get("a"));
    shelf.images.put("a", shelf.images.get("b"));
    shelf.images.put("b", shelf.images.get("x"));
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      WantedTarget known = new WantedTarget(7, first, 3 << 20);
      assertEquals(List.of(), set.createTargets(List.of(known)));
      List<DiskReport> reports = set.reports(List.of(known));
      assertEquals(2, reports.size());
      assertEquals(List.of(), reports.getFirst().targets());
      assertEquals(first, reports.getLast().uuid());
      assertFalse(reports.getLast().isNew());
      assertEquals(1, reports.getLast().index());
      assertEquals(3 << 20, reports.getLast().budgetBytes());
    }
  }

  @Test
  void aBlankDiskInTheSlotOfAMissingOneIsNewAndGetsNoneOfItsTargets() throws DiskException {
    UUID lost;
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      lost = set.disks().getLast().uuid();
      create(set, set.disks().getLast(), 7, 1 << 20);
    }
    shelf.images.put("taken out", shelf.images.get("b"));
    shelf.withBlank("b");
    List<WantedTarget> known = List.of(new WantedTarget(7, lost, 1 << 20));
    try (DiskSet set = shelf.open(DiskShelf.FORMATS_NOT, "a", "b")) {
      DiskReport blank = set.reports(known).get(1);
      assertEquals(DiskState.FAILED, blank.state());
      assertNull(blank.uuid());
      assertTrue(blank.reason().contains("format-empty"), blank.reason());
    }
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      assertEquals(known, set.createTargets(known));
      List<DiskReport> reports = set.reports(known);
      assertEquals(3, reports.size());
      assertEquals(DiskState.SERVING, reports.get(1).state());
      assertTrue(reports.get(1).isNew());
      assertFalse(reports.getFirst().isNew());
      assertNotEquals(lost, reports.get(1).uuid());
      assertEquals(List.of(), reports.getFirst().targets());
      assertEquals(List.of(), reports.get(1).targets());
      DiskReport absent = reports.getLast();
      assertEquals(DiskState.ABSENT, absent.state());
      assertEquals(lost, absent.uuid());
      assertEquals(-1, absent.index());
      assertNull(absent.spec());
      assertTrue(absent.reason().contains(lost.toString()), absent.reason());
      assertEquals(List.of(new TargetUsage(7, 1 << 20, 0, false, false)), absent.targets());
    }
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b", "taken out")) {
      assertEquals(List.of(), set.createTargets(known));
      assertEquals(3, set.reports(known).size());
      assertEquals(lost, set.reports(known).getLast().uuid());
    }
  }

  @Test
  void garbageAndAMissingDeviceFailAloneAndSayWhy() throws DiskException {
    shelf.open(DiskShelf.FORMATS, "a").close();
    try (DiskSet set = shelf.open(DiskShelf.FORMATS_NOT, "b", "gone", "a")) {
      List<DiskReport> reports = set.reports(List.of());
      assertEquals(
          List.of(DiskState.FAILED, DiskState.FAILED, DiskState.SERVING),
          reports.stream().map(DiskReport::state).toList());
      assertEquals("there is no gone", reports.get(1).reason());
      assertEquals(0, reports.get(1).capacityBytes());
      assertEquals(0, reports.get(1).usableBytes());
      assertFalse(reports.get(1).isOvercommitted());
      create(set, set.disks().getFirst(), 7, 1 << 20);
    }
  }

  @Test
  void aDeviceThatFailsWhileItServesLeavesTheOthersAlone() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      StorageDisk bad = set.disks().getFirst();
      StorageDisk good = set.disks().getLast();
      create(set, bad, 7, 1 << 20);
      create(set, good, 8, 1 << 20);
      shelf.device("a").disappear();
      assertEquals(EngineStatus.DEVICE_ERROR, shelf.write(bad, 7, 1));
      assertEquals(EngineStatus.OK, shelf.write(good, 8, 1));

      List<DiskReport> reports = set.reports(List.of());
      assertEquals(DiskState.FAILED, reports.getFirst().state());
      assertEquals(bad.engine().failure(), reports.getFirst().reason());
      assertEquals(bad.uuid(), reports.getFirst().uuid());
      assertEquals(7, reports.getFirst().targets().getFirst().targetId());
      assertEquals(DiskState.SERVING, reports.getLast().state());

      WantedTarget onBad = new WantedTarget(9, bad.uuid(), 1 << 20);
      WantedTarget onGood = new WantedTarget(10, good.uuid(), 1 << 20);
      assertEquals(List.of(onBad), set.createTargets(List.of(onBad, onGood)));
      TargetOnDisk retiredOnBad = new TargetOnDisk(7, bad.uuid());
      TargetOnDisk retiredOnGood = new TargetOnDisk(8, good.uuid());
      assertEquals(
          List.of(
              new Retirement(
                  retiredOnBad,
                  Progress.REFUSED,
                  "disk uring:/a has failed: " + bad.engine().failure()),
              new Retirement(retiredOnGood, Progress.UNDER_WAY, null)),
          set.retire(List.of(retiredOnBad, retiredOnGood)));
    }
  }

  @Test
  void anEngineWithAThreadOfItsOwnIsReachedThroughItsClient() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      StorageDisk disk = set.disks().getFirst();
      create(set, disk, 7, 1 << 20);
      EngineSource source = new EngineSource("engine", listener -> disk.engine());
      try (EngineRunner runner =
              EngineRunner.start(
                  ThreadingMode.DEDICATED,
                  IdleMode.BACKOFF,
                  EngineRunner.DEFAULT_RING_CAPACITY,
                  List.of(source));
          EngineClient client = runner.connect(0, ClientOptions.sleeping(16), shelf)) {
        set.reachThrough(disk.uuid(), client);
        create(set, disk, 8, 1 << 20);
        assertEquals(
            List.of(7L, 8L),
            set.reports(List.of()).getFirst().targets().stream()
                .map(TargetUsage::targetId)
                .toList());
        TargetOnDisk retired = new TargetOnDisk(7, disk.uuid());
        assertEquals(Progress.UNDER_WAY, set.retire(List.of(retired)).getFirst().progress());
        assertEquals(
            8, Orphan.among(set.reports(List.of()), target -> false).getFirst().targetId());
      }
      DiskReport closed = set.reports(List.of()).getFirst();
      assertEquals(DiskState.FAILED, closed.state());
      assertEquals("its engine is closed", closed.reason());
    }
  }

  private static void create(DiskSet set, StorageDisk disk, long targetId, long budgetBytes) {
    WantedTarget wanted = new WantedTarget(targetId, disk.uuid(), budgetBytes);
    assertEquals(List.of(), set.createTargets(List.of(wanted)));
  }
}
