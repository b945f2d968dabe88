package io.luciola.cluster.disk;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Domain, bus, device and function of a PCI device, as {@code /sys/bus/pci/devices} writes them.
 *
 * @param text for example {@code 0000:65:00.0}, lower case
 */
public record PciAddress(String text) implements Comparable<PciAddress> {

  private static final Pattern LONG =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
  private static final Pattern SHORT = Pattern.compile("[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

  public PciAddress {
    if (!LONG.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no PCI address");
    }
  }

  /** Reads an address, also one without its domain, in any case; empty when it is none. */
  public static Optional<PciAddress> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (SHORT.matcher(lower).matches()) {
      return Optional.of(new PciAddress("0000:" + lower));
    }
    return LONG.matcher(lower).matches() ? Optional.of(new PciAddress(lower)) : Optional.empty();
  }

  /** The device's directory. */
  String directory() {
    return "/sys/bus/pci/devices/" + text;
  }

  @Override
  public int compareTo(PciAddress other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
