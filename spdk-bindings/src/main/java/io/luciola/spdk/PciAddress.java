package io.luciola.spdk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a device sits on the PCI buses: domain, bus, device and function. */
record PciAddress(int domain, int bus, int device, int function) {

  private static final Pattern FORM =
      Pattern.compile("(?:([0-9a-fA-F]{1,8}):)?([0-9a-fA-F]{1,2}):([0-9a-fA-F]{1,2})\\.([0-7])");
  private static final int HEXADECIMAL = 16;
  private static final int DEVICES_PER_BUS = 32;

  /** Reads {@code 0000:65:00.0} or, in domain 0, {@code 65:00.0}. */
  static PciAddress parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      int domain = form.group(1) == null ? 0 : Integer.parseUnsignedInt(form.group(1), HEXADECIMAL);
      int device = Integer.parseInt(form.group(3), HEXADECIMAL);
      if (device < DEVICES_PER_BUS) {
        return new PciAddress(
            domain,
            Integer.parseInt(form.group(2), HEXADECIMAL),
            device,
            Integer.parseInt(form.group(4)));
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no PCI address: write domain:bus:device.function, like 0000:65:00.0");
  }

  @Override
  public String toString() {
    return String.format("%04x:%02x:%02x.%d", domain, bus, device, function);
  }
}
