package io.luciola.cluster.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriveInventoryTest {

  @TempDir Path directory;
  private SimulatedMachine machine;

  @BeforeEach
  void makeMachine() {
    machine = new SimulatedMachine(directory);
  }

  private List<Drive> drives() {
    return new DriveInventory(machine).drives();
  }

  private Drive drive(String name) {
    return new DriveInventory(machine).find(name).orElseThrow();
  }

  /** What holds the drive, without the root disk's holders. */
  private List<Holder> holders() {
    return drive("0000:65:00.0").holders();
  }

  private void assertHeld(Holder.Kind kind, String device, String by) {
    assertTrue(holders().contains(new Holder(kind, device, by)), holders().toString());
  }

  @Test
  void anNvmeDriveOfTheKernelTellsEverything() {
    machine.nvme("0000:65:00.0", 0, "12");
    Drive drive = drives().getFirst();
    assertEquals("0000:65:00.0", drive.address());
    assertEquals(List.of(new Volume("nvme0n1", 3_907_029_168L * 512, 512)), drive.volumes());
    assertEquals("Firefly 9000", drive.model());
    assertEquals("S4EV000", drive.serial());
    assertEquals("GXA7", drive.firmware());
    assertEquals("nvme", drive.driver());
    assertEquals(0, drive.numaNode());
    assertEquals("12", drive.iommuGroup());
    assertEquals("nvme0", drive.controller());
    assertEquals(List.of(), drive.holders());
    assertFalse(drive.isClaimed());
    assertEquals("144d:a80a", assertPci(drive).ids());
    assertEquals("", assertPci(drive).driverOverride());
  }

  private static PciFunction assertPci(Drive drive) {
    assertNotNull(drive.pci());
    return drive.pci();
  }

  @Test
  void aDriveWithAnotherDriverOrNoneIsStillThere() {
    machine.nvme("0000:65:00.0", 0, null);
    for (String driver : List.of("vfio-pci", "uio_pci_generic")) {
      machine.bind("0000:65:00.0", driver);
      Drive claimed = drives().getFirst();
      assertEquals(driver, claimed.driver());
      assertTrue(claimed.isClaimed());
      assertEquals(List.of(), claimed.volumes());
      assertNull(claimed.serial());
    }
    machine.unbind("0000:65:00.0");
    assertEquals("none", drives().getFirst().driver());
    assertFalse(drives().getFirst().isClaimed());
  }

  @Test
  void otherDisksAreListedByPathAndOtherDevicesNotAtAll() {
    machine.pciDevice("0000:00:1f.0", "0x020000", null);
    machine.put("/sys/devices/virtual/block/loop0/size", "0\n");
    machine.symlink("/sys/block/loop0", "/sys/devices/virtual/block/loop0");
    machine.symlink("/sys/class/block/loop0", "/sys/devices/virtual/block/loop0");
    List<Drive> drives = drives();
    assertEquals(1, drives.size(), drives.toString());
    Drive disk = drives.getFirst();
    assertEquals("/dev/vda", disk.address());
    assertEquals("root-disk", disk.serial());
    assertEquals("virtio_blk", disk.driver());
    assertEquals(1, disk.numaNode());
    assertNull(disk.pci());
    assertEquals(List.of(new Holder(Holder.Kind.ROOT, "/dev/vda", "/")), disk.holders());
  }

  @Test
  void aNamespaceThatIsReachedByOneOfSeveralPathsBelongsToItsController() {
    machine.nvme("0000:65:00.0", 0, null);
    String controller = "/sys/devices/pci0000:00/0000:65:00.0/nvme/nvme0";
    String head = "/sys/devices/virtual/nvme-subsystem/nvme-subsys3/nvme3n2";
    machine.put(controller + "/nvme3c0n2/size", "0\n");
    machine.put(head + "/size", "2048\n");
    machine.put(head + "/dev", "259:77\n");
    machine.symlink(head + "/device", "/sys/devices/virtual/nvme-subsystem/nvme-subsys3");
    machine.symlink("/sys/block/nvme3n2", head);
    machine.symlink("/sys/class/block/nvme3n2", head);
    assertEquals(
        List.of("nvme0n1", "nvme3n2"),
        drives().getFirst().volumes().stream().map(Volume::name).toList());
    assertEquals(2, drives().size(), drives().toString());
  }

  @Test
  void aDriveIsFoundByAllItsNames() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.partition("nvme0n1", 1);
    machine.symlink("/dev/disk/by-id/nvme-Firefly", "/dev/nvme0n1");
    for (String name :
        List.of(
            "0000:65:00.0",
            "65:00.0",
            "/dev/nvme0",
            "/dev/nvme0n1",
            "/dev/nvme0n1p1",
            "/dev/disk/by-id/nvme-Firefly")) {
      assertEquals("0000:65:00.0", drive(name).address(), name);
    }
    assertEquals("/dev/vda", drive("/dev/vda").address());
    for (String name : List.of("0000:66:00.0", "/dev/nvme1", "nvme0n1", "", "/")) {
      assertEquals(Optional.empty(), new DriveInventory(machine).find(name), name);
    }
  }

  @Test
  void aMountedDriveIsHeld() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.mount("nvme0n1", "/mnt/with\\040blank");
    assertEquals(
        List.of(new Holder(Holder.Kind.MOUNTED, "/dev/nvme0n1", "/mnt/with blank")), holders());
    assertEquals("/dev/nvme0n1 is mounted on /mnt/with blank", holders().getFirst().describe());
    assertTrue(holders().getFirst().isAbsolute());
  }

  @Test
  void aDriveWithPartitionsIsHeldByThemAndByWhatIsMountedThere() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.partition("nvme0n1", 1);
    machine.partition("nvme0n1", 2);
    machine.mount("nvme0n1p2", "/");
    assertEquals(
        List.of(
            new Holder(Holder.Kind.PARTITION, "/dev/nvme0n1p1", "/dev/nvme0n1"),
            new Holder(Holder.Kind.PARTITION, "/dev/nvme0n1p2", "/dev/nvme0n1"),
            new Holder(Holder.Kind.ROOT, "/dev/nvme0n1p2", "/")),
        holders());
  }

  @Test
  void aDriveInARaidArrayIsHeldAndSoIsWhatIsMountedFromTheArray() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.stack("nvme0n1", "md0", null, "");
    machine.mount("md0", "/srv");
    assertHeld(Holder.Kind.RAID, "/dev/nvme0n1", "md0");
    assertHeld(Holder.Kind.MOUNTED, "/dev/md0", "/srv");
  }

  @Test
  void aDriveThatOnlyMdstatKnowsIsHeldToo() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.put(
        "/proc/mdstat",
        """
        Personalities : [raid1]
        md127 : active (auto-read-only) raid1 nvme1n1[1] nvme0n1[0](F)
              976630464 blocks super 1.2 [2/2] [UU]
        """);
    assertHeld(Holder.Kind.RAID, "/dev/nvme0n1", "md127");
  }

  @Test
  void aDriveBelowLvmIsHeldThroughAllLayers() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.partition("nvme0n1", 3);
    machine.stack("nvme0n1p3", "dm-0", "CRYPT-LUKS2-af", "secret");
    machine.stack("dm-0", "dm-1", "LVM-Zx", "vg-home");
    machine.mountLine("0:44", "/home", "btrfs /dev/mapper/vg-home rw");
    assertHeld(Holder.Kind.DEVICE_MAPPER, "/dev/nvme0n1p3", "secret");
    assertHeld(Holder.Kind.LVM, "/dev/dm-0", "vg-home");
    assertHeld(Holder.Kind.MOUNTED, "/dev/mapper/vg-home", "/home");
  }

  @Test
  void anyOtherStackedDeviceHoldsADrive() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.stack("nvme0n1", "bcache0", null, "");
    assertHeld(Holder.Kind.STACKED, "/dev/nvme0n1", "bcache0");
  }

  @Test
  void theSecondDriveOfABtrfsIsMountedThoughNoMountNamesIt() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.nvme("0000:66:00.0", 1, null);
    for (String name : List.of("nvme0n1", "nvme1n1")) {
      machine.symlink(
          "/sys/fs/btrfs/c0ffee/devices/" + name, machine.realPath("/sys/block/" + name));
    }
    machine.mountLine("0:45", "/data", "btrfs /dev/nvme1n1 rw");
    assertHeld(Holder.Kind.MOUNTED, "/dev/nvme0n1", "/data");
  }

  @Test
  void swapHolds() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.partition("nvme0n1", 1);
    machine.append("/proc/swaps", "/dev/nvme0n1p1     partition\t8388604\t0\t-2\n");
    assertHeld(Holder.Kind.SWAP, "/dev/nvme0n1p1", "the kernel");
  }

  @Test
  void processesHoldAndLuciolaIsToldFromOthers() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.process(71, "qemu-system-x86", "qemu -drive x", "/dev/nvme0n1");
    machine.process(72, "java", "java io.luciola.cluster.cli.Luciola storage run", "/dev/nvme0n1");
    machine.process(73, "bash", "bash", "/dev/nvme1n1");
    machine.process(74, "fio", "fio --ioengine=io_uring_cmd", "/dev/ng0n1");
    assertEquals(
        List.of(
            new Holder(Holder.Kind.PROCESS, "/dev/nvme0n1", "process 71 (qemu-system-x86)"),
            new Holder(Holder.Kind.LUCIOLA, "/dev/nvme0n1", "process 72 (java)"),
            new Holder(Holder.Kind.PROCESS, "/dev/nvme0n1", "process 74 (fio)")),
        holders());
  }

  @Test
  void whatShowsNowhereButHasItForItselfHoldsToo() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.heldExclusively.add("/dev/nvme0n1");
    assertEquals(Holder.Kind.EXCLUSIVE, holders().getFirst().kind());
  }

  @Test
  void contentThatNobodyUsesCountsAndIsNamed() {
    machine.nvme("0000:65:00.0", 0, null);
    machine.put("/run/udev/data/b259:0", "E:ID_FS_LABEL=keep\nE:ID_FS_TYPE=xfs\n");
    assertHeld(Holder.Kind.CONTENT, "/dev/nvme0n1", "an unused xfs labelled keep");
    machine.mount("nvme0n1", "/mnt");
    assertEquals(1, holders().size(), holders().toString());
  }

  @Test
  void aProcessThatDrivesAClaimedDriveIsSeenByEveryKindOfHandle() {
    machine.nvme("0000:65:00.0", 0, "12");
    machine.bind("0000:65:00.0", "vfio-pci");
    assertEquals(List.of(), holders());
    machine.process(80, "nvmf_tgt", "nvmf_tgt", "/dev/vfio/12");
    assertHeld(Holder.Kind.USER_SPACE, "0000:65:00.0", "process 80 (nvmf_tgt)");

    machine.put("/sys/devices/pci0000:00/0000:65:00.0/vfio-dev/vfio3/dev", "1:1");
    machine.process(81, "qemu", "qemu", "/dev/vfio/devices/vfio3");
    assertHeld(Holder.Kind.USER_SPACE, "0000:65:00.0", "process 81 (qemu)");

    machine.bind("0000:65:00.0", "uio_pci_generic");
    assertFalse(holders().toString().contains("80"), holders().toString());
    machine.put("/sys/devices/pci0000:00/0000:65:00.0/uio/uio0/name", "uio_pci_generic");
    machine.process(82, "java", "java io.luciola.X", "/dev/uio0");
    assertHeld(Holder.Kind.USER_SPACE, "0000:65:00.0", "process 82 (java)");
    machine.process(83, "perf", "spdk_nvme_perf", "/var/tmp/spdk_pci_lock_0000:65:00.0");
    assertHeld(Holder.Kind.USER_SPACE, "0000:65:00.0", "process 83 (perf)");
  }

  @Test
  void aMountTableThatCannotBeReadIsAnErrorAndNotAnIdleMachine() {
    machine.remove("/proc/self/mountinfo");
    machine.directory("/proc/self/mountinfo");
    assertThrows(UncheckedIOException.class, this::drives);
  }

  @Test
  void everyKindOfHolderSaysWhatToDo() {
    for (Holder.Kind kind : Holder.Kind.values()) {
      Holder holder = new Holder(kind, "/dev/x", "y");
      assertTrue(holder.describe().contains("/dev/x"));
      assertFalse(holder.remedy().contains("%"), holder.remedy());
    }
  }
}
