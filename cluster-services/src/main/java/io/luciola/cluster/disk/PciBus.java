package io.luciola.cluster.disk;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The devices on the PCI bus, as the kernel shows them at the moment of asking. */
final class PciBus {

  private static final String DEVICES = "/sys/bus/pci/devices";

  private final SystemFiles files;

  PciBus(SystemFiles files) {
    this.files = files;
  }

  Optional<PciFunction> function(PciAddress address) {
    String directory = address.directory();
    return files
        .attribute(directory + "/class")
        .map(
            deviceClass ->
                new PciFunction(
                    address,
                    withoutPrefix(deviceClass),
                    id(directory + "/vendor") + ":" + id(directory + "/device"),
                    files.linkName(directory + "/driver").orElse(PciFunction.NO_DRIVER),
                    driverOverride(directory),
                    files.number(directory + "/numa_node").orElse(-1L).intValue(),
                    files.linkName(directory + "/iommu_group").orElse(null)));
  }

  /** All NVMe controllers, whatever driver they have. */
  List<PciFunction> nvmeControllers() {
    return functionsIn(DEVICES).filter(PciFunction::isNvme).toList();
  }

  /** The devices that share an IOMMU group. */
  List<PciFunction> iommuGroup(String group) {
    return functionsIn("/sys/kernel/iommu_groups/" + group + "/devices").toList();
  }

  /** How the IOMMU treats a group: {@code DMA}, {@code DMA-FQ}, {@code identity}; or unknown. */
  Optional<String> iommuGroupType(String group) {
    return files.attribute("/sys/kernel/iommu_groups/" + group + "/type");
  }

  /** Whether the kernel knows a PCI driver of this name now. */
  boolean hasDriver(String driver) {
    return files.exists("/sys/bus/pci/drivers/" + driver);
  }

  /** Whether a module, the kernel's own or a loaded one, is there now. */
  boolean hasModule(String module) {
    return hasDriver(module) || files.exists("/sys/module/" + module.replace('-', '_'));
  }

  private Stream<PciFunction> functionsIn(String directory) {
    return files.names(directory).stream()
        .flatMap(name -> PciAddress.parse(name).stream())
        .flatMap(address -> function(address).stream());
  }

  private String driverOverride(String directory) {
    // Without one, the kernel writes this.
    return files
        .attribute(directory + "/driver_override")
        .filter(override -> !override.equals("(null)"))
        .orElse("");
  }

  private String id(String path) {
    return files.attribute(path).map(PciBus::withoutPrefix).orElse("????");
  }

  private static String withoutPrefix(String hexadecimal) {
    return hexadecimal.startsWith("0x") ? hexadecimal.substring(2) : hexadecimal;
  }
}
