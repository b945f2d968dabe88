package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Taking targets off a node's disks. */
class TargetRetirementTest {

  private final DiskShelf shelf = new DiskShelf().withBlank("a", "b");

  @Test
  void aRetiredTargetGoesWithItsChunksAndTheOthersStay() throws DiskException {
    try (DiskSet set = node()) {
      StorageDisk first = set.disks().getFirst();
      for (int chunk = 0; chunk < 200; chunk++) {
        assertEquals(EngineStatus.OK, shelf.write(first, 7, chunk));
        assertEquals(EngineStatus.OK, shelf.write(first, 8, chunk));
      }

      List<Retirement> retired = set.retire(List.of(9L, 7L, 77L));

      assertEquals(
          List.of(
              new Retirement(7, first.uuid(), null),
              new Retirement(9, set.disks().getLast().uuid(), null),
              new Retirement(77, null, "no disk of this node has it")),
          retired);
      TargetUsage going = set.reports(List.of()).getFirst().targets().getFirst();
      assertEquals(7, going.targetId());
      assertTrue(going.removing());
      assertEquals(1 << 20, set.reports(List.of()).getFirst().budgetBytes());
      assertEquals(
          List.of(new Retirement(7, first.uuid(), null)),
          set.retire(List.of(7L)),
          "it is under way already");
      WantedTarget again = new WantedTarget(7, first.uuid(), 1 << 20);
      assertEquals(List.of(again), set.createTargets(List.of(again)), "not while it goes");

      DiskShelf.awaitRemovals(set);

      assertEquals(200 * 4096, set.reports(List.of()).getFirst().usedBytes());
      assertEquals(EngineStatus.OK, shelf.write(first, 8, 200));
      assertEquals(List.of(), set.createTargets(List.of(again)));
    }
  }

  @Test
  void aRetirementOutlivesARestart() throws DiskException {
    try (DiskSet set = node()) {
      for (int chunk = 0; chunk < 200; chunk++) {
        assertEquals(EngineStatus.OK, shelf.write(set.disks().getFirst(), 7, chunk));
      }
      assertTrue(set.retire(List.of(7L)).getFirst().isUnderWay());
    }
    try (DiskSet set = shelf.open(DiskShelf.FORMATS_NOT, "a", "b")) {
      assertArrayEquals(new long[] {8}, set.disks().getFirst().engine().targetIds());
      DiskShelf.awaitRemovals(set);
      assertEquals(0, set.reports(List.of()).getFirst().usedBytes());
    }
  }

  @Test
  void orphansAreShownAndOnlyThoseNamedAreRemoved() throws DiskException {
    try (DiskSet set = node()) {
      StorageDisk first = set.disks().getFirst();
      StorageDisk second = set.disks().getLast();
      assertEquals(EngineStatus.OK, shelf.write(second, 9, 1));
      Set<Long> known = Set.of(8L);

      assertEquals(
          List.of(
              new Orphan(7, first.uuid(), "uring:/a", 1 << 20, 0),
              new Orphan(9, second.uuid(), "uring:/b", 1 << 20, 4096)),
          set.orphans(known));

      List<Retirement> removed = set.removeOrphans(known, Set.of(8L, 9L, 70L));

      assertEquals(
          List.of(
              new Retirement(8, null, "the cluster knows it: it is no orphan; retire it"),
              new Retirement(9, second.uuid(), null),
              new Retirement(70, null, "no disk of this node has it")),
          removed);
      assertEquals(
          List.of(7L), set.orphans(known).stream().map(Orphan::targetId).toList(), "not named");
      DiskShelf.awaitRemovals(set);
      assertArrayEquals(new long[] {7, 8}, first.engine().targetIds());
      assertArrayEquals(new long[0], second.engine().targetIds());
    }
  }

  /** Targets 7 and 8 on the first disk, 9 on the second. */
  private DiskSet node() throws DiskException {
    DiskSet set = shelf.open(DiskShelf.FORMATS, "a", "b");
    assertEquals(
        List.of(),
        set.createTargets(
            List.of(
                new WantedTarget(7, set.disks().getFirst().uuid(), 1 << 20),
                new WantedTarget(8, set.disks().getFirst().uuid(), 1 << 20),
                new WantedTarget(9, set.disks().getLast().uuid(), 1 << 20))));
    return set;
  }
}
