package io.luciola.cluster.disk;

import java.util.ArrayList;
import java.util.List;

/** The steps that give a device another driver. */
final class Rebinding {

  /** The kernel's own driver of NVMe controllers. */
  static final String KERNEL_DRIVER = "nvme";

  private static final String PROBE = "/sys/bus/pci/drivers_probe";

  private Rebinding() {}

  /** To a driver that takes the device only because it is told to. */
  static List<Step> to(String driver, PciFunction function) {
    return steps(driver, driver, function);
  }

  /** To the kernel's own driver, which takes it by itself. */
  static List<Step> toKernel(PciFunction function) {
    return steps("", KERNEL_DRIVER, function);
  }

  /** Makes any driver welcome again. */
  static Step clearOverride(PciAddress address) {
    return override(address, "");
  }

  private static List<Step> steps(String override, String driver, PciFunction function) {
    PciAddress address = function.address();
    List<Step> steps = new ArrayList<>();
    // The override first: from the unbinding on, no other driver must get hold of it.
    steps.add(override(address, override));
    if (function.isBound()) {
      steps.add(
          new Step.WriteAttribute(
              "/sys/bus/pci/drivers/" + function.driver() + "/unbind", address.text()));
    }
    steps.add(new Step.WriteAttribute(PROBE, address.text()));
    steps.add(new Step.ExpectDriver(address, driver));
    return steps;
  }

  private static Step override(PciAddress address, String driver) {
    return new Step.WriteAttribute(address.directory() + "/driver_override", driver);
  }
}
