package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Plans how NVMe controllers go back to the kernel's driver. Only reads. */
public final class ReleasePlanner {

  private final PciBus pci;
  private final DriveInventory inventory;
  private final HugePages hugePages;
  private final BootUnit bootUnit;

  /** A planner for a machine. */
  public ReleasePlanner(SystemFiles files) {
    this.pci = new PciBus(files);
    this.inventory = new DriveInventory(files);
    this.hugePages = new HugePages(files);
    this.bootUnit = new BootUnit(files);
  }

  /** Plans a release; a drive that was taken out of the machine still loses its unit. */
  public Plan plan(ReleaseRequest request) {
    List<Step> steps = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<Drive> drives = inventory.drives();
    List<Step> rebinding = new ArrayList<>();
    for (PciAddress address : request.addresses()) {
      Optional<PciFunction> function = pci.function(address);
      boolean persistent = bootUnit.exists(address);
      if (function.isEmpty() && persistent) {
        notes.add("There is no PCI device " + address + " now; only its unit is removed.");
      } else if (function.isEmpty()) {
        refusals.add(NvmeOnly.absent(address));
      } else if (!function.get().isNvme()) {
        refusals.add(NvmeOnly.foreign(function.get()));
      } else {
        giveBack(function.get(), drives, rebinding, refusals, notes);
      }
      // First of all: if something fails, the next boot does not claim the drive again.
      bootUnit.remove(address, steps);
    }
    boolean binds = rebinding.stream().anyMatch(Step.ExpectDriver.class::isInstance);
    if (binds && !pci.hasDriver(Rebinding.KERNEL_DRIVER)) {
      steps.add(Step.Run.of("modprobe", Rebinding.KERNEL_DRIVER));
    }
    steps.addAll(rebinding);
    if (request.hugePages()) {
      hugePages.giveBack(steps);
      noteOtherClaims(request, drives, notes);
    }
    return new Plan(steps, refusals, notes);
  }

  private static void giveBack(
      PciFunction function,
      List<Drive> drives,
      List<Step> steps,
      List<String> refusals,
      List<String> notes) {
    if (function.driver().equals(Rebinding.KERNEL_DRIVER)) {
      notes.add(function.address() + " already has the kernel's driver nvme.");
      if (!function.driverOverride().isEmpty()) {
        steps.add(Rebinding.clearOverride(function.address()));
      }
      return;
    }
    drives.stream()
        .filter(drive -> drive.address().equals(function.address().text()))
        .flatMap(drive -> drive.holders().stream())
        .forEach(
            holder ->
                refusals.add(
                    function.address()
                        + " is in use: "
                        + holder.describe()
                        + " ("
                        + holder.remedy()
                        + ")."));
    steps.addAll(Rebinding.toKernel(function));
  }

  private static void noteOtherClaims(
      ReleaseRequest request, List<Drive> drives, List<String> notes) {
    String others =
        drives.stream()
            .filter(Drive::isClaimed)
            .map(Drive::address)
            .filter(text -> request.addresses().stream().noneMatch(a -> a.text().equals(text)))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      notes.add("Processes that drive " + others + " will need huge pages, too.");
    }
  }
}
