package io.luciola.spdk;

import java.util.List;
import java.util.Objects;

/**
 * What SPDK's environment, which exists once per process, is started with.
 *
 * @param name name of the process in SPDK's logs and files
 * @param coreMask processors that SPDK may use, as {@code "0x3"} or {@code "[0,1]"}; empty for the
 *     first one that the starting thread may use. The bindings start no threads on them
 * @param memoryBytes memory to reserve, rounded up to MiB; 0 lets SPDK take huge pages as it needs
 *     them
 * @param hugePages whether memory comes from huge pages; without them, NVMe over PCIe does not work
 *     and {@code memoryBytes} must be given
 * @param pci whether PCI devices are looked for at all
 * @param allowedPciAddresses the only PCI devices to touch; empty with {@code pci} means every
 *     device that is bound to a user-space driver
 * @param iovaMode the addresses that drives are given for memory
 * @param shmId shared memory group for several SPDK processes on the same drives; -1 for none
 */
public record EnvironmentOptions(
    String name,
    String coreMask,
    long memoryBytes,
    boolean hugePages,
    boolean pci,
    List<String> allowedPciAddresses,
    IovaMode iovaMode,
    int shmId) {

  private static final long MIB = 1 << 20;

  /** Checks what can be checked without SPDK. */
  public EnvironmentOptions {
    if (name.isBlank() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("The name must be one word, but is '" + name + "'");
    }
    Objects.requireNonNull(coreMask, "coreMask");
    Objects.requireNonNull(iovaMode, "iovaMode");
    allowedPciAddresses =
        allowedPciAddresses.stream().map(PciAddress::parse).map(PciAddress::toString).toList();
    if (memoryBytes < 0 || memoryBytes > Integer.MAX_VALUE * MIB) {
      throw new IllegalArgumentException(
          "memoryBytes must be 0 or more and below 2^31 MiB, but is " + memoryBytes);
    }
    if (!hugePages && memoryBytes == 0) {
      throw new IllegalArgumentException(
          "Without huge pages SPDK takes its memory at once: say how much by memoryBytes");
    }
    if (!pci && !allowedPciAddresses.isEmpty()) {
      throw new IllegalArgumentException(
          "PCI devices " + allowedPciAddresses + " are allowed, but pci is false");
    }
  }

  /** Huge pages as needed, one processor, no PCI: what NVMe over TCP needs. */
  public static EnvironmentOptions defaults(String name) {
    return new EnvironmentOptions(name, "", 0, true, false, List.of(), IovaMode.AUTO, -1);
  }

  /** The same with another core mask. */
  public EnvironmentOptions withCoreMask(String mask) {
    return new EnvironmentOptions(
        name, mask, memoryBytes, hugePages, pci, allowedPciAddresses, iovaMode, shmId);
  }

  /** The same with so much memory. */
  public EnvironmentOptions withMemoryBytes(long bytes) {
    return new EnvironmentOptions(
        name, coreMask, bytes, hugePages, pci, allowedPciAddresses, iovaMode, shmId);
  }

  /** The same with so much ordinary memory in place of huge pages; not for NVMe over PCIe. */
  public EnvironmentOptions withoutHugePages(long bytes) {
    return new EnvironmentOptions(
        name, coreMask, bytes, false, pci, allowedPciAddresses, iovaMode, shmId);
  }

  /** The same with exactly these PCI devices; none for no PCI at all. */
  public EnvironmentOptions withAllowedPciAddresses(List<String> addresses) {
    return new EnvironmentOptions(
        name, coreMask, memoryBytes, hugePages, !addresses.isEmpty(), addresses, iovaMode, shmId);
  }

  /** The same with every PCI device that is bound to a user-space driver. */
  public EnvironmentOptions withAllPciDevices() {
    return new EnvironmentOptions(
        name, coreMask, memoryBytes, hugePages, true, List.of(), iovaMode, shmId);
  }

  /** The same with another kind of addresses. */
  public EnvironmentOptions withIovaMode(IovaMode mode) {
    return new EnvironmentOptions(
        name, coreMask, memoryBytes, hugePages, pci, allowedPciAddresses, mode, shmId);
  }

  /** The same in a shared memory group. */
  public EnvironmentOptions withShmId(int id) {
    return new EnvironmentOptions(
        name, coreMask, memoryBytes, hugePages, pci, allowedPciAddresses, iovaMode, id);
  }

  /** Memory in SPDK's unit, -1 for as needed. */
  int memoryMib() {
    return memoryBytes == 0 ? -1 : (int) ((memoryBytes + MIB - 1) / MIB);
  }

  /** Whether the device may be opened. */
  boolean allows(String pciAddress) {
    return pci && (allowedPciAddresses.isEmpty() || allowedPciAddresses.contains(pciAddress));
  }
}
