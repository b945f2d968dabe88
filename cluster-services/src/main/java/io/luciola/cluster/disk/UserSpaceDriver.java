package io.luciola.cluster.disk;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A kernel driver that leaves a PCI device to a process. */
public enum UserSpaceDriver {
  /** Behind an IOMMU; for any user that may open the device's group. */
  VFIO_PCI("vfio-pci"),
  /** Without an IOMMU; the process knows physical addresses, so it must be root's. */
  UIO_PCI_GENERIC("uio_pci_generic");

  private final String label;

  UserSpaceDriver(String label) {
    this.label = label;
  }

  /** The driver of a kernel's name; empty when it is none of these. */
  public static Optional<UserSpaceDriver> of(String label) {
    return Arrays.stream(values()).filter(driver -> driver.label.equals(label)).findAny();
  }

  /** As the kernel names it. */
  public String label() {
    return label;
  }

  /** Modules that must be loaded, in this order. */
  List<String> modules() {
    return switch (this) {
      case VFIO_PCI -> List.of("vfio-pci", "vfio_iommu_type1");
      case UIO_PCI_GENERIC -> List.of("uio_pci_generic");
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
