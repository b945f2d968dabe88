package io.luciola.cluster.disk;

import io.luciola.cluster.disk.Holder.Kind;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what holds a drive, through partitions, RAID and device mapper up to what is mounted.
 *
 * <p>The tables are read once, when it is made: a picture of one moment.
 */
final class HolderSearch {

  private static final String BLOCK = "/sys/class/block/";
  private static final String NVME = "nvme";

  private final SystemFiles files;
  private final OpenFiles openFiles;
  private final RaidArrays raidArrays;
  private final List<MountedName> mounts;
  private final Set<String> swaps = new HashSet<>();

  /**
   * A mount by its block device: the number, the name or, for btrfs, the name of one of several.
   */
  private record MountedName(String number, String name, String point) {}

  HolderSearch(SystemFiles files) {
    this.files = files;
    this.openFiles = new OpenFiles(files);
    this.raidArrays = new RaidArrays(files);
    this.mounts =
        new MountTable(files)
            .all().stream()
                .map(
                    mount ->
                        new MountedName(
                            mount.deviceNumber(), sourceName(mount.source()), mount.point()))
                .toList();
    List<String> table = files.table("/proc/swaps");
    for (String line : table.subList(Math.min(1, table.size()), table.size())) {
      swaps.add(sourceName(EscapedPath.decode(line.split("\\s", 2)[0])));
    }
  }

  /** What holds a block device, what is on it, and what is on top of it. */
  List<Holder> ofBlockDevice(String name) {
    Set<Holder> found = new LinkedHashSet<>();
    climb(name, found, new HashSet<>());
    boolean idle =
        found.stream().allMatch(h -> h.kind() == Kind.PARTITION || h.kind() == Kind.CONTENT);
    if (idle && files.isHeldExclusively("/dev/" + name)) {
      found.add(new Holder(Kind.EXCLUSIVE, "/dev/" + name, "somebody who does not show"));
    }
    return List.copyOf(found);
  }

  /** The processes that drive a PCI device themselves. */
  List<Holder> ofUserSpace(PciFunction function) {
    Set<String> handles = new LinkedHashSet<>();
    handles.add(OpenFiles.SPDK_LOCK + function.address());
    String directory = function.address().directory();
    files.names(directory + "/uio").forEach(uio -> handles.add("/dev/" + uio));
    files.names(directory + "/vfio-dev").forEach(vfio -> handles.add("/dev/vfio/devices/" + vfio));
    if (function.driver().equals(UserSpaceDriver.VFIO_PCI.label())) {
      handles.add("/dev/vfio/" + function.iommuGroup());
    }
    Set<Holder> found = new LinkedHashSet<>();
    for (String handle : handles) {
      for (OpenFiles.Owner process : openFiles.of(handle)) {
        found.add(new Holder(Kind.USER_SPACE, function.address().text(), process.toString()));
      }
    }
    return List.copyOf(found);
  }

  private void climb(String name, Set<Holder> found, Set<String> visited) {
    if (!visited.add(name)) {
      return;
    }
    addUses(name, found);
    for (String entry : files.names(BLOCK + name)) {
      if (files.exists(BLOCK + name + "/" + entry + "/partition")) {
        found.add(new Holder(Kind.PARTITION, "/dev/" + entry, "/dev/" + name));
        climb(entry, found, visited);
      }
    }
    for (String upper : uppers(name)) {
      found.add(new Holder(kindOf(upper), "/dev/" + name, label(upper)));
      climb(upper, found, visited);
    }
  }

  private void addUses(String name, Set<Holder> found) {
    String path = displayPath(name);
    int before = found.size();
    Set<String> points = new LinkedHashSet<>();
    String number = files.attribute(BLOCK + name + "/dev").orElse("");
    Set<String> siblings = btrfsSiblings(name);
    for (MountedName mount : mounts) {
      if (mount.number().equals(number) || siblings.contains(mount.name())) {
        points.add(mount.point());
      }
    }
    for (String point : points) {
      found.add(new Holder(point.equals("/") ? Kind.ROOT : Kind.MOUNTED, path, point));
    }
    if (swaps.contains(name)) {
      found.add(new Holder(Kind.SWAP, path, "the kernel"));
    }
    addProcesses("/dev/" + name, path, found);
    if (name.startsWith(NVME)) {
      // The character device beside a namespace, for commands that bypass the block layer.
      addProcesses("/dev/ng" + name.substring(NVME.length()), path, found);
    }
    if (found.size() == before && uppers(name).isEmpty()) {
      signature(number).ifPresent(text -> found.add(new Holder(Kind.CONTENT, path, text)));
    }
  }

  private void addProcesses(String file, String path, Set<Holder> found) {
    for (OpenFiles.Owner process : openFiles.of(file)) {
      Kind kind = process.luciola() ? Kind.LUCIOLA : Kind.PROCESS;
      found.add(new Holder(kind, path, process.toString()));
    }
  }

  /** The devices of the same btrfs, this one among them: a mount names only one of them. */
  private Set<String> btrfsSiblings(String name) {
    Set<String> siblings = new HashSet<>();
    siblings.add(name);
    for (String id : files.names("/sys/fs/btrfs")) {
      List<String> devices = files.names("/sys/fs/btrfs/" + id + "/devices");
      if (devices.contains(name)) {
        siblings.addAll(devices);
      }
    }
    return siblings;
  }

  /** The kernel's name of a device that a table names; empty when it names none. */
  private String sourceName(String source) {
    if (!source.startsWith("/dev/")) {
      return "";
    }
    String real = files.realPath(source);
    return real.substring(real.lastIndexOf('/') + 1);
  }

  /** The block devices directly on top. */
  private Set<String> uppers(String name) {
    Set<String> uppers = new LinkedHashSet<>(files.names(BLOCK + name + "/holders"));
    uppers.addAll(raidArrays.of(name));
    return uppers;
  }

  private Kind kindOf(String upper) {
    if (upper.startsWith("md")) {
      return Kind.RAID;
    }
    return files
        .attribute(BLOCK + upper + "/dm/uuid")
        .map(uuid -> uuid.startsWith("LVM-") ? Kind.LVM : Kind.DEVICE_MAPPER)
        .orElse(Kind.STACKED);
  }

  private String label(String name) {
    return files.attribute(BLOCK + name + "/dm/name").orElse(name);
  }

  private String displayPath(String name) {
    return files
        .attribute(BLOCK + name + "/dm/name")
        .map(mapped -> "/dev/mapper/" + mapped)
        .orElse("/dev/" + name);
  }

  /** What udev recognised on it when it appeared. */
  private Optional<String> signature(String number) {
    String type = null;
    String label = "";
    for (String line : files.table("/run/udev/data/b" + number)) {
      if (line.startsWith("E:ID_FS_TYPE=")) {
        type = line.substring(line.indexOf('=') + 1);
      } else if (line.startsWith("E:ID_FS_LABEL=")) {
        label = " labelled " + line.substring(line.indexOf('=') + 1);
      }
    }
    return type == null || type.isEmpty()
        ? Optional.empty()
        : Optional.of("an unused " + type + label);
  }
}
