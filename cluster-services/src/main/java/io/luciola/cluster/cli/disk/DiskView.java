package io.luciola.cluster.cli.disk;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.disk.Drive;
import io.luciola.cluster.disk.Holder;
import io.luciola.cluster.disk.HugePages;
import io.luciola.cluster.disk.MemoryLock;
import io.luciola.cluster.disk.Plan;
import io.luciola.cluster.disk.ShellText;
import io.luciola.cluster.disk.Volume;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints drives. */
final class DiskView {

  private static final String UNKNOWN = "-";

  private DiskView() {}

  /** A drive in JSON; what is not known is null. */
  private record DriveEntry(
      String address,
      List<String> devices,
      @Nullable Long sizeBytes,
      @Nullable String model,
      @Nullable String serial,
      String driver,
      @Nullable Integer numaNode,
      @Nullable String iommuGroup,
      List<HolderEntry> holders) {
    static DriveEntry of(Drive drive) {
      return new DriveEntry(
          drive.address(),
          drive.volumes().stream().map(Volume::path).toList(),
          drive.volumes().isEmpty() ? null : drive.sizeBytes(),
          drive.model(),
          drive.serial(),
          drive.driver(),
          drive.numaNode() < 0 ? null : drive.numaNode(),
          drive.iommuGroup(),
          drive.holders().stream().map(HolderEntry::of).toList());
    }
  }

  private record HolderEntry(String kind, String device, String by, String text) {
    static HolderEntry of(Holder holder) {
      return new HolderEntry(
          holder.kind().name().toLowerCase(Locale.ROOT),
          holder.device(),
          holder.by(),
          holder.describe());
    }
  }

  static void printJson(List<Drive> drives, PrintWriter out) {
    out.println(JsonText.of(drives.stream().map(DriveEntry::of).toList()));
  }

  /** A line for each drive, and one more for each further thing that holds it. */
  static void printTable(List<Drive> drives, PrintWriter out) {
    String line = "%-13s  %-14s  %9s  %-24s  %-20s  %-15s  %4s  %5s  %s%n";
    out.printf(
        line, "ADDRESS", "DEVICE", "SIZE", "MODEL", "SERIAL", "DRIVER", "NUMA", "IOMMU", "HELD");
    for (Drive drive : drives) {
      List<Holder> holders = drive.holders();
      out.printf(
          line,
          drive.address(),
          orUnknown(volumes(drive)),
          size(drive),
          orUnknown(drive.model()),
          orUnknown(drive.serial()),
          drive.driver(),
          node(drive),
          orUnknown(drive.iommuGroup()),
          holders.isEmpty() ? UNKNOWN : holders.getFirst().describe());
      for (Holder more : holders.subList(Math.min(1, holders.size()), holders.size())) {
        out.printf(line, "", "", "", "", "", "", "", "", more.describe());
      }
    }
    if (drives.isEmpty()) {
      out.println("This machine has no drives.");
    }
    out.flush();
  }

  static void printDrive(Drive drive, PrintWriter out) {
    row(out, "drive", drive.address());
    row(out, "model", orUnknown(drive.model()));
    row(out, "serial", orUnknown(drive.serial()));
    row(out, "firmware", orUnknown(drive.firmware()));
    if (drive.pci() != null) {
      row(out, "PCI", drive.pci().ids() + ", class " + drive.pci().deviceClass());
    }
    row(out, "driver", drive.driver());
    if (drive.pci() != null && !drive.pci().driverOverride().isEmpty()) {
      row(out, "driver kept to", drive.pci().driverOverride());
    }
    row(out, "NUMA node", node(drive));
    row(out, "IOMMU group", orUnknown(drive.iommuGroup()));
    for (Volume volume : drive.volumes()) {
      row(
          out,
          "device",
          volume.path()
              + ", "
              + ByteSize.approximate(volume.sizeBytes())
              + ", sectors of "
              + volume.sectorBytes()
              + " bytes");
    }
    drive.holders().forEach(holder -> row(out, "held", holder.describe()));
  }

  static void printMemory(HugePages hugePages, MemoryLock memoryLock, PrintWriter out) {
    row(
        out,
        "huge pages",
        hugePages
            .total()
            .map(total -> total + " of 2 MiB, " + hugePages.free() + " free")
            .orElse("this kernel has none of 2 MiB"));
    row(out, "mounted on", hugePages.mountPoint().orElse("not mounted"));
    row(
        out,
        "memory lock",
        memoryLock
            .limitBytes()
            .map(bytes -> bytes == Long.MAX_VALUE ? "unlimited" : ByteSize.approximate(bytes))
            .orElse(UNKNOWN));
  }

  /** What claiming would do and what stands against it. */
  static void printClaim(Plan plan, PrintWriter out) {
    out.println();
    if (plan.isRefused()) {
      out.println("'luciola disk claim' would refuse it:");
      plan.refusals().forEach(refusal -> out.println("  " + refusal));
    } else if (plan.steps().isEmpty()) {
      out.println("'luciola disk claim' would have nothing to do.");
    } else {
      out.println("'luciola disk claim' would do:");
      plan.steps().forEach(step -> out.println("  " + ShellText.of(step)));
    }
    plan.notes().forEach(note -> out.println("  " + note));
    out.flush();
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-15s %s%n", name, value);
  }

  private static String volumes(Drive drive) {
    return drive.volumes().stream().map(Volume::path).collect(Collectors.joining(","));
  }

  private static String size(Drive drive) {
    return drive.volumes().isEmpty() ? UNKNOWN : ByteSize.approximate(drive.sizeBytes());
  }

  private static String node(Drive drive) {
    return drive.numaNode() < 0 ? UNKNOWN : Integer.toString(drive.numaNode());
  }

  private static String orUnknown(@Nullable String text) {
    return text == null || text.isEmpty() ? UNKNOWN : text;
  }
}
