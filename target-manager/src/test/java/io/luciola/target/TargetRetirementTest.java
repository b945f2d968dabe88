package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.target.Retirement.Progress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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
      TargetOnDisk seven = new TargetOnDisk(7, first.uuid());
      TargetOnDisk nine = new TargetOnDisk(9, set.disks().getLast().uuid());
      TargetOnDisk never = new TargetOnDisk(77, first.uuid());

      assertEquals(
          List.of(
              new Retirement(nine, Progress.UNDER_WAY, null),
              new Retirement(seven, Progress.UNDER_WAY, null),
              new Retirement(never, Progress.GONE, null)),
          set.retire(List.of(nine, seven, never, seven)));

      TargetUsage going = set.reports(List.of()).getFirst().targets().getFirst();
      assertEquals(7, going.targetId());
      assertTrue(going.removing());
      assertEquals(1 << 20, set.reports(List.of()).getFirst().budgetBytes());
      assertEquals(
          List.of(new Retirement(seven, Progress.UNDER_WAY, null)),
          set.retire(List.of(seven)),
          "asking again changes nothing");
      WantedTarget again = new WantedTarget(7, first.uuid(), 1 << 20);
      assertEquals(List.of(again), set.createTargets(List.of(again)), "not while it goes");

      DiskShelf.awaitRemovals(set);

      assertEquals(List.of(new Retirement(seven, Progress.GONE, null)), set.retire(List.of(seven)));
      assertEquals(200 * 4096, set.reports(List.of()).getFirst().usedBytes());
      assertEquals(EngineStatus.OK, shelf.write(first, 8, 200));
      assertEquals(List.of(), set.createTargets(List.of(again)));
    }
  }

  @Test
  void aTargetOnTwoDisksIsRetiredOnTheOneThatIsNamed() throws DiskException {
    try (DiskSet set = node()) {
      StorageDisk first = set.disks().getFirst();
      StorageDisk second = set.disks().getLast();
      WantedTarget twin = new WantedTarget(7, second.uuid(), 1 << 20);
      assertEquals(List.of(), set.createTargets(List.of(twin)));
      TargetOnDisk old = new TargetOnDisk(7, first.uuid());

      assertEquals(Progress.UNDER_WAY, set.retire(List.of(old)).getFirst().progress());
      DiskShelf.awaitRemovals(set);

      assertEquals(List.of(new Retirement(old, Progress.GONE, null)), set.retire(List.of(old)));
      assertArrayEquals(new long[] {8}, first.engine().targetIds());
      assertArrayEquals(new long[] {9, 7}, second.engine().targetIds());
    }
  }

  @Test
  void aRetirementOutlivesARestart() throws DiskException {
    TargetOnDisk seven;
    try (DiskSet set = node()) {
      seven = new TargetOnDisk(7, set.disks().getFirst().uuid());
      for (int chunk = 0; chunk < 200; chunk++) {
        assertEquals(EngineStatus.OK, shelf.write(set.disks().getFirst(), 7, chunk));
      }
      assertEquals(Progress.UNDER_WAY, set.retire(List.of(seven)).getFirst().progress());
    }
    try (DiskSet set = shelf.open(DiskShelf.FORMATS_NOT, "a", "b")) {
      assertArrayEquals(new long[] {8}, set.disks().getFirst().engine().targetIds());
      assertEquals(Progress.UNDER_WAY, set.retire(List.of(seven)).getFirst().progress());
      DiskShelf.awaitRemovals(set);
      assertEquals(0, set.reports(List.of()).getFirst().usedBytes());
      assertEquals(Progress.GONE, set.retire(List.of(seven)).getFirst().progress());
    }
  }

  @Test
  void aRefusalIsLoggedWhenItIsNew() throws DiskException {
    Logger logger = (Logger) LoggerFactory.getLogger(TargetRetirement.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (DiskSet set = node()) {
      StorageDisk first = set.disks().getFirst();
      TargetOnDisk seven = new TargetOnDisk(7, first.uuid());
      TargetOnDisk nowhere = new TargetOnDisk(7, new UUID(1, 2));
      set.leave(first.uuid(), "pulled out");

      for (int second = 0; second < 3; second++) {
        assertEquals(
            List.of(
                new Retirement(seven, Progress.REFUSED, "disk uring:/a has failed: pulled out"),
                new Retirement(
                    nowhere,
                    Progress.REFUSED,
                    "disk " + nowhere.diskUuid() + " is not in this node")),
            set.retire(List.of(seven, nowhere)));
      }
      assertEquals(
          List.of(
              "target 7 cannot be removed: disk uring:/a has failed: pulled out",
              "target 7 cannot be removed: disk " + nowhere.diskUuid() + " is not in this node"),
          lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());

      set.addFailed(new DiskFailure(0, "uring:/a", "does not answer"));
      set.retire(List.of(seven, nowhere));
      assertEquals(3, lines.list.size(), "another reason");
      first.engine().close();
      set.add(set.openFurther(0, "uring:/a", DiskShelf.FORMATS_NOT, shelf));
      assertEquals(Progress.UNDER_WAY, set.retire(List.of(seven)).getFirst().progress());
      assertEquals(3, lines.list.size());
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void aRefusalHasAReasonAndNothingElseHas() {
    TargetOnDisk target = new TargetOnDisk(7, new UUID(1, 2));
    assertThrows(
        IllegalArgumentException.class, () -> new Retirement(target, Progress.REFUSED, null));
    assertThrows(
        IllegalArgumentException.class, () -> new Retirement(target, Progress.GONE, "a reason"));
  }

  @Test
  void orphansAreTargetsThatAreNotKnownOnTheirDisk() throws DiskException {
    try (DiskSet set = node()) {
      StorageDisk first = set.disks().getFirst();
      StorageDisk second = set.disks().getLast();
      assertEquals(EngineStatus.OK, shelf.write(second, 9, 1));
      Set<TargetOnDisk> known =
          Set.of(new TargetOnDisk(8, first.uuid()), new TargetOnDisk(9, first.uuid()));

      assertEquals(
          List.of(
              new Orphan(7, first.uuid(), "uring:/a", 1 << 20, 0),
              new Orphan(9, second.uuid(), "uring:/b", 1 << 20, 4096)),
          Orphan.among(set.reports(List.of()), known::contains));

      set.retire(List.of(new TargetOnDisk(9, second.uuid())));

      assertEquals(
          List.of(7L),
          Orphan.among(set.reports(List.of()), known::contains).stream()
              .map(Orphan::targetId)
              .toList(),
          "9 is being removed");
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
