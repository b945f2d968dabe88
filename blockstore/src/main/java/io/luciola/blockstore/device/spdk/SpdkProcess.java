package io.luciola.blockstore.device.spdk;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.linux.Linux;
import io.luciola.spdk.EnvironmentOptions;
import io.luciola.spdk.IovaMode;
import io.luciola.spdk.LogLevel;
import io.luciola.spdk.Spdk;
import io.luciola.spdk.SpdkException;
import io.luciola.spdk.SpdkLocation;
import io.luciola.spdk.SpdkLocator;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * SPDK in this process: started when the first device is opened, for the drives known by then, and
 * never stopped, since it can be started only once. Thread-safe.
 */
public final class SpdkProcess {

  /** Enough for some dozens of TCP connections, which need no huge pages. */
  private static final long MEMORY_WITHOUT_HUGE_PAGES_BYTES = 256L << 20;

  private static final Set<String> EXPECTED_PCI_ADDRESSES = new TreeSet<>();
  private static Set<String> allowedPciAddresses = Set.of();
  private static @Nullable SpdkDrives drives;

  private SpdkProcess() {}

  /**
   * Names devices that will be opened. SPDK touches no PCI device that was not named before the
   * first device was opened.
   */
  public static synchronized void expect(Collection<? extends DeviceSpec> specs) {
    for (DeviceSpec spec : specs) {
      if (spec instanceof DeviceSpec.SpdkPci local) {
        EXPECTED_PCI_ADDRESSES.add(local.address());
      }
    }
  }

  /**
   * The drives of this process, for a device that is to be opened; starts SPDK when it does not run
   * yet.
   *
   * @throws DeviceException when it cannot be started, or was started without this device's drive;
   *     the message says what to do
   */
  public static synchronized SpdkDrives drives(DeviceSpec.Spdk spec, SpdkLocator locator) {
    expect(List.of(spec));
    if (drives == null) {
      drives = start(locator);
      allowedPciAddresses = Set.copyOf(EXPECTED_PCI_ADDRESSES);
    }
    if (spec instanceof DeviceSpec.SpdkPci local
        && !allowedPciAddresses.contains(local.address())) {
      throw new DeviceException(
          "SPDK runs in this process already and was started for other drives ("
              + String.join(", ", new TreeSet<>(allowedPciAddresses))
              + "); restart the process with this one in its configuration");
    }
    return drives;
  }

  /** Why SPDK cannot be started; null when it runs or was found. */
  public static synchronized @Nullable String missing(SpdkLocator locator) {
    return drives == null && locator.locate() instanceof SpdkLocation.Missing(String message)
        ? message
        : null;
  }

  private static SpdkDrives start(SpdkLocator locator) {
    return switch (locator.locate()) {
      case SpdkLocation.Missing(String message) -> throw new DeviceException(message);
      case SpdkLocation.Found found -> {
        try {
          Spdk spdk = Spdk.start(found, options(List.copyOf(EXPECTED_PCI_ADDRESSES)));
          spdk.setLogLevel(LogLevel.WARNING);
          yield new SpdkDrives(spdk);
        } catch (SpdkException | IllegalStateException refused) {
          throw new DeviceException(
              found.description() + " cannot be used: " + refused.getMessage(), refused);
        }
      }
    };
  }

  /** Local drives need huge pages; remote ones work anywhere. */
  private static EnvironmentOptions options(List<String> pciAddresses) {
    EnvironmentOptions defaults = EnvironmentOptions.defaults("luciola");
    if (pciAddresses.isEmpty()) {
      return defaults.withoutHugePages(MEMORY_WITHOUT_HUGE_PAGES_BYTES);
    }
    // Physical addresses are for root alone.
    return defaults
        .withAllowedPciAddresses(pciAddresses)
        .withIovaMode(Linux.getuid() == 0 ? IovaMode.AUTO : IovaMode.VIRTUAL);
  }

  /** Makes the process use SPDK that was started elsewhere, or none again. For tests. */
  static synchronized void use(@Nullable SpdkDrives running, Set<String> pciAddresses) {
    drives = running;
    allowedPciAddresses = Set.copyOf(pciAddresses);
  }
}
