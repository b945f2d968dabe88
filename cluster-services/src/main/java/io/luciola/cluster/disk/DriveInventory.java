package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The drives of a machine: NVMe controllers on the PCI bus and the kernel's other disks. Only
 * reads; every call looks anew. Processes of other users are seen by root only.
 */
public final class DriveInventory {

  private static final String BLOCK = "/sys/class/block/";
  private static final int SECTOR_BYTES = 512; // the unit of "size", whatever the disk's own is

  private static final Pattern NAMESPACE = Pattern.compile("nvme\\d+n\\d+");

  // One of several ways to a namespace; the block device is named after the subsystem alone.
  private static final Pattern NAMESPACE_PATH = Pattern.compile("(nvme\\d+)c\\d+(n\\d+)");

  private final SystemFiles files;
  private final PciBus pci;

  /** The drives that a machine's files show. */
  public DriveInventory(SystemFiles files) {
    this.files = files;
    this.pci = new PciBus(files);
  }

  /** All drives, NVMe controllers first. */
  public List<Drive> drives() {
    HolderSearch search = new HolderSearch(files);
    List<Drive> drives = new ArrayList<>();
    Set<String> namespaces = new HashSet<>();
    for (PciFunction function : pci.nvmeControllers()) {
      Drive drive = controller(function, search);
      drives.add(drive);
      drive.volumes().forEach(volume -> namespaces.add(volume.name()));
    }
    for (String name : files.names("/sys/block")) {
      // What has no device of its own lies on another disk, or in memory.
      if (files.exists(BLOCK + name + "/device") && !namespaces.contains(name)) {
        if (!NAMESPACE_PATH.matcher(name).matches()) {
          drives.add(disk(name, search));
        }
      }
    }
    return List.copyOf(drives);
  }

  /**
   * The drive of a name: a PCI address, or a path of a controller, a disk, a partition or a link to
   * one of them.
   */
  public Optional<Drive> find(String text) {
    Optional<PciAddress> address = PciAddress.parse(text);
    if (address.isPresent()) {
      return drives().stream().filter(d -> d.address().equals(address.get().text())).findAny();
    }
    if (!text.startsWith("/")) {
      return Optional.empty();
    }
    String real = files.realPath(text);
    String name = real.substring(real.lastIndexOf('/') + 1);
    String disk = files.exists(BLOCK + name + "/partition") ? parent(name) : name;
    return drives().stream()
        .filter(
            drive ->
                disk.equals(drive.controller())
                    || drive.volumes().stream().anyMatch(volume -> volume.name().equals(disk)))
        .findAny();
  }

  private Drive controller(PciFunction function, HolderSearch search) {
    String directory = function.address().directory() + "/nvme";
    String controller = files.names(directory).stream().findFirst().orElse(null);
    List<Volume> volumes = new ArrayList<>();
    Set<Holder> holders = new LinkedHashSet<>(search.ofUserSpace(function));
    if (controller != null) {
      for (String entry : files.names(directory + "/" + controller)) {
        namespace(entry).filter(name -> files.exists(BLOCK + name)).map(this::volume).stream()
            .filter(volume -> !volumes.contains(volume))
            .forEach(volumes::add);
      }
    }
    volumes.forEach(volume -> holders.addAll(search.ofBlockDevice(volume.name())));
    return new Drive(
        function.address().text(),
        function,
        controller,
        List.copyOf(volumes),
        text(directory + "/" + controller + "/model"),
        text(directory + "/" + controller + "/serial"),
        text(directory + "/" + controller + "/firmware_rev"),
        function.driver(),
        function.numaNode(),
        function.iommuGroup(),
        List.copyOf(holders));
  }

  private static Optional<String> namespace(String entry) {
    Matcher path = NAMESPACE_PATH.matcher(entry);
    if (path.matches()) {
      return Optional.of(path.group(1) + path.group(2));
    }
    return Optional.of(entry).filter(name -> NAMESPACE.matcher(name).matches());
  }

  private Drive disk(String name, HolderSearch search) {
    String device = BLOCK + name + "/device";
    String serial = text(device + "/serial");
    return new Drive(
        "/dev/" + name,
        null,
        null,
        List.of(volume(name)),
        text(device + "/model"),
        serial == null ? text(BLOCK + name + "/serial") : serial,
        text(device + "/firmware_rev"),
        diskDriver(device),
        upwards(device, "numa_node").flatMap(files::number).orElse(-1L).intValue(),
        upwards(device, "iommu_group").flatMap(files::linkName).orElse(null),
        search.ofBlockDevice(name));
  }

  private String diskDriver(String device) {
    return files
        .linkName(device + "/driver")
        .or(() -> files.attribute(device + "/transport").map(transport -> "nvme-" + transport))
        .orElse(PciFunction.NO_DRIVER);
  }

  /** The nearest attribute of this name, at the device or at what it is attached to. */
  private Optional<String> upwards(String device, String attribute) {
    for (String at = files.realPath(device);
        at.startsWith("/sys/devices/");
        at = at.substring(0, at.lastIndexOf('/'))) {
      if (files.exists(at + "/" + attribute)) {
        return Optional.of(at + "/" + attribute);
      }
    }
    return Optional.empty();
  }

  private Volume volume(String name) {
    return new Volume(
        name,
        files.number(BLOCK + name + "/size").orElse(0L) * SECTOR_BYTES,
        files
            .number(BLOCK + name + "/queue/logical_block_size")
            .orElse((long) SECTOR_BYTES)
            .intValue());
  }

  private String parent(String partition) {
    String[] path = files.realPath(BLOCK + partition).split("/", -1);
    return path[path.length - 2];
  }

  private @Nullable String text(String path) {
    return files.attribute(path).filter(text -> !text.isEmpty()).orElse(null);
  }
}
