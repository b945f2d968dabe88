package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.spdk.SpdkLocation;
import io.luciola.spdk.SpdkLocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSetTest {

  private static final long DISK_BYTES = 96L << 20;
  private static final DiskOptions MAKE = new DiskOptions(DISK_BYTES, true, "engine", null);
  private static final DiskOptions AS_IT_IS = new DiskOptions(0, false, "engine", null);

  @TempDir Path directory;

  @Test
  void makesAndFormatsWhatIsMissingAndFindsItAgain() throws DiskException {
    List<String> specs = List.of(disk("a"), disk("b"));
    List<UUID> uuids;
    long capacityBytes;
    try (DiskSet made = open(specs, MAKE)) {
      uuids = made.disks().stream().map(StorageDisk::uuid).toList();
      capacityBytes = made.disks().getFirst().capacityBytes();
      assertEquals(2, uuids.stream().distinct().count());
      assertTrue(capacityBytes > 0 && capacityBytes < DISK_BYTES);
    }
    try (DiskSet found = open(specs, AS_IT_IS)) {
      assertEquals(uuids, found.disks().stream().map(StorageDisk::uuid).toList());
      assertEquals(capacityBytes, found.disks().getFirst().capacityBytes());
    }
  }

  @Test
  void aBadDiskIsReportedAndTheOthersServe() throws Exception {
    open(List.of(disk("a")), MAKE).close();
    Files.write(directory.resolve("garbage"), new byte[8 << 20]);
    List<String> specs = List.of(disk("garbage"), disk("missing"), disk("a"), "spdk:0000:65:00.0");
    try (DiskSet disks = open(specs, AS_IT_IS)) {
      assertEquals(List.of(disk("a")), disks.disks().stream().map(StorageDisk::spec).toList());
      assertEquals(2, disks.disks().getFirst().index());
      assertEquals(List.of(0, 1, 3), disks.failures().stream().map(DiskFailure::index).toList());
      assertTrue(disks.failures().getFirst().reason().contains("format-empty"));
      assertTrue(disks.failures().getLast().reason().contains("SPDK"));
    }
  }

  @Test
  void withoutAnyUsableDiskEachIsNamed() {
    String message =
        assertThrows(DiskException.class, () -> open(List.of(disk("x"), "nonsense"), AS_IT_IS))
            .getMessage();
    assertTrue(message.contains(disk("x")) && message.contains("nonsense"), message);
  }

  @Test
  void thatSpdkIsMissingIsSaidOnceWhenEveryDiskNeedsIt() {
    Assumptions.assumeTrue(
        SpdkLocator.ofThisProcess().locate() instanceof SpdkLocation.Missing, "SPDK is here");
    List<String> specs = List.of("spdk:0000:65:00.0", "spdk:tcp://127.0.0.1:4420/nqn");

    String message = assertThrows(DiskException.class, () -> open(specs, AS_IT_IS)).getMessage();

    assertTrue(
        message.startsWith("Cannot open " + String.join(", ", specs) + ": SPDK was not found"),
        message);
    assertEquals(message.indexOf("SPDK was not found"), message.lastIndexOf("SPDK was not found"));
  }

  @Test
  void aCopyOfADiskIsLeftOut() throws Exception {
    open(List.of(disk("a")), MAKE).close();
    Files.copy(directory.resolve("a"), directory.resolve("copy"));
    try (DiskSet disks = open(List.of(disk("a"), disk("copy")), AS_IT_IS)) {
      assertEquals(1, disks.disks().size());
      assertTrue(disks.failures().getFirst().reason().contains("copy of"));
    }
  }

  @Test
  void targetsGoToTheirDiskInWhicheverSlotItIs() throws DiskException {
    UUID second;
    try (DiskSet disks = open(List.of(disk("a"), disk("b")), MAKE)) {
      second = disks.disks().getLast().uuid();
      assertEquals(List.of(), disks.createTargets(List.of(new WantedTarget(7, second, 1 << 20))));
    }
    try (DiskSet swapped = open(List.of(disk("b"), disk("a")), AS_IT_IS)) {
      WantedTarget homeless = new WantedTarget(8, new UUID(1, 2), 1 << 20);
      List<WantedTarget> wanted = List.of(new WantedTarget(7, second, 2 << 20), homeless);
      assertEquals(List.of(homeless), swapped.createTargets(wanted));
      assertEquals(1, swapped.disks().getFirst().engine().targetIds().length);
      assertEquals(0, swapped.disks().getLast().engine().targetIds().length);
    }
  }

  private String disk(String name) {
    return "uring:" + directory.resolve(name);
  }

  private static DiskSet open(List<String> specs, DiskOptions options) throws DiskException {
    return DiskSet.open(specs, options, index -> NOBODY);
  }

  private static final ChunkEngine.Listener NOBODY =
      new ChunkEngine.Listener() {
        @Override
        public void onPrepared(long tag, int status, long digest, int lengthBytes) {
          throw new AssertionError("nothing was prepared");
        }

        @Override
        public void onRead(long tag, int status, long version) {
          throw new AssertionError("nothing was read");
        }

        @Override
        public void onSynced(long tag, int status) {
          throw new AssertionError("nothing was synced");
        }
      };
}
