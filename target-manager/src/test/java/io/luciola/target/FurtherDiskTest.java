package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.EngineStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Disks that come while others serve. */
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
              DiskException.class, () -> set.openFurther(1, DiskShelf.spec("missing"), shelf));
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

  private StorageDisk openFurther(DiskSet set, int index, String name) {
    try {
      return set.openFurther(index, DiskShelf.spec(name), elsewhere);
    } catch (DiskException bad) {
      throw new CompletionException(bad);
    }
  }
}
