package io.luciola.cluster.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {

  private static final Launcher LAUNCHER = new Launcher("/opt/lu 100%/luciola", "/opt/jdk-25");
  private static final String UNIT = "/etc/systemd/system/luciola-claim-0000:65:00.0.service";
  private static final String HUGE = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
  private static final String DEVICE = "/sys/bus/pci/devices/0000:65:00.0";

  @TempDir Path directory;
  private SimulatedMachine machine;

  @BeforeEach
  void makeMachine() {
    machine = new SimulatedMachine(directory);
  }

  private Plan plan(ClaimRequest request) {
    Map<String, String> before = machine.picture();
    int commandsBefore = machine.commandsRun.size();
    Plan plan = new ClaimPlanner(machine, Optional.of(LAUNCHER)).plan(request);
    assertEquals(before, machine.picture(), "planning changes nothing");
    assertEquals(commandsBefore, machine.commandsRun.size(), machine.commandsRun.toString());
    return plan;
  }

  private Plan carryOut(ClaimRequest request) throws StepException {
    Plan plan = plan(request);
    assertEquals(List.of(), plan.refusals());
    new PlanRunner(machine, machine).run(plan, step -> {});
    return plan;
  }

  private void assertRefused(ClaimRequest request, String... words) {
    Plan plan = plan(request);
    assertEquals(1, plan.refusals().size(), plan.refusals().toString());
    for (String word : words) {
      assertTrue(plan.refusals().getFirst().contains(word), plan.refusals().getFirst());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new PlanRunner(machine, machine).run(plan, step -> {}));
    assertEquals(List.of(), machine.writes);
    assertEquals(List.of(), machine.commandsRun);
  }

  private static ClaimRequest with(
      PciAddress address, @Nullable UserSpaceDriver driver, @Nullable String user, int mib) {
    return new ClaimRequest(List.of(address), driver, mib, user, false, false, null);
  }

  private static ClaimRequest forced(PciAddress address) {
    return new ClaimRequest(List.of(address), null, 0, null, false, true, null);
  }

  private static ClaimRequest persistent(PciAddress address, @Nullable String user) {
    return new ClaimRequest(List.of(address), null, 64, user, true, false, null);
  }

  private static ClaimRequest guarded(PciAddress address, String serial) {
    return new ClaimRequest(List.of(address), null, 0, null, false, false, serial);
  }

  @Test
  void aDriveBehindAnIommuGoesToVfio() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    Plan plan = carryOut(ClaimRequest.of(drive));
    assertEquals("vfio-pci", machine.driverOf(drive));
    assertEquals(List.of(), plan.notes());
    assertEquals(
        List.of(
            "modprobe vfio-pci",
            "modprobe vfio_iommu_type1",
            "mount -t hugetlbfs -o pagesize=2M hugetlbfs /dev/hugepages"),
        machine.commandsRun);
    assertEquals(
        List.of(
            "512 > " + HUGE,
            "vfio-pci > " + DEVICE + "/driver_override",
            "0000:65:00.0 > /sys/bus/pci/drivers/nvme/unbind",
            "0000:65:00.0 > /sys/bus/pci/drivers_probe"),
        machine.writes);
    assertTrue(machine.exists("/dev/hugepages"));
  }

  @Test
  void aDriveWithoutAnIommuGoesToUio() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    carryOut(ClaimRequest.of(drive));
    assertEquals("uio_pci_generic", machine.driverOf(drive));
    assertEquals("modprobe uio_pci_generic", machine.commandsRun.getFirst());
  }

  @Test
  void uioBehindATranslatingIommuIsDoneAndWarnedOf() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    Plan plan = carryOut(with(drive, UserSpaceDriver.UIO_PCI_GENERIC, null, 0));
    assertEquals("uio_pci_generic", machine.driverOf(drive));
    assertTrue(plan.notes().getFirst().contains("iommu=pt"), plan.notes().toString());

    machine.put("/sys/kernel/iommu_groups/12/type", "identity\n");
    machine.bind("0000:65:00.0", "nvme");
    Plan direct = plan(with(drive, UserSpaceDriver.UIO_PCI_GENERIC, null, 0));
    assertEquals(List.of(), direct.notes());
  }

  @Test
  void vfioWithoutAnIommuIsRefused() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    assertRefused(
        with(drive, UserSpaceDriver.VFIO_PCI, null, 0), "no IOMMU group", "uio_pci_generic");
  }

  @Test
  void aDriveWithoutADriverIsNotUnbound() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.unbind("0000:65:00.0");
    carryOut(ClaimRequest.of(drive));
    assertEquals("vfio-pci", machine.driverOf(drive));
    assertFalse(machine.writes.toString().contains("unbind"), machine.writes.toString());
  }

  @Test
  void aSecondClaimHasNothingToDo() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    carryOut(ClaimRequest.of(drive));
    machine.process(80, "nvmf_tgt", "nvmf_tgt", "/dev/vfio/12");
    Plan again = new ClaimPlanner(machine, Optional.empty()).plan(ClaimRequest.of(drive, drive));
    assertEquals(List.of(), again.steps());
    assertEquals(List.of(), again.refusals());
    assertEquals(List.of("0000:65:00.0 already has the driver vfio-pci."), again.notes());
  }

  @Test
  void aClaimedDriveChangesItsDriverUnlessAProcessDrivesIt() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.bind("0000:65:00.0", "uio_pci_generic");
    machine.process(80, "nvmf_tgt", "nvmf_tgt", "/var/tmp/spdk_pci_lock_0000:65:00.0");
    assertRefused(forced(drive), "process 80 (nvmf_tgt)", "no --force");
    machine.remove("/proc/80/fd/5");
    carryOut(ClaimRequest.of(drive));
    assertEquals("vfio-pci", machine.driverOf(drive));
    assertTrue(
        machine.writes.contains("0000:65:00.0 > /sys/bus/pci/drivers/uio_pci_generic/unbind"));
  }

  @Test
  void allDrivesAreCheckedBeforeOneIsTouched() {
    PciAddress idle = machine.nvme("0000:65:00.0", 0, "12");
    PciAddress busy = machine.nvme("0000:66:00.0", 1, "13");
    machine.mount("nvme1n1", "/srv");
    assertRefused(
        ClaimRequest.of(idle, busy), "0000:66:00.0", "/dev/nvme1n1 is mounted on /srv", "umount");
  }

  @Test
  void whatIsMountedOrRootIsRefusedEvenWhenForced() {
    PciAddress mounted = machine.nvme("0000:65:00.0", 0, "12");
    machine.stack("nvme0n1", "md0", null, "");
    machine.mount("md0", "/srv");
    Plan plan = plan(forced(mounted));
    assertEquals(1, plan.refusals().size(), plan.refusals().toString());
    assertTrue(plan.refusals().getFirst().contains("/dev/md0 is mounted on /srv"));
    assertTrue(plan.refusals().getFirst().contains("no --force overrules"));
    assertTrue(plan.notes().getFirst().contains("RAID array md0"), plan.notes().toString());

    PciAddress root = machine.nvme("0000:66:00.0", 1, "13");
    machine.mount("nvme1n1", "/");
    assertRefused(forced(root), "root file system", "no --force");
  }

  @Test
  void everyOtherUseIsRefusedAndCanBeForced() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.partition("nvme0n1", 1);
    assertForceable(drive, "/dev/nvme0n1p1 is a partition", "wipefs");
    machine.remove("/sys/class/block/nvme0n1p1/partition");

    machine.process(71, "java", "java io.luciola.cluster.cli.Luciola", "/dev/nvme0n1");
    assertForceable(drive, "open as a Luciola disk in process 71 (java)", "stop");
    machine.remove("/proc/71/fd/5");

    machine.heldExclusively.add("/dev/nvme0n1");
    assertForceable(drive, "claimed by somebody", "ZFS");
    machine.heldExclusively.clear();

    machine.put("/run/udev/data/b259:0", "E:ID_FS_TYPE=LVM2_member\n");
    assertForceable(drive, "an unused LVM2_member", "wipefs -a /dev/nvme0n1");
    machine.remove("/run/udev/data/b259:0");

    machine.stack("nvme0n1", "dm-3", "LVM-x", "vg-lv");
    assertForceable(drive, "LVM volume vg-lv", "vgchange");
  }

  private void assertForceable(PciAddress drive, String use, String remedy) {
    assertRefused(ClaimRequest.of(drive), use, remedy, "--force --force");
    Plan plan = plan(forced(drive));
    assertEquals(List.of(), plan.refusals());
    assertTrue(plan.notes().toString().contains(use), plan.notes().toString());
    assertTrue(plan.steps().contains(new Step.ExpectDriver(drive, "vfio-pci")));
  }

  @Test
  void swapIsTurnedOffBeforeAForcedDriveIsTaken() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    machine.append("/proc/swaps", "/dev/nvme0n1     partition\t8388604\t0\t-2\n");
    assertRefused(ClaimRequest.of(drive), "/dev/nvme0n1 is swap", "swapoff /dev/nvme0n1");
    machine.failingCommands.add("swapoff /dev/nvme0n1");
    StepException stuck = assertThrows(StepException.class, () -> carryOut(forced(drive)));
    assertTrue(stuck.getMessage().contains("swapoff /dev/nvme0n1"), stuck.getMessage());
    assertEquals("nvme", machine.driverOf(drive));
    assertEquals(List.of(), machine.writes);
  }

  @Test
  void addressesThatAreNoNvmeControllersAreRefused() {
    machine.pciDevice("0000:00:1f.0", "0x020000", "3");
    assertRefused(ClaimRequest.of(new PciAddress("0000:00:1f.0")), "no NVMe controller", "020000");
    assertRefused(ClaimRequest.of(new PciAddress("0000:aa:00.0")), "There is no PCI device");
  }

  @Test
  void aGroupIsTakenAsAWholeOrNotAtAll() throws StepException {
    PciAddress first = machine.nvme("0000:65:00.0", 0, "12");
    PciAddress second = machine.nvme("0000:66:00.0", 1, "12");
    machine.pciDevice("0000:64:00.0", "0x060400", "12");
    machine.bind("0000:64:00.0", "pcieport");
    assertRefused(
        ClaimRequest.of(first), "shares IOMMU group 12 with 0000:66:00.0", "both together");
    carryOut(new ClaimRequest(List.of(first, second), null, 0, "luciola", false, false, null));
    assertEquals("vfio-pci", machine.driverOf(first));
    assertEquals("vfio-pci", machine.driverOf(second));
    assertEquals(
        1, machine.commandsRun.stream().filter("chown luciola /dev/vfio/12"::equals).count());
  }

  @Test
  void hugePagesOnlyGrow() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    machine.hugePages(600, 10);
    Plan plan = plan(ClaimRequest.of(drive));
    assertFalse(plan.steps().toString().contains("nr_hugepages"), plan.steps().toString());
    carryOut(with(drive, null, null, 1201));
    assertEquals("601", machine.attribute(HUGE).orElseThrow());
  }

  @Test
  void withoutHugePagesNothingOfThemIsTouched() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    carryOut(with(drive, null, null, 0));
    assertEquals(List.of("modprobe uio_pci_generic"), machine.commandsRun);
  }

  @Test
  void tooManyHugePagesAreRefusedOrNoticedBeforeTheDriveIsTouched() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    assertRefused(with(drive, null, null, 4096), "4096 MiB", "--huge-pages-mib");
    machine.hugePagesToBeHad = 100;
    StepException few = assertThrows(StepException.class, () -> carryOut(ClaimRequest.of(drive)));
    assertTrue(few.getMessage().contains("Only 100 of 512 huge pages"), few.getMessage());
    assertEquals("nvme", machine.driverOf(drive));
    machine.remove(HUGE);
    machine.writes.clear();
    machine.commandsRun.clear();
    assertRefused(ClaimRequest.of(drive), "no huge pages of 2 MiB");
  }

  @Test
  void hugePagesOfTheRightSizeAreMountedOnce() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, null);
    machine.mountLine("0:30", "/mnt/huge1G", "hugetlbfs none rw,pagesize=1024M");
    assertTrue(plan(ClaimRequest.of(drive)).steps().toString().contains("mount"));
    machine.mountLine("0:31", "/mnt/huge", "hugetlbfs none rw");
    Plan plan = plan(ClaimRequest.of(drive));
    assertFalse(plan.steps().toString().contains("mount"), plan.steps().toString());
    assertEquals("/mnt/huge", new HugePages(machine).mountPoint().orElseThrow());
  }

  @Test
  void aUserGetsTheGroupAndTheHugePagesAndIsToldOfTheLimit() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.put("/run/udev/control", "");
    Plan plan = carryOut(with(drive, null, "luciola", 64));
    int last = machine.commandsRun.size() - 1;
    assertEquals("udevadm settle --timeout=30", machine.commandsRun.get(last - 1));
    assertEquals("id luciola", machine.commandsRun.getFirst());
    assertEquals("chown luciola /dev/vfio/12", machine.commandsRun.getLast());
    assertTrue(machine.commandsRun.contains("chmod 1777 /dev/hugepages"));
    assertTrue(plan.notes().getFirst().contains("LimitMEMLOCK"), plan.notes().toString());
    assertTrue(plan.notes().getFirst().contains("8192 KiB"), plan.notes().toString());
    machine.put("/proc/self/limits", SimulatedMachine.limits("unlimited"));
    String note =
        new ClaimPlanner(machine, Optional.empty())
            .plan(with(drive, null, "luciola", 64))
            .notes()
            .getFirst();
    assertTrue(note.contains("unlimited)"), note);
  }

  @Test
  void usersWhoCannotBeServedAreRefused() {
    PciAddress behind = machine.nvme("0000:65:00.0", 0, "12");
    assertRefused(with(behind, null, "-rf", 0), "'-rf' is no user's name");
    PciAddress bare = machine.nvme("0000:66:00.0", 1, null);
    assertRefused(with(bare, null, "luciola", 0), "root alone");
  }

  @Test
  void anUnknownUserStopsTheClaimBeforeAnythingIsTouched() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.failingCommands.add("id nobody-here");
    StepException unknown =
        assertThrows(StepException.class, () -> carryOut(with(drive, null, "nobody-here", 64)));
    assertTrue(unknown.getMessage().contains("id nobody-here"), unknown.getMessage());
    assertEquals(List.of(), machine.writes);
    assertEquals(List.of("id nobody-here"), machine.commandsRun);
  }

  @Test
  void aDriverThatDoesNotTakeTheDriveIsReported() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.driversThatRefuse.add("vfio-pci");
    StepException refused =
        assertThrows(StepException.class, () -> carryOut(ClaimRequest.of(drive)));
    assertTrue(
        refused.getMessage().contains("was not taken by vfio-pci (its driver is now: none)"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("luciola disk release 0000:65:00.0"));
  }

  @Test
  void aWriteThatTheKernelRefusesIsReportedWithItsStep() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    machine.failingWrites.add("/sys/bus/pci/drivers/nvme/unbind");
    StepException refused =
        assertThrows(StepException.class, () -> carryOut(ClaimRequest.of(drive)));
    assertTrue(
        refused.getMessage().contains("echo 0000:65:00.0 > /sys/bus/pci/drivers/nvme/unbind"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("Device or resource busy"), refused.getMessage());
    assertFalse(machine.writes.getLast().contains("drivers_probe"));
  }

  @Test
  void persistWritesOneUnitThatClaimsTheSameDriveAgain() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    carryOut(persistent(drive, "luciola"));
    String unit = machine.content(UNIT);
    assertTrue(
        unit.contains(
            "ExecStart=\"/opt/lu 100%%/luciola\" \"disk\" \"claim\" \"0000:65:00.0\" \"--serial\""
                + " \"S4EV000\" \"--driver\" \"vfio-pci\" \"--huge-pages-mib\" \"64\" \"--user\""
                + " \"luciola\"\n"),
        unit);
    assertTrue(unit.contains("Environment=\"JAVA_HOME=/opt/jdk-25\"\n"), unit);
    assertTrue(unit.contains("\nBefore=luciola-storage.service\n"), unit);
    assertEquals(
        List.of("systemctl daemon-reload", "systemctl enable luciola-claim-0000:65:00.0.service"),
        machine.commandsRun.subList(machine.commandsRun.size() - 2, machine.commandsRun.size()));
  }

  @Test
  void aUnitThatCannotKeepItsWordIsRefused() {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    Plan homeless = new ClaimPlanner(machine, Optional.empty()).plan(persistent(drive, null));
    assertTrue(homeless.refusals().getFirst().contains("launcher"), homeless.toString());
    machine.bind("0000:65:00.0", "vfio-pci");
    assertRefused(persistent(drive, null), "serial number", "release 0000:65:00.0");
    machine.remove("/run/systemd/system");
    assertRefused(persistent(drive, null), "systemd");
  }

  @Test
  void aSerialNumberGuardsAgainstAnotherDriveInTheSamePlace() throws StepException {
    PciAddress drive = machine.nvme("0000:65:00.0", 0, "12");
    assertRefused(guarded(drive, "S4EV007"), "has serial number S4EV000, not S4EV007");
    machine.unbind("0000:65:00.0");
    assertRefused(guarded(drive, "S4EV000"), "does not tell its serial number");
    machine.bind("0000:65:00.0", "nvme");
    carryOut(guarded(drive, "S4EV000"));
    assertEquals("vfio-pci", machine.driverOf(drive));
    // The unit started by hand once more.
    assertEquals(
        List.of(),
        new ClaimPlanner(machine, Optional.empty()).plan(guarded(drive, "S4EV000")).refusals());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ClaimRequest(
                List.of(drive, new PciAddress("0000:66:00.0")), null, 0, null, false, false, "S"));
  }
}
