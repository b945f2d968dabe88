package io.luciola.cluster.disk;

/** Why an address is refused that is no NVMe controller's. */
final class NvmeOnly {

  private NvmeOnly() {}

  static String absent(PciAddress address) {
    return "There is no PCI device " + address + "; 'luciola disk list' shows the drives.";
  }

  static String foreign(PciFunction function) {
    return function.address()
        + " is no NVMe controller (its PCI class is "
        + function.deviceClass()
        + ", not 0108..); 'luciola disk list' shows the drives.";
  }
}
