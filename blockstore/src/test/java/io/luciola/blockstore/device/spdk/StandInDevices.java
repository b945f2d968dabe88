package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.spdk.StandInDrive;
import io.luciola.spdk.StandInSpdk;
import io.luciola.spdk.TransportId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** A drive of the stand-in for SPDK, and what is needed to open devices on it. */
public final class StandInDevices implements AutoCloseable {

  /** Between attempts at a reset: none. */
  private static final long RESET_PAUSE_NS = 0;

  private final Path sysfs;
  private final StandInDrive drive;
  private final SpdkDrives drives;
  private final boolean local;

  private StandInDevices(StandInDrive drive, boolean local) {
    this.drive = drive;
    this.local = local;
    try {
      sysfs = Files.createTempDirectory("sysfs");
      if (local) {
        Files.createDirectories(pciDevice().resolve("iommu_group"));
        bind("vfio-pci");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    drives = new SpdkDrives(StandInSpdk.start(), sysfs, RESET_PAUSE_NS);
  }

  /** A drive of this machine, bound to vfio-pci. */
  public static StandInDevices local(int sectorBytes, long sizeBytes) {
    StandInSpdk.start();
    return new StandInDevices(StandInDrive.pcie(sectorBytes, sizeBytes / sectorBytes), true);
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
    try {
      Path link = pciDevice().resolve("driver");
      Files.deleteIfExists(link);
      if (!driver.isEmpty()) {
        Files.createSymbolicLink(
            link, Files.createDirectories(sysfs.resolve("bus/pci/drivers/" + driver)));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pciDevice() {
    return sysfs.resolve("bus/pci/devices").resolve(drive.id().address());
  }

  /** Takes the drive away; its devices are closed. */
  @Override
  public void close() {
    awaitDisconnected();
    drive.close();
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
    long fromNs = System.nanoTime();
    while (drive.get("attached") != 0) {
      if (System.nanoTime() - fromNs > 10_000_000_000L) {
        throw new AssertionError("the drive stays connected, though no device is open on it");
      }
      Thread.onSpinWait();
    }
  }
}
