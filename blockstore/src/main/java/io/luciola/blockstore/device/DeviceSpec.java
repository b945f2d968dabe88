package io.luciola.blockstore.device;

import java.nio.file.Path;

/**
 * How configuration names a device: {@code spdk:0000:65:00.0}, {@code spdk:0000:65:00.0/2}, {@code
 * spdk:tcp://host:port/nqn}, {@code uring:/dev/nvme0n1}, {@code uring:/data/disk0}, {@code
 * memory:4GiB}, {@code null:4GiB}. {@code toString} gives that form back.
 */
public sealed interface DeviceSpec {

  /** A device on a drive that SPDK drives. */
  sealed interface Spdk extends DeviceSpec {

    /** The drive as logs name it, whichever namespace of it is meant. */
    String driveName();
  }

  /**
   * A local NVMe drive by PCI address.
   *
   * @param address in lower case, for example {@code 0000:65:00.0}
   * @param namespaceId which namespace of the drive; 0 for the only one there is
   */
  record SpdkPci(String address, int namespaceId) implements Spdk {
    @Override
    public String driveName() {
      return "spdk:" + address;
    }

    @Override
    public String toString() {
      return "spdk:" + address + (namespaceId == 0 ? "" : "/" + namespaceId);
    }
  }

  /** The only namespace of a remote NVMe subsystem over TCP. */
  record SpdkTcp(String host, int port, String nqn) implements Spdk {
    @Override
    public String driveName() {
      return toString();
    }

    @Override
    public String toString() {
      return "spdk:tcp://" + host + ":" + port + "/" + nqn;
    }
  }

  /** A block device or a preallocated regular file, through io_uring. */
  record Uring(Path path) implements DeviceSpec {
    @Override
    public String toString() {
      return "uring:" + path;
    }
  }

  /** Memory of this process; forgotten when closed. */
  record InMemory(long sizeBytes) implements DeviceSpec {
    @Override
    public String toString() {
      return "memory:" + ByteSize.format(sizeBytes);
    }
  }

  /** Memory that moves no bytes of registered memory, for measuring: see {@link NullDevice}. */
  record Null(long sizeBytes) implements DeviceSpec {
    @Override
    public String toString() {
      return "null:" + ByteSize.format(sizeBytes);
    }
  }

  /**
   * Reads a specification.
   *
   * @throws IllegalArgumentException when the text is none; the message shows the forms
   */
  static DeviceSpec parse(String text) {
    return DeviceSpecParser.parse(text);
  }
}
