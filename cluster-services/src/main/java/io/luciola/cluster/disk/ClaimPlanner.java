package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Plans how NVMe controllers are taken from the kernel's driver. Only reads.
 *
 * <p>What can fail for all drives alike (user, modules, memory) comes before the first drive is
 * touched; and if one drive is refused, so is the whole plan.
 */
public final class ClaimPlanner {

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");

  // Drivers that do no DMA of their own, so that vfio shares a group with them.
  private static final Set<String> HARMLESS =
      Set.of(PciFunction.NO_DRIVER, UserSpaceDriver.VFIO_PCI.label(), "pci-stub", "pcieport");

  private final SystemFiles files;
  private final PciBus pci;
  private final DriveInventory inventory;
  private final HugePages hugePages;
  private final MemoryLock memoryLock;
  private final BootUnit bootUnit;
  private final Optional<Launcher> launcher;

  /**
   * A planner for a machine.
   *
   * @param launcher what a persistent claim runs; empty where persistent claims are refused
   */
  public ClaimPlanner(SystemFiles files, Optional<Launcher> launcher) {
    this.files = files;
    this.pci = new PciBus(files);
    this.inventory = new DriveInventory(files);
    this.hugePages = new HugePages(files);
    this.memoryLock = new MemoryLock(files);
    this.bootUnit = new BootUnit(files);
    this.launcher = launcher;
  }

  /** Plans a claim. */
  public Plan plan(ClaimRequest request) {
    List<Step> steps = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<Target> targets = targets(request, refusals);
    if (request.user() != null) {
      checkUser(request.user(), targets, steps, refusals, notes);
    }
    loadModules(targets, steps);
    if (request.hugePagesMib() > 0) {
      hugePages.reserve(request.hugePagesMib(), steps, refusals);
      hugePages.mount(request.user() != null, steps);
    }
    for (Target target : targets) {
      check(target, request, refusals, notes);
      bind(target, steps, notes);
    }
    giveGroups(targets, request, steps);
    if (request.persist()) {
      persist(targets, request, steps, refusals);
    }
    return new Plan(steps, refusals, notes);
  }

  /** A controller and the driver that it is to have. */
  private record Target(Drive drive, PciFunction function, UserSpaceDriver driver) {
    PciAddress address() {
      return function.address();
    }

    boolean isBound() {
      return function.driver().equals(driver.label());
    }
  }

  private List<Target> targets(ClaimRequest request, List<String> refusals) {
    List<Target> targets = new ArrayList<>();
    List<Drive> drives = inventory.drives();
    for (PciAddress address : request.addresses()) {
      Optional<PciFunction> function = pci.function(address);
      Optional<Drive> drive =
          drives.stream().filter(known -> known.address().equals(address.text())).findAny();
      if (function.isEmpty()) {
        refusals.add(NvmeOnly.absent(address));
      } else if (drive.isEmpty()) {
        refusals.add(NvmeOnly.foreign(function.get()));
      } else {
        targets.add(new Target(drive.get(), function.get(), driverFor(function.get(), request)));
      }
    }
    return targets;
  }

  private static UserSpaceDriver driverFor(PciFunction function, ClaimRequest request) {
    if (request.driver() != null) {
      return request.driver();
    }
    return function.iommuGroup() == null
        ? UserSpaceDriver.UIO_PCI_GENERIC
        : UserSpaceDriver.VFIO_PCI;
  }

  private void checkUser(
      String user,
      List<Target> targets,
      List<Step> steps,
      List<String> refusals,
      List<String> notes) {
    if (!USER.matcher(user).matches()) {
      refusals.add("'" + user + "' is no user's name.");
    }
    steps.add(Step.Run.of("id", user));
    for (Target target : targets) {
      if (target.driver() == UserSpaceDriver.UIO_PCI_GENERIC) {
        refusals.add(
            target.address()
                + " would be driven through uio_pci_generic, which works for root alone: leave"
                + " --user out, or turn the IOMMU on and use vfio-pci.");
      }
    }
    String limit =
        memoryLock
            .limitBytes()
            .map(bytes -> bytes == Long.MAX_VALUE ? "unlimited" : (bytes >> 10) + " KiB")
            .orElse("unknown");
    notes.add(
        "Processes of "
            + user
            + " must be allowed to lock their memory (the limit of this shell: "
            + limit
            + "): LimitMEMLOCK=infinity in their unit, or '"
            + user
            + " - memlock unlimited' in /etc/security/limits.d.");
  }

  private void loadModules(List<Target> targets, List<Step> steps) {
    Set<String> modules = new LinkedHashSet<>();
    for (Target target : targets) {
      modules.addAll(target.driver().modules());
    }
    modules.removeIf(pci::hasModule);
    modules.forEach(module -> steps.add(Step.Run.of("modprobe", module)));
  }

  private void check(
      Target target, ClaimRequest request, List<String> refusals, List<String> notes) {
    checkSerial(target, request, refusals);
    if (!target.isBound()) {
      for (Holder holder : target.drive().holders()) {
        checkHolder(target, holder, request.forced(), refusals, notes);
      }
    }
    if (target.driver() == UserSpaceDriver.VFIO_PCI) {
      checkGroup(target, request, refusals);
    } else {
      noteTranslation(target, notes);
    }
  }

  private static void checkSerial(Target target, ClaimRequest request, List<String> refusals) {
    String serial = target.drive().serial();
    if (request.serial() == null || request.serial().equals(serial)) {
      return;
    }
    if (serial != null) {
      refusals.add(
          target.address()
              + " has serial number "
              + serial
              + ", not "
              + request.serial()
              + ": it is another drive ('luciola disk list' shows where that one is).");
    } else if (!target.isBound()) {
      refusals.add(
          target.address()
              + " does not tell its serial number without the kernel's nvme driver, so it may be"
              + " another drive than "
              + request.serial()
              + ".");
    }
  }

  private static void checkHolder(
      Target target, Holder holder, boolean forced, List<String> refusals, List<String> notes) {
    String fact = target.address() + " is in use: " + holder.describe();
    if (holder.isAbsolute()) {
      refusals.add(fact + ", which no --force overrules (" + holder.remedy() + ").");
    } else if (forced) {
      notes.add(fact + "; taken all the same, as --force --force says.");
    } else {
      refusals.add(fact + " (" + holder.remedy() + "; or --force --force).");
    }
  }

  private void checkGroup(Target target, ClaimRequest request, List<String> refusals) {
    String group = target.function().iommuGroup();
    if (group == null) {
      refusals.add(
          target.address()
              + " is in no IOMMU group, which vfio-pci needs: turn the IOMMU on (in the firmware,"
              + " and intel_iommu=on on the kernel's command line on Intel), or use --driver"
              + " uio_pci_generic.");
      return;
    }
    for (PciFunction other : pci.iommuGroup(group)) {
      if (!HARMLESS.contains(other.driver()) && !request.addresses().contains(other.address())) {
        refusals.add(
            target.address()
                + " shares IOMMU group "
                + group
                + " with "
                + other.address()
                + ", which "
                + other.driver()
                + " drives; vfio-pci takes whole groups. "
                + (other.isNvme() ? "Claim both together" : "Unbind that one")
                + ", or use --driver uio_pci_generic.");
      }
    }
  }

  private void noteTranslation(Target target, List<String> notes) {
    String group = target.function().iommuGroup();
    Optional<String> type = group == null ? Optional.empty() : pci.iommuGroupType(group);
    if (type.filter(text -> text.startsWith("DMA")).isPresent()) {
      notes.add(
          target.address()
              + " is behind an IOMMU that translates ("
              + type.get()
              + "); uio_pci_generic works with physical addresses, so its transfers will fault."
              + " Use vfio-pci, or boot with iommu=pt.");
    }
  }

  private static void bind(Target target, List<Step> steps, List<String> notes) {
    if (target.isBound()) {
      notes.add(target.address() + " already has the driver " + target.driver() + ".");
      return;
    }
    for (Holder holder : target.drive().holders()) {
      if (holder.kind() == Holder.Kind.SWAP) {
        steps.add(Step.Run.of("swapoff", holder.device()));
      }
    }
    steps.addAll(Rebinding.to(target.driver().label(), target.function()));
  }

  private void giveGroups(List<Target> targets, ClaimRequest request, List<Step> steps) {
    if (request.user() == null) {
      return;
    }
    if (files.exists("/run/udev/control")) {
      // It may still be about to set the owner of the new files itself.
      steps.add(Step.Run.of("udevadm", "settle", "--timeout=30"));
    }
    targets.stream()
        .map(target -> target.function().iommuGroup())
        .filter(Objects::nonNull)
        .distinct()
        .forEach(group -> steps.add(Step.Run.of("chown", request.user(), "/dev/vfio/" + group)));
  }

  private void persist(
      List<Target> targets, ClaimRequest request, List<Step> steps, List<String> refusals) {
    if (!bootUnit.isPossible()) {
      refusals.add(
          "--persist writes a unit for systemd, which does not run this machine: call"
              + " 'luciola disk claim' from its own start scripts instead.");
      return;
    }
    if (launcher.isEmpty()) {
      refusals.add("--persist does not know where luciola is: start it with its launcher.");
      return;
    }
    for (Target target : targets) {
      String serial = target.drive().serial();
      if (serial == null) {
        refusals.add(
            "--persist notes the serial number of "
                + target.address()
                + ", which only the kernel's nvme driver tells: 'luciola disk release "
                + target.address()
                + "' first.");
      } else {
        bootUnit.add(target.address(), target.driver(), serial, request, launcher.get(), steps);
      }
    }
  }
}
