package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code struct spdk_env_opts}: the same offsets in SPDK 24.01 and all newer, a tail that grows.
 */
final class EnvironmentStruct {

  // More than any SPDK writes into it.
  private static final long ALLOCATED_BYTES = 256;

  static final long NAME = 0;
  static final long CORE_MASK = 8;
  static final long SHM_ID = 24;
  static final long MEM_SIZE = 36;
  static final long NO_PCI = 40;
  static final long NO_HUGE = 43;
  static final long NUM_PCI_ADDR = 48;
  static final long PCI_ALLOWED = 72;
  static final long IOVA_MODE = 80;
  // Since 24.09, to be set before the defaults are asked for; unused memory before.
  static final long OPTS_SIZE = 112;
  static final long KNOWN_BYTES = 120;

  static final long PCI_ADDRESS_BYTES = 8;
  static final long PCI_DOMAIN = 0;
  static final long PCI_BUS = 4;
  static final long PCI_DEVICE = 5;
  static final long PCI_FUNCTION = 6;

  private EnvironmentStruct() {}

  /** Memory for SPDK to fill with its defaults. */
  static MemorySegment allocate(Arena arena) {
    MemorySegment struct = arena.allocate(ALLOCATED_BYTES, Long.BYTES);
    struct.set(JAVA_LONG, OPTS_SIZE, KNOWN_BYTES);
    return struct;
  }

  /**
   * Writes the options over the defaults.
   *
   * @param arena for what the struct points to; must live as long as SPDK
   */
  static void write(
      MemorySegment struct, EnvironmentOptions options, String coreMask, Arena arena) {
    struct.set(ADDRESS, NAME, arena.allocateFrom(options.name()));
    struct.set(ADDRESS, CORE_MASK, arena.allocateFrom(coreMask));
    struct.set(JAVA_INT, SHM_ID, options.shmId());
    struct.set(JAVA_INT, MEM_SIZE, options.memoryMib());
    struct.set(JAVA_BYTE, NO_PCI, flag(!options.pci()));
    struct.set(JAVA_BYTE, NO_HUGE, flag(!options.hugePages()));
    if (!options.iovaMode().code().isEmpty()) {
      struct.set(ADDRESS, IOVA_MODE, arena.allocateFrom(options.iovaMode().code()));
    }
    List<String> allowed = options.allowedPciAddresses();
    if (!allowed.isEmpty()) {
      struct.set(JAVA_LONG, NUM_PCI_ADDR, allowed.size());
      struct.set(ADDRESS, PCI_ALLOWED, pciAddresses(allowed, arena));
    }
  }

  private static MemorySegment pciAddresses(List<String> addresses, Arena arena) {
    MemorySegment array = arena.allocate(addresses.size() * PCI_ADDRESS_BYTES, Long.BYTES);
    for (int i = 0; i < addresses.size(); i++) {
      PciAddress address = PciAddress.parse(addresses.get(i));
      long at = i * PCI_ADDRESS_BYTES;
      array.set(JAVA_INT, at + PCI_DOMAIN, address.domain());
      array.set(JAVA_BYTE, at + PCI_BUS, (byte) address.bus());
      array.set(JAVA_BYTE, at + PCI_DEVICE, (byte) address.device());
      array.set(JAVA_BYTE, at + PCI_FUNCTION, (byte) address.function());
    }
    return array;
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }
}
