package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of PCI devices. */
final class PciDevices {

  private static final String NONE = "none";
  private static final String VFIO = "vfio-pci";
  private static final String UIO = "uio_pci_generic";
  private static final String INTEL_UIO = "igb_uio";

  private final Path directory;

  /**
   * Looks into sysfs.
   *
   * @param sysfs where it is mounted: {@code /sys}
   */
  PciDevices(Path sysfs) {
    directory = sysfs.resolve("bus/pci/devices");
  }

  /**
   * Refuses a device that is not there, or which no driver hands to user space.
   *
   * @throws DeviceException saying what to do
   */
  void checkUsable(String address) {
    if (!isPresent(address)) {
      throw new DeviceException(
          "there is no PCI device " + address + "; 'luciola disk list' shows the drives");
    }
    String driver = driver(address);
    switch (driver) {
      case VFIO, UIO, INTEL_UIO -> {}
      case NONE ->
          throw new DeviceException(
              "no driver holds PCI device "
                  + address
                  + "; give it to user space first: 'luciola disk claim "
                  + address
                  + "'");
      default ->
          throw new DeviceException(
              "the kernel's driver "
                  + driver
                  + " holds PCI device "
                  + address
                  + "; give it to user space first: 'luciola disk claim "
                  + address
                  + "'");
    }
  }

  /** Whether there is such a device. */
  boolean isPresent(String address) {
    return Files.exists(directory.resolve(address));
  }

  /**
   * Whether an IOMMU stands between the device and memory: then the kernel pins what is registered
   * for it, whatever pages it consists of.
   */
  boolean behindIommu(String address) {
    return driver(address).equals(VFIO)
        && Files.exists(directory.resolve(address + "/iommu_group"));
  }

  private String driver(String address) {
    Path link = directory.resolve(address + "/driver");
    if (!Files.exists(link)) {
      return NONE;
    }
    try {
      return link.toRealPath().getFileName().toString();
    } catch (IOException unreadable) {
      throw new DeviceException("cannot read " + link + ": " + unreadable.getMessage(), unreadable);
    }
  }
}
