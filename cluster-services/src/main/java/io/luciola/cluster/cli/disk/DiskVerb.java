package io.luciola.cluster.cli.disk;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.disk.Administrator;
import io.luciola.cluster.disk.ClaimPlanner;
import io.luciola.cluster.disk.ClaimRequest;
import io.luciola.cluster.disk.Commands;
import io.luciola.cluster.disk.Drive;
import io.luciola.cluster.disk.DriveInventory;
import io.luciola.cluster.disk.HugePages;
import io.luciola.cluster.disk.Launcher;
import io.luciola.cluster.disk.MemoryLock;
import io.luciola.cluster.disk.PciAddress;
import io.luciola.cluster.disk.Plan;
import io.luciola.cluster.disk.PlanRunner;
import io.luciola.cluster.disk.ReleasePlanner;
import io.luciola.cluster.disk.ReleaseRequest;
import io.luciola.cluster.disk.ShellText;
import io.luciola.cluster.disk.Step;
import io.luciola.cluster.disk.StepException;
import io.luciola.cluster.disk.SystemFiles;
import io.luciola.cluster.disk.UserSpaceDriver;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code luciola disk}: shows a machine's drives, and takes NVMe drives from the kernel. */
@Command(
    name = "disk",
    description = "Shows this machine's drives; claims NVMe drives for SPDK and releases them.",
    mixinStandardHelpOptions = true)
public final class DiskVerb {

  private final SystemFiles files;
  private final Commands commands;
  private final Optional<Launcher> launcher;

  @Spec private CommandSpec spec;

  /**
   * The verb on a machine.
   *
   * @param launcher what claims at boot; empty where it is not known
   */
  public DiskVerb(SystemFiles files, Commands commands, Optional<Launcher> launcher) {
    this.files = files;
    this.commands = commands;
    this.launcher = launcher;
  }

  @Command(
      name = "list",
      description = "Shows all drives, their drivers, and what holds them. Changes nothing.",
      mixinStandardHelpOptions = true)
  int list(@Option(names = "--json", description = "For programs.") boolean json) {
    List<Drive> drives = new DriveInventory(files).drives();
    if (json) {
      DiskView.printJson(drives, out());
    } else {
      DiskView.printTable(drives, out());
      warnUnlessRoot();
    }
    return 0;
  }

  @Command(
      name = "info",
      description = {
        "Shows all that is known of a drive, what claiming it would do and what stands against it.",
        "Changes nothing."
      },
      mixinStandardHelpOptions = true)
  int info(
      @Parameters(
              paramLabel = "DRIVE",
              description = "PCI address such as 0000:65:00.0, or a path in /dev.")
          String name) {
    Drive drive =
        new DriveInventory(files)
            .find(name)
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "there is no drive " + name + "; 'luciola disk list' shows them"));
    DiskView.printDrive(drive, out());
    DiskView.printMemory(new HugePages(files), new MemoryLock(files), out());
    Optional<PciAddress> address = PciAddress.parse(drive.address());
    if (address.isEmpty()) {
      out().println();
      out().println("Only NVMe controllers on the PCI bus can be claimed; in a storage node's");
      out().println("configuration this disk is uring:" + drive.address());
    } else {
      ClaimPlanner planner = new ClaimPlanner(files, launcher);
      DiskView.printClaim(planner.plan(ClaimRequest.of(address.get())), out());
    }
    warnUnlessRoot();
    return 0;
  }

  @Command(
      name = "claim",
      description = {
        "Takes NVMe drives from the kernel, so that a storage node can drive them through SPDK.",
        "Loads the driver's module, reserves and mounts huge pages, binds the drives, and prints"
            + " each step as a shell command. Nothing on the drives is changed. Refuses a drive"
            + " that is in use, and says by what.",
        "Exit codes: 0 done, 1 failed on the way, 2 refused or wrong command line."
      },
      mixinStandardHelpOptions = true)
  int claim(
      @Parameters(paramLabel = "BDF", arity = "1..*", description = "PCI addresses.")
          List<String> names,
      @Option(
              names = "--driver",
              paramLabel = "NAME",
              description =
                  "vfio-pci or uio_pci_generic (default: vfio-pci where the drive has an IOMMU"
                      + " group, else uio_pci_generic).")
          @Nullable String driver,
      @Option(
              names = "--huge-pages-mib",
              paramLabel = "N",
              defaultValue = "" + ClaimRequest.DEFAULT_HUGE_PAGES_MIB,
              description =
                  "Memory in huge pages that the machine must have at least, for all its drives;"
                      + " 0 leaves it as it is (default: ${DEFAULT-VALUE}).")
          long hugePagesMib,
      @Option(
              names = "--user",
              paramLabel = "NAME",
              description = "Who may use the drives beside root; needs vfio-pci.")
          @Nullable String user,
      @Option(
              names = "--persist",
              description = "Claim them again at every boot, by a unit of systemd.")
          boolean persist,
      @Option(
              names = "--serial",
              paramLabel = "TEXT",
              description = "Refuse the drive if it has another serial number.")
          @Nullable String serial,
      @Option(
              names = "--force",
              description =
                  "Given twice: take drives that are in use, too, but never one that is mounted"
                      + " or has the root file system.")
          boolean[] force,
      @Option(
              names = "--dry-run",
              description = "Print every step as it would be done, and do nothing.")
          boolean dryRun) {
    ClaimRequest request;
    try {
      request =
          new ClaimRequest(
              addresses(names),
              driver == null ? null : driver(driver),
              hugePagesMib,
              user,
              persist,
              force != null && force.length >= 2,
              serial);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
    requireRoot("claim", dryRun);
    carryOut(new ClaimPlanner(files, launcher).plan(request), dryRun);
    if (!dryRun) {
      for (PciAddress address : request.addresses()) {
        out().printf("claimed %s: in a storage node's disks it is spdk:%1$s%n", address);
      }
    }
    return 0;
  }

  @Command(
      name = "release",
      description = {
        "Gives NVMe drives back to the kernel's nvme driver, also at the next boots.",
        "Exit codes: 0 done, 1 failed on the way, 2 refused or wrong command line."
      },
      mixinStandardHelpOptions = true)
  int release(
      @Parameters(paramLabel = "BDF", arity = "1..*", description = "PCI addresses.")
          List<String> names,
      @Option(
              names = "--huge-pages",
              description = "Give back the huge pages that no process uses, too.")
          boolean hugePages,
      @Option(
              names = "--dry-run",
              description = "Print every step as it would be done, and do nothing.")
          boolean dryRun) {
    ReleaseRequest request = new ReleaseRequest(addresses(names), hugePages);
    requireRoot("release", dryRun);
    carryOut(new ReleasePlanner(files).plan(request), dryRun);
    if (!dryRun) {
      request.addresses().forEach(address -> out().printf("released %s%n", address));
    }
    return 0;
  }

  private void carryOut(Plan plan, boolean dryRun) {
    plan.notes().forEach(note -> err().println("luciola: " + note));
    if (plan.isRefused()) {
      throw CommandFailure.usage("nothing was done:\n  " + String.join("\n  ", plan.refusals()));
    }
    if (dryRun) {
      plan.steps().forEach(this::print);
      return;
    }
    try {
      new PlanRunner(files, commands).run(plan, this::print);
    } catch (StepException failure) {
      throw CommandFailure.failed(failure.getMessage());
    }
  }

  private void print(Step step) {
    out().println(ShellText.of(step));
  }

  private void requireRoot(String verb, boolean dryRun) {
    if (dryRun) {
      warnUnlessRoot();
    } else if (!Administrator.isRoot(files)) {
      throw CommandFailure.usage(
          "only root may "
              + verb
              + " drives: run it with sudo. Nothing was done; --dry-run shows the steps.");
    }
  }

  private void warnUnlessRoot() {
    if (!Administrator.isRoot(files)) {
      err()
          .println("luciola: not root, so processes of other users that hold a drive are not seen");
    }
  }

  private static List<PciAddress> addresses(List<String> names) {
    return names.stream()
        .map(
            name ->
                PciAddress.parse(name)
                    .orElseThrow(
                        () ->
                            CommandFailure.usage(
                                "'"
                                    + name
                                    + "' is no PCI address such as 0000:65:00.0; 'luciola disk"
                                    + " list' shows those of the NVMe drives")))
        .toList();
  }

  private static UserSpaceDriver driver(String name) {
    return UserSpaceDriver.of(name)
        .orElseThrow(
            () -> CommandFailure.usage("--driver " + name + ": it is vfio-pci or uio_pci_generic"));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
