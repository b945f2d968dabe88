package io.luciola.cluster.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseTest {

  private static final String UNIT = "/etc/systemd/system/luciola-claim-0000:65:00.0.service";
  private static final String HUGE = "/sys/kernel/mm/hugepages/hugepages-2048kB/";

  @TempDir Path directory;
  private SimulatedMachine machine;
  private PciAddress drive;

  @BeforeEach
  void makeMachine() {
    machine = new SimulatedMachine(directory);
    drive = machine.nvme("0000:65:00.0", 0, "12");
  }

  private void claim(boolean persist, PciAddress... drives) throws StepException {
    run(
        new ClaimPlanner(machine, Optional.of(new Launcher("/opt/luciola", "/opt/jdk")))
            .plan(new ClaimRequest(List.of(drives), null, 256, null, persist, false, null)));
    machine.commandsRun.clear();
    machine.writes.clear();
  }

  private void run(Plan plan) throws StepException {
    assertEquals(List.of(), plan.refusals());
    new PlanRunner(machine, machine).run(plan, step -> {});
  }

  private Plan plan(boolean hugePages, PciAddress... drives) {
    Map<String, String> before = machine.picture();
    Plan plan = new ReleasePlanner(machine).plan(new ReleaseRequest(List.of(drives), hugePages));
    assertEquals(before, machine.picture(), "planning changes nothing");
    return plan;
  }

  @Test
  void theDriveGoesBackToTheKernelAndStaysThere() throws StepException {
    claim(false, drive);
    run(plan(false, drive));
    assertEquals("nvme", machine.driverOf(drive));
    assertEquals(
        List.of(
            " > /sys/bus/pci/devices/0000:65:00.0/driver_override",
            "0000:65:00.0 > /sys/bus/pci/drivers/vfio-pci/unbind",
            "0000:65:00.0 > /sys/bus/pci/drivers_probe"),
        machine.writes);
    assertEquals(List.of(), machine.commandsRun);
    assertEquals("128", machine.attribute(HUGE + "nr_hugepages").orElseThrow());
    assertEquals("S4EV000", new DriveInventory(machine).drives().getFirst().serial());
  }

  @Test
  void theKernelsDriverIsLoadedWhereItIsNot() throws StepException {
    claim(false, drive);
    machine.remove("/sys/bus/pci/drivers/nvme/unbind");
    machine.remove("/sys/bus/pci/drivers/nvme");
    run(plan(false, drive));
    assertEquals(List.of("modprobe nvme"), machine.commandsRun);
    assertEquals("nvme", machine.driverOf(drive));
  }

  @Test
  void aDriveWithoutADriverIsGivenBackToo() throws StepException {
    machine.unbind("0000:65:00.0");
    machine.put("/sys/bus/pci/devices/0000:65:00.0/driver_override", "vfio-pci\n");
    run(plan(false, drive));
    assertEquals("nvme", machine.driverOf(drive));
  }

  @Test
  void theUnitIsRemovedBeforeTheDriveIsTouched() throws StepException {
    claim(true, drive);
    assertTrue(machine.exists(UNIT));
    Plan plan = plan(false, drive);
    assertEquals(
        List.of(
            Step.Run.of("systemctl", "disable", "luciola-claim-0000:65:00.0.service"),
            new Step.DeleteFile(UNIT),
            Step.Run.of("systemctl", "daemon-reload")),
        plan.steps().subList(0, 3));
    run(plan);
    assertFalse(machine.exists(UNIT));
    assertEquals("nvme", machine.driverOf(drive));
  }

  @Test
  void theUnitOfADriveThatIsGoneIsRemovedAllTheSame() throws StepException {
    claim(true, drive);
    machine.remove("/sys/bus/pci/devices/0000:65:00.0");
    machine.remove("/run/systemd/system");
    Plan plan = plan(false, drive);
    assertEquals(List.of(new Step.DeleteFile(UNIT)), plan.steps());
    run(plan);
    assertFalse(machine.exists(UNIT));
  }

  @Test
  void whatTheKernelHasAlreadyOnlyLosesItsOverride() {
    Plan plan = plan(false, drive);
    assertEquals(List.of(), plan.steps());
    assertTrue(plan.notes().getFirst().contains("already has the kernel's driver"));
    machine.put("/sys/bus/pci/devices/0000:65:00.0/driver_override", "vfio-pci\n");
    assertEquals(
        List.of(new Step.WriteAttribute("/sys/bus/pci/devices/0000:65:00.0/driver_override", "")),
        plan(false, drive).steps());
  }

  @Test
  void aDriveThatAProcessDrivesIsNotTakenFromIt() throws StepException {
    claim(false, drive);
    machine.process(80, "java", "java io.luciola.cluster.cli.Luciola", "/dev/vfio/12");
    Plan plan = plan(false, drive);
    assertEquals(1, plan.refusals().size());
    assertTrue(plan.refusals().getFirst().contains("process 80 (java)"), plan.toString());
  }

  @Test
  void hugePagesGoBackOnlyWhenAskedForAndOnlyThoseNobodyUses() throws StepException {
    PciAddress other = machine.nvme("0000:66:00.0", 1, "13");
    claim(false, drive, other);
    machine.hugePages(128, 100);
    machine.put(HUGE + "resv_hugepages", "30\n");
    Plan plan = plan(true, drive);
    assertEquals(new Step.WriteAttribute(HUGE + "nr_hugepages", "58"), plan.steps().getLast());
    assertTrue(plan.notes().getFirst().contains("0000:66:00.0"), plan.notes().toString());
    machine.put(HUGE + "free_hugepages", "30\n");
    assertFalse(plan(true, drive).steps().toString().contains("nr_hugepages"));
  }

  @Test
  void addressesThatAreNoNvmeControllersAreRefused() {
    machine.pciDevice("0000:00:1f.0", "0x020000", null);
    for (String bdf : List.of("0000:00:1f.0", "0000:aa:00.0")) {
      Plan plan = plan(false, new PciAddress(bdf));
      assertEquals(1, plan.refusals().size());
      assertTrue(plan.refusals().getFirst().contains(bdf));
    }
  }
}
