package io.luciola.blockstore.device;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of {@link DeviceSpec}, kind by kind. */
final class DeviceSpecParser {

  private static final Pattern PCI =
      Pattern.compile(
          "([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7])(?:/([1-9][0-9]{0,8}))?");
  private static final Pattern TCP =
      Pattern.compile("tcp://(\\[[0-9a-fA-F:.]+]|[^:/\\[\\]]+):(\\d{1,5})/(\\S{1,223})");

  private DeviceSpecParser() {}

  static DeviceSpec parse(String text) {
    String spec = text.strip();
    int colon = spec.indexOf(':');
    String kind = colon < 0 ? "" : spec.substring(0, colon);
    String rest = spec.substring(colon + 1);
    return switch (kind) {
      case "spdk" -> spdk(text, rest);
      case "uring" -> uring(text, rest);
      case "memory" -> new DeviceSpec.InMemory(size(text, rest));
      case "null" -> new DeviceSpec.Null(size(text, rest));
      default ->
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' names no device; write spdk:0000:65:00.0, spdk:tcp://host:port/nqn,"
                  + " uring:/dev/nvme0n1, uring:/data/disk0, memory:4GiB or null:4GiB");
    };
  }

  private static DeviceSpec spdk(String text, String rest) {
    Matcher pci = PCI.matcher(rest);
    if (pci.matches()) {
      int namespaceId = pci.group(2) == null ? 0 : Integer.parseInt(pci.group(2));
      return new DeviceSpec.SpdkPci(pci.group(1).toLowerCase(Locale.ROOT), namespaceId);
    }
    Matcher tcp = TCP.matcher(rest);
    if (tcp.matches()) {
      int port = Integer.parseInt(tcp.group(2));
      if (port >= 1 && port <= 65535) {
        return new DeviceSpec.SpdkTcp(tcp.group(1), port, tcp.group(3));
      }
      throw new IllegalArgumentException(
          "'" + text + "': port " + port + " is not between 1 and 65535");
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "': after spdk: comes a PCI address such as 0000:65:00.0 (lspci -D shows it), with"
            + " /2 behind it for namespace 2, or tcp://host:port/nqn");
  }

  private static DeviceSpec uring(String text, String rest) {
    Path path = Path.of(rest);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(
          "'" + text + "': after uring: comes an absolute path of a block device or a file");
    }
    return new DeviceSpec.Uring(path);
  }

  private static long size(String text, String rest) {
    long sizeBytes;
    try {
      sizeBytes = ByteSize.parse(rest);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
    }
    if (sizeBytes == 0 || sizeBytes % 4096 != 0) {
      throw new IllegalArgumentException(
          "'" + text + "': the size of a device is a multiple of 4KiB and not 0");
    }
    return sizeBytes;
  }
}
