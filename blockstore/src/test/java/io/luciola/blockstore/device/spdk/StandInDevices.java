package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.spdk.StandInDrive;
import io.luciola.spdk.StandInSpdk;
import io.luciola.spdk.TransportId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Drives of the stand-in for SPDK, mostly one, and what is needed to open devices on them. */
public final class StandInDevices implements AutoCloseable {

  /** Between attempts at a reset: none. */
  private static final long RESET_PAUSE_NS = 0;

  private final Path sysfs;
  private final StandInDrive drive;
  private final List<StandInDrive> all = new ArrayList<>();
  private final SpdkDrives drives;
  private final boolean local;
  private boolean inProcess;

  private StandInDevices(StandInDrive drive, boolean local) {
    this.drive = drive;
    this.local = local;
    try {
      sysfs = Files.createTempDirectory("sysfs");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    plugIn(drive);
    drives = new SpdkDrives(StandInSpdk.start(), sysfs, RESET_PAUSE_NS);
  }

  /** A drive of this machine, bound to vfio-pci. */
  public static StandInDevices local(int sectorBytes, long sizeBytes) {
    StandInSpdk.start();
    return new StandInDevices(StandInDrive.pcie(sectorBytes, sizeBytes / sectorBytes), true);
  }

  /** Puts one more drive of this machine beside the first, bound to vfio-pci. */
  public StandInDrive addLocal(int sectorBytes, long sizeBytes) {
    StandInDrive added = StandInDrive.pcie(sectorBytes, sizeBytes / sectorBytes);
    plugIn(added);
    return added;
  }

  private void plugIn(StandInDrive added) {
    all.add(added);
    if (local) {
      try {
        Files.createDirectories(pciDevice(added).resolve("iommu_group"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      bind(added, "vfio-pci");
    }
  }

  /** Makes the kernel say that the first drive is not there any more; SPDK does not notice. */
  void vanish() {
    try (Stream<Path> files = Files.walk(pciDevice(drive))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the whole process find these drives by the names in configurations, until closed. */
  public StandInDevices useInProcess() {
    Set<String> addresses =
        all.stream().map(each -> each.id().address()).collect(Collectors.toSet());
    SpdkProcess.use(drives, addresses);
    inProcess = true;
    return this;
  }

  /** A drive of another machine. */
  public static StandInDevices remote(int sectorBytes, long sizeBytes) {
    StandInSpdk.start();
    return new StandInDevices(StandInDrive.tcp(sectorBytes, sizeBytes / sectorBytes), false);
  }

  /** To make it fail, or look at it. */
  public StandInDrive drive() {
    return drive;
  }

  SpdkDrives drives() {
    return drives;
  }

  /** How configuration names it; 0 for its only namespace. */
  public DeviceSpec.Spdk spec(int namespaceId) {
    TransportId id = drive.id();
    return local
        ? new DeviceSpec.SpdkPci(id.address(), namespaceId)
        : new DeviceSpec.SpdkTcp(id.address(), Integer.parseInt(id.service()), id.subsystem());
  }

  /** Opens its only namespace. */
  public SpdkNvmeDevice open(int queueDepth) {
    return SpdkNvmeDevice.open(spec(0), queueDepth, drives);
  }

  /** Opens its only namespace, with another clock. */
  SpdkNvmeDevice open(int queueDepth, LongSupplier nanoTime) {
    return SpdkNvmeDevice.open(spec(0), queueDepth, drives, nanoTime);
  }

  /** Makes the kernel say that another driver holds it; empty for none. */
  StandInDevices bind(String driver) {
    bind(drive, driver);
    return this;
  }

  private void bind(StandInDrive which, String driver) {
    try {
      Path link = pciDevice(which).resolve("driver");
      Files.deleteIfExists(link);
      if (!driver.isEmpty()) {
        Files.createSymbolicLink(
            link, Files.createDirectories(sysfs.resolve("bus/pci/drivers/" + driver)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pciDevice(StandInDrive which) {
    return sysfs.resolve("bus/pci/devices").resolve(which.id().address());
  }

  /** Takes the drives away; their devices are closed. */
  @Override
  public void close() {
    if (inProcess) {
      SpdkProcess.use(null, Set.of());
    }
    all.forEach(StandInDevices::awaitDisconnected);
    all.forEach(StandInDrive::close);
    try (var files = Files.walk(sysfs)) {
      List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : innermostFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A reset that runs keeps the drive connected a little longer than its devices. */
  void awaitDisconnected() {
    awaitDisconnected(drive);
  }

  private static void awaitDisconnected(StandInDrive which) {
    long fromNs = System.nanoTime();
    while (which.get("attached") != 0) {
      if (System.nanoTime() - fromNs > 10_000_000_000L) {
        throw new AssertionError("the drive stays connected, though no device is open on it");
      }
      Thread.onSpinWait();
    }
  }
}
