package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.EngineStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Disks that come and go while others serve. */
class FurtherDiskTest {

  private final DiskShelf shelf = new DiskShelf().withBlank("a", "b");

  /** Hears of further disks, which have another owner until they are added. */
  private final DiskShelf elsewhere = new DiskShelf();

  @Test
  void aDiskIsOpenedAsideWhileTheOthersServe() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      StorageDisk first = set.disks().getFirst();
      set.createTargets(List.of(new WantedTarget(7, first.uuid(), 1 << 20)));
      CompletableFuture<StorageDisk> opening =
          CompletableFuture.supplyAsync(() -> openFurther(set, set.nextIndex(), "b"));
      int chunk = 0;
      do {
        assertEquals(EngineStatus.OK, shelf.write(first, 7, chunk++));
      } while (!opening.isDone() && chunk < 1000);
      StorageDisk further = opening.join();
      assertEquals(1, set.disks().size());

      set.add(further);

      assertEquals(List.of(first, further), set.disks());
      assertEquals(1, further.index());
      assertTrue(set.reports(List.of()).getLast().isNew());
      WantedTarget wanted = new WantedTarget(8, further.uuid(), 1 << 20);
      assertEquals(List.of(), set.createTargets(List.of(wanted)));
      assertEquals(EngineStatus.OK, elsewhere.write(further, 8, 1));
      assertEquals(2, set.nextIndex());
    }
    try (DiskSet set = shelf.open(DiskShelf.FORMATS_NOT, "a", "b")) {
      assertEquals(4096, set.reports(List.of()).getLast().usedBytes());
    }
  }

  @Test
  void aDiskThatWasBadAtFirstGetsItsSlotLater() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "missing", "a")) {
      assertEquals(1, set.failures().size());
      shelf.withBlank("missing");
      set.add(openFurther(set, 0, "missing"));
      assertEquals(List.of(), set.failures());
      assertEquals(List.of(0, 1), set.reports(List.of()).stream().map(DiskReport::index).toList());
      assertEquals(DiskState.SERVING, set.reports(List.of()).getFirst().state());
    }
  }

  @Test
  void aBadFurtherDiskChangesNothing() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      DiskException bad =
          assertThrows(
              DiskException.class,
              () -> set.openFurther(1, DiskShelf.spec("missing"), DiskShelf.FORMATS, shelf));
      assertEquals("there is no missing", bad.getMessage());
      assertEquals(1, set.reports(List.of()).size());
      assertEquals(List.of(), set.failures());
    }
  }

  @Test
  void aCopyAndATakenSlotAreRefusedAndClosed() throws DiskException {
    shelf.open(DiskShelf.FORMATS, "a").close();
    shelf.images.put("copy", shelf.images.get("a").copy());
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      StorageDisk copy = openFurther(set, 1, "copy");
      String refusal = assertThrows(DiskException.class, () -> set.add(copy)).getMessage();
      assertTrue(refusal.contains("copy of uring:/a"), refusal);
      assertEquals(EngineStatus.ENGINE_CLOSED, copy.engine().createTarget(1, 1));

      StorageDisk second = openFurther(set, 0, "b");
      refusal = assertThrows(DiskException.class, () -> set.add(second)).getMessage();
      assertTrue(refusal.contains("slot 0 has disk uring:/a"), refusal);
      assertEquals(EngineStatus.ENGINE_CLOSED, second.engine().createTarget(1, 1));
      assertEquals(1, set.disks().size());
    }
  }

  @Test
  void aDiskThatLeftIsNotAskedAndComesBackIntoItsSlot() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      StorageDisk first = set.disks().getFirst();
      WantedTarget wanted = new WantedTarget(7, first.uuid(), 1 << 20);
      assertEquals(List.of(), set.createTargets(List.of(wanted)));

      set.leave(first.uuid(), "pulled out");

      assertEquals(List.of(set.disks().getLast()), set.disks());
      assertEquals(List.of(new DiskFailure(0, "uring:/a", "pulled out")), set.failures());
      List<DiskReport> reports = set.reports(List.of(wanted));
      assertEquals(2, reports.size(), "it is in its slot, and not absent");
      assertEquals(DiskState.FAILED, reports.getFirst().state());
      assertEquals("pulled out", reports.getFirst().reason());
      assertEquals(first.uuid(), reports.getFirst().uuid());
      assertEquals(List.of(), reports.getFirst().targets());
      assertEquals(0, reports.getFirst().usableBytes());
      assertEquals(List.of(), Orphan.among(set.reports(List.of()), target -> false));
      assertEquals(List.of(wanted), set.createTargets(List.of(wanted)));
      assertThrows(IllegalStateException.class, () -> set.leave(first.uuid(), "again"));
      assertThrows(
          IllegalStateException.class, () -> set.reachThrough(first.uuid(), first.engine()));

      assertEquals(EngineStatus.OK, shelf.write(first, 7, 1), "it was not closed");
      first.engine().close();
      StorageDisk back = openFurther(set, 0, "a");
      set.add(back);

      assertEquals(List.of(), set.failures());
      assertEquals(back, set.disks().getFirst());
      DiskReport report = set.reports(List.of(wanted)).getFirst();
      assertEquals(DiskState.SERVING, report.state());
      assertEquals(7, report.targets().getFirst().targetId());
      assertEquals(4096, report.usedBytes());
    }
  }

  @Test
  void aDiskThatLeftMayComeIntoAnotherSlot() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      StorageDisk first = set.disks().getFirst();
      set.leave(first.uuid(), "pulled out");
      first.engine().close();

      StorageDisk elsewhere = openFurther(set, 2, "a");
      set.add(elsewhere);

      assertEquals(
          List.of(new DiskFailure(0, "uring:/a", "its disk is in slot 2 now")), set.failures());
      List<DiskReport> reports = set.reports(List.of());
      assertNull(reports.getFirst().uuid());
      assertEquals(first.uuid(), reports.getLast().uuid());
      assertEquals(DiskState.SERVING, reports.getLast().state());
      assertEquals(List.of(1, 2), set.disks().stream().map(StorageDisk::index).toList());
    }
  }

  @Test
  void anotherDiskMayTakeTheSlotOfOneThatLeft() throws DiskException {
    shelf.withBlank("c");
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b")) {
      StorageDisk first = set.disks().getFirst();
      WantedTarget wanted = new WantedTarget(7, first.uuid(), 1 << 20);
      set.leave(first.uuid(), "pulled out");
      first.engine().close();

      StorageDisk other = openFurther(set, 0, "c");
      set.add(other);

      List<DiskReport> reports = set.reports(List.of(wanted));
      assertEquals(
          List.of(DiskState.SERVING, DiskState.SERVING, DiskState.ABSENT),
          reports.stream().map(DiskReport::state).toList());
      assertEquals(other.uuid(), reports.getFirst().uuid());
      assertEquals(first.uuid(), reports.getLast().uuid());
    }
  }

  @Test
  void theNewestReasonOfAFailedSlotCounts() throws DiskException {
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "missing")) {
      set.addFailed(new DiskFailure(1, "uring:/missing", "still missing"));
      set.addFailed(new DiskFailure(2, "uring:/new", "no such device"));
      assertEquals(
          List.of(
              new DiskFailure(1, "uring:/missing", "still missing"),
              new DiskFailure(2, "uring:/new", "no such device")),
          set.failures());
      assertEquals(3, set.nextIndex());

      StorageDisk first = set.disks().getFirst();
      DiskFailure wrong = new DiskFailure(0, "uring:/a", "nonsense");
      String refusal =
          assertThrows(IllegalStateException.class, () -> set.addFailed(wrong)).getMessage();
      assertTrue(refusal.contains("slot 0 has disk uring:/a"), refusal);
      assertEquals(List.of(first), set.disks());

      set.leave(first.uuid(), "pulled out");
      first.engine().close();
      set.addFailed(new DiskFailure(0, "uring:/a", "does not answer"));
      assertEquals("does not answer", set.reports(List.of()).getFirst().reason());
      assertEquals(first.uuid(), set.reports(List.of()).getFirst().uuid(), "the same device");
      set.addFailed(new DiskFailure(0, "uring:/other", "does not answer"));
      assertEquals("uring:/other", set.reports(List.of()).getFirst().spec());
      assertNull(set.reports(List.of()).getFirst().uuid(), "nobody knows what is on that one");
    }
  }

  private StorageDisk openFurther(DiskSet set, int index, String name) {
    try {
      return set.openFurther(index, DiskShelf.spec(name), DiskShelf.FORMATS, elsewhere);
    } catch (DiskException bad) {
      throw new CompletionException(bad);
    }
  }
}
