package io.luciola.cluster.disk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An NVMe controller on the PCI bus, or another disk of the kernel's.
 *
 * @param address PCI address, or path in {@code /dev} of a disk that is no such controller
 * @param pci the controller; null for other disks
 * @param controller the kernel's name of the controller, {@code nvme0} for example; null when its
 *     driver is not the kernel's own
 * @param volumes its block devices; none while a process has it
 * @param model what it says it is; null when only the kernel's NVMe driver could tell
 * @param serial its serial number; null likewise
 * @param firmware its firmware's revision; null likewise
 * @param driver the driver that has it, {@value PciFunction#NO_DRIVER} without one
 * @param numaNode node of its memory; -1 when the kernel does not say
 * @param iommuGroup number of its IOMMU group; null without one
 * @param holders what uses it or is on it
 */
public record Drive(
    String address,
    @Nullable PciFunction pci,
    @Nullable String controller,
    List<Volume> volumes,
    @Nullable String model,
    @Nullable String serial,
    @Nullable String firmware,
    String driver,
    int numaNode,
    @Nullable String iommuGroup,
    List<Holder> holders) {

  /** All its block devices together; 0 when it shows none. */
  public long sizeBytes() {
    return volumes.stream().mapToLong(Volume::sizeBytes).sum();
  }

  /** Whether the driver that has it leaves it to a process. */
  public boolean isClaimed() {
    return UserSpaceDriver.of(driver).isPresent();
  }
}
