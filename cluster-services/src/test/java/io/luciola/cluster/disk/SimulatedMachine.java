package io.luciola.cluster.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files that looks like a machine, and a kernel that reacts to what is written into it.
 *
 * <p>It has the root file system on {@code vda}, systemd, a root user, 4 GiB of available memory,
 * no huge pages and, to begin with, no NVMe drive.
 */
public final class SimulatedMachine extends SystemFiles implements Commands {

  private static final String HUGE = "/sys/kernel/mm/hugepages/hugepages-2048kB/";

  /** Commands that were run, in their order, and lines of the kernel's that were written. */
  public final List<String> commandsRun = new ArrayList<>();

  public final List<String> writes = new ArrayList<>();

  /** What may go wrong. */
  public final Set<String> failingCommands = new HashSet<>();

  public final Set<String> failingWrites = new HashSet<>();
  public final Set<String> driversThatRefuse = new HashSet<>();
  public final Set<String> heldExclusively = new HashSet<>();
  public long hugePagesToBeHad = Long.MAX_VALUE;

  private final Path root;
  private int mounts = 20;

  public SimulatedMachine(Path root) {
    super(root);
    this.root = root;
    put("/proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\n");
    put("/proc/self/mountinfo", "21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n");
    put("/proc/self/limits", limits("8388608"));
    put("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    put("/proc/mdstat", "Personalities : [raid1]\nunused devices: <none>\n");
    put("/proc/meminfo", "MemAvailable:    4194304 kB\nHugepagesize:       2048 kB\n");
    put(HUGE + "nr_hugepages", "0\n");
    put(HUGE + "free_hugepages", "0\n");
    put(HUGE + "resv_hugepages", "0\n");
    put("/sys/bus/pci/drivers_probe", "");
    driver("nvme");
    directory("/sys/block");
    directory("/sys/class/block");
    directory("/run/systemd/system");
    directory("/etc/systemd/system");
    directory("/dev");
    String vda = "/sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda";
    disk(vda, "254:0", 41_943_040);
    put("/sys/devices/pci0000:00/0000:00:02.0/numa_node", "1\n");
    driver("virtio_blk");
    symlink(
        "/sys/devices/pci0000:00/0000:00:02.0/virtio1/driver", "/sys/bus/pci/drivers/virtio_blk");
    symlink(vda + "/device", "/sys/devices/pci0000:00/0000:00:02.0/virtio1");
    put(vda + "/serial", "root-disk\n");
  }

  static String limits(String memoryLock) {
    return "Limit  Soft Limit  Hard Limit  Units\nMax locked memory  %1$s  %1$s  bytes\n"
        .formatted(memoryLock);
  }

  /** An NVMe drive with one namespace, driven by the kernel. */
  public PciAddress nvme(String bdf, int number, @Nullable String iommuGroup) {
    String device = pciDevice(bdf, "0x010802", iommuGroup);
    String controller = device + "/nvme/nvme" + number;
    put(controller + "/model", "Firefly 9000                            \n");
    put(controller + "/serial", "S4EV%03d       %n".formatted(number));
    put(controller + "/firmware_rev", "GXA7\n");
    disk(controller + "/nvme" + number + "n1", "259:" + number * 10, 3_907_029_168L);
    symlink(controller + "/nvme" + number + "n1/device", controller);
    bind(bdf, "nvme");
    return new PciAddress(bdf);
  }

  /** A device of any class, without a driver; answers with its directory. */
  public String pciDevice(String bdf, String deviceClass, @Nullable String iommuGroup) {
    String device = "/sys/devices/pci0000:00/" + bdf;
    put(device + "/class", deviceClass + "\n");
    put(device + "/vendor", "0x144d\n");
    put(device + "/device", "0xa80a\n");
    put(device + "/numa_node", "0\n");
    put(device + "/driver_override", "(null)\n");
    symlink("/sys/bus/pci/devices/" + bdf, device);
    if (iommuGroup != null) {
      String group = "/sys/kernel/iommu_groups/" + iommuGroup;
      put(group + "/type", "DMA-FQ\n");
      directory(group + "/devices");
      symlink(device + "/iommu_group", group);
      symlink(group + "/devices/" + bdf, device);
    }
    return device;
  }

  public void driver(String name) {
    directory("/sys/bus/pci/drivers/" + name);
    put("/sys/bus/pci/drivers/" + name + "/unbind", "");
  }

  public void bind(String bdf, String driver) {
    String device = "/sys/devices/pci0000:00/" + bdf;
    unbind(bdf);
    driver(driver);
    symlink(device + "/driver", "/sys/bus/pci/drivers/" + driver);
    if (driver.equals("nvme")) {
      move(device + "/away", device + "/nvme");
    }
  }

  public void unbind(String bdf) {
    String device = "/sys/devices/pci0000:00/" + bdf;
    remove(device + "/driver");
    move(device + "/nvme", device + "/away");
  }

  public void partition(String disk, int number) {
    String name = disk + "p" + number;
    String deviceNumber = attribute("/sys/class/block/" + disk + "/dev").orElseThrow() + number;
    String directory = realPath("/sys/class/block/" + disk) + "/" + name;
    block(directory, deviceNumber, 2048);
    put(directory + "/partition", number + "\n");
  }

  /** A block device on top of another, {@code dm-0} or {@code md0} for example. */
  public void stack(String lower, String upper, @Nullable String dmUuid, String dmName) {
    String directory = "/sys/devices/virtual/block/" + upper;
    if (!exists(directory)) {
      disk(directory, "253:" + upper.hashCode(), 2048);
    }
    if (dmUuid != null) {
      put(directory + "/dm/uuid", dmUuid + "\n");
      put(directory + "/dm/name", dmName + "\n");
      symlink("/dev/mapper/" + dmName, "/dev/" + upper);
    }
    symlink(realPath("/sys/class/block/" + lower) + "/holders/" + upper, directory);
  }

  public void mount(String blockName, String point) {
    String number = attribute("/sys/class/block/" + blockName + "/dev").orElseThrow();
    mountLine(number, point, "ext4 /dev/" + blockName + " rw");
  }

  public void mountLine(String number, String point, String typeSourceOptions) {
    mounts++;
    append(
        "/proc/self/mountinfo",
        mounts + " 21 " + number + " / " + point + " rw shared:7 - " + typeSourceOptions + "\n");
  }

  public void process(int id, String name, String commandLine, String openFile) {
    put("/proc/" + id + "/comm", name + "\n");
    put("/proc/" + id + "/cmdline", commandLine.replace(' ', '\0'));
    directory("/proc/" + id + "/fd");
    try {
      Files.createSymbolicLink(locate("/proc/" + id + "/fd/5"), Path.of(openFile));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void hugePages(long total, long free) {
    put(HUGE + "nr_hugepages", total + "\n");
    put(HUGE + "free_hugepages", free + "\n");
  }

  public void put(String path, String content) {
    try {
      Files.createDirectories(locate(path).getParent());
      Files.writeString(locate(path), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void append(String path, String content) {
    try {
      Files.writeString(locate(path), content, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void directory(String path) {
    try {
      Files.createDirectories(locate(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void remove(String path) {
    try {
      Files.deleteIfExists(locate(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String content(String path) {
    try {
      return Files.readString(locate(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String driverOf(PciAddress address) {
    return linkName(address.directory() + "/driver").orElse("none");
  }

  /** All files and links with what is in them: two equal pictures are equal machines. */
  public Map<String, String> picture() {
    TreeMap<String, String> picture = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        String name = "/" + root.relativize(path);
        if (Files.isSymbolicLink(path)) {
          picture.put(name, "-> " + Files.readSymbolicLink(path));
        } else if (Files.isRegularFile(path)) {
          picture.put(name, Files.readString(path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return picture;
  }

  @Override
  public boolean isHeldExclusively(String devicePath) {
    return heldExclusively.contains(devicePath);
  }

  @Override
  public void writeAttribute(String path, String text) throws IOException {
    writes.add(text + " > " + path);
    if (failingWrites.contains(path)) {
      throw new FileSystemException(path, null, "Device or resource busy");
    }
    super.writeAttribute(path, text);
    if (path.endsWith("/unbind")) {
      unbind(text);
    } else if (path.equals("/sys/bus/pci/drivers_probe")) {
      probe(text);
    } else if (path.equals(HUGE + "nr_hugepages")) {
      long total = Math.min(Long.parseLong(text), hugePagesToBeHad);
      hugePages(total, total);
    }
  }

  private void probe(String bdf) {
    String override = attribute("/sys/bus/pci/devices/" + bdf + "/driver_override").orElse("");
    String driver = override.isEmpty() || override.equals("(null)") ? "nvme" : override;
    if (exists("/sys/bus/pci/drivers/" + driver) && !driversThatRefuse.contains(driver)) {
      bind(bdf, driver);
    }
  }

  @Override
  public void run(List<String> command) throws IOException {
    String line = String.join(" ", command);
    commandsRun.add(line);
    if (failingCommands.contains(line)) {
      throw new IOException("it ended with code 1: not today");
    }
    if (command.getFirst().equals("modprobe")) {
      String module = command.get(1);
      directory("/sys/module/" + module.replace('-', '_'));
      if (!module.equals("vfio_iommu_type1")) {
        driver(module);
      }
    } else if (command.getFirst().equals("mount")) {
      mountLine("0:31", command.getLast(), "hugetlbfs hugetlbfs rw,pagesize=2M");
    }
  }

  private void disk(String directory, String number, long sectors) {
    block(directory, number, sectors);
    String name = directory.substring(directory.lastIndexOf('/') + 1);
    symlink("/sys/block/" + name, directory);
  }

  private void block(String directory, String number, long sectors) {
    String name = directory.substring(directory.lastIndexOf('/') + 1);
    put(directory + "/dev", number + "\n");
    put(directory + "/size", sectors + "\n");
    put(directory + "/queue/logical_block_size", "512\n");
    directory(directory + "/holders");
    symlink("/sys/class/block/" + name, directory);
    put("/dev/" + name, "");
  }

  /** As in sysfs, links are relative. */
  void symlink(String from, String to) {
    try {
      Path link = locate(from);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, link.getParent().relativize(locate(to)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void move(String from, String to) {
    try {
      if (Files.exists(locate(from))) {
        Files.move(locate(from), locate(to));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
