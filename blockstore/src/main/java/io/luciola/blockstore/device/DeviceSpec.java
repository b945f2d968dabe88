package io.luciola.blockstore.device;

import java.nio.file.Path;

/**
 * How configuration names a device: {@code spdk:0000:65:00.0}, {@code spdk:tcp://host:port/nqn},
 * {@code uring:/dev/nvme0n1}, {@code uring:/data/disk0}, {@code memory:4GiB}, {@code null:4GiB}.
 * {@code toString} gives that form back.
 */
public sealed interface DeviceSpec {

  /** A local NVMe drive by PCI address. */
  record SpdkPci(String address) implements DeviceSpec {
    @Override
    public String toString() {
      return "spdk:" + address;
    }
  }

  /** A remote NVMe subsystem over TCP. */
  record SpdkTcp(String host, int port, String nqn) implements DeviceSpec {
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
