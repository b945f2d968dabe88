package io.luciola.cluster.disk;

import org.jspecify.annotations.Nullable;

/**
 * A device on the PCI bus.
 *
 * @param address where it is
 * @param deviceClass six hexadecimal digits, {@code 010802} for an NVMe controller
 * @param ids vendor and device, for example {@code 144d:a80a}
 * @param driver the driver that has it, {@value #NO_DRIVER} without one
 * @param driverOverride the only driver that may take it; empty when any may
 * @param numaNode node of its memory; -1 when there is only one or the kernel does not say
 * @param iommuGroup number of its IOMMU group; null when the machine has no active IOMMU
 */
public record PciFunction(
    PciAddress address,
    String deviceClass,
    String ids,
    String driver,
    String driverOverride,
    int numaNode,
    @Nullable String iommuGroup) {

  /** In place of a driver's name. */
  public static final String NO_DRIVER = "none";

  private static final String NVME_CLASS = "0108";

  /** Whether it is an NVMe controller. */
  public boolean isNvme() {
    return deviceClass.startsWith(NVME_CLASS);
  }

  /** Whether a driver has it. */
  boolean isBound() {
    return !driver.equals(NO_DRIVER);
  }
}
