package io.luciola.spdk;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where a controller, or a discovery service that knows of controllers, is to be found.
 *
 * @param kind the way to it
 * @param address PCI address, or host name or IP address; empty with PCIe for all local controllers
 * @param service TCP or RDMA port; empty with PCIe
 * @param subsystem NVMe qualified name of the subsystem; empty with PCIe
 */
public record TransportId(Kind kind, String address, String service, String subsystem) {

  /** The name of every discovery service. */
  public static final String DISCOVERY_SUBSYSTEM = "nqn.2014-08.org.nvmexpress.discovery";

  private static final int MAX_ADDRESS = 256;
  private static final int MAX_SERVICE = 32;
  private static final int MAX_SUBSYSTEM = 223;

  /** A way to a controller. */
  public enum Kind {
    /** A drive of this machine, bound to a user-space driver. */
    PCIE("PCIe", 256),
    /** NVMe over TCP. */
    TCP("TCP", 3),
    /** NVMe over RDMA; can be written down, but not opened by these bindings. */
    RDMA("RDMA", 1);

    private final String code;
    private final int number;

    Kind(String code, int number) {
      this.code = code;
      this.number = number;
    }

    static Kind ofNumber(int number) {
      for (Kind kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw new SpdkException("SPDK found a controller over a transport not known: " + number);
    }

    static Kind ofCode(String code) {
      for (Kind kind : values()) {
        if (kind.code.equalsIgnoreCase(code)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "'" + code + "' is no transport: PCIe, TCP and RDMA are known");
    }
  }

  /** Checks form and lengths. */
  public TransportId {
    if (kind == Kind.PCIE) {
      if (!service.isEmpty() || !subsystem.isEmpty()) {
        throw new IllegalArgumentException("A PCIe controller has neither service nor subsystem");
      }
      address = address.isEmpty() ? "" : PciAddress.parse(address).toString();
    } else {
      checkWord("address", address, MAX_ADDRESS);
      checkWord("service", service, MAX_SERVICE);
      checkWord("subsystem", subsystem, MAX_SUBSYSTEM);
    }
  }

  private static void checkWord(String what, String text, int maxLength) {
    if (text.isEmpty() || text.length() > maxLength) {
      throw new IllegalArgumentException(
          "The " + what + " must have 1 to " + maxLength + " characters, but is '" + text + "'");
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "The " + what + " must be one word of ASCII characters, but is '" + text + "'");
    }
  }

  /** A drive of this machine, by {@code domain:bus:device.function}. */
  public static TransportId pcie(String address) {
    return new TransportId(Kind.PCIE, PciAddress.parse(address).toString(), "", "");
  }

  /** All drives of this machine, for {@link Spdk#probe}. */
  public static TransportId allLocal() {
    return new TransportId(Kind.PCIE, "", "", "");
  }

  /** A subsystem served over TCP. */
  public static TransportId tcp(String host, int port, String nqn) {
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("A TCP port is 1 to 65535, but this is " + port);
    }
    return new TransportId(Kind.TCP, host, Integer.toString(port), nqn);
  }

  /** The discovery service at a TCP port, for {@link Spdk#probe}. */
  public static TransportId discovery(String host, int port) {
    return tcp(host, port, DISCOVERY_SUBSYSTEM);
  }

  /** Reads what {@link #toString} writes, which is also SPDK's own form. */
  public static TransportId parse(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String field : text.strip().split("\\s+", -1)) {
      int colon = field.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException(
            "'" + field + "' in '" + text + "' is not of the form key:value");
      }
      fields.put(field.substring(0, colon).toLowerCase(Locale.ROOT), field.substring(colon + 1));
    }
    return new TransportId(
        Kind.ofCode(fields.getOrDefault("trtype", "")),
        fields.getOrDefault("traddr", ""),
        fields.getOrDefault("trsvcid", ""),
        fields.getOrDefault("subnqn", ""));
  }

  /** Returns SPDK's own form, such as {@code trtype:PCIe traddr:0000:65:00.0}. */
  @Override
  public String toString() {
    if (kind == Kind.PCIE) {
      return address.isEmpty() ? "trtype:PCIe" : "trtype:PCIe traddr:" + address;
    }
    String family = address.indexOf(':') >= 0 ? "IPv6" : "IPv4";
    return "trtype:%s adrfam:%s traddr:%s trsvcid:%s subnqn:%s"
        .formatted(kind.code, family, address, service, subsystem);
  }
}
