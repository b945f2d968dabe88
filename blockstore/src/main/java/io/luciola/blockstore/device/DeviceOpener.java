package io.luciola.blockstore.device;

import io.luciola.blockstore.device.spdk.SpdkDrives;
import io.luciola.blockstore.device.spdk.SpdkNvmeDevice;
import io.luciola.blockstore.device.spdk.SpdkProcess;
import io.luciola.spdk.SpdkLocator;
import java.util.Collection;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens whatever device a specification names. */
public final class DeviceOpener {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceOpener.class);

  private DeviceOpener() {}

  /**
   * Names all devices that this process is going to open, before it opens the first: SPDK is
   * started once, and only for the drives that are known then.
   *
   * @throws DeviceException when some need SPDK and it is not there; the message says what to do
   */
  public static void expect(Collection<? extends DeviceSpec> specs) {
    expect(specs, SpdkLocator.ofThisProcess());
  }

  /** As above, looking for SPDK with the given locator. */
  public static void expect(Collection<? extends DeviceSpec> specs, SpdkLocator locator) {
    SpdkProcess.expect(specs);
    String needing =
        specs.stream()
            .filter(spec -> spec instanceof DeviceSpec.Spdk)
            .map(DeviceSpec::toString)
            .collect(Collectors.joining(", "));
    String missing = needing.isEmpty() ? null : SpdkProcess.missing(locator);
    if (missing != null) {
      throw cannotOpen(needing, missing);
    }
  }

  /**
   * Opens a device, looking for SPDK as this process sees it.
   *
   * @throws DeviceException when it cannot be opened; the message says why and what to do
   */
  public static BlockDevice open(DeviceSpec spec, DeviceOptions options) {
    return open(spec, options, SpdkLocator.ofThisProcess());
  }

  /** Opens a device, looking for SPDK with the given locator. */
  public static BlockDevice open(DeviceSpec spec, DeviceOptions options, SpdkLocator locator) {
    return switch (spec) {
      case DeviceSpec.Spdk spdk -> openSpdk(spdk, options, locator);
      case DeviceSpec.Uring uring -> openUring(uring, options);
      case DeviceSpec.InMemory memory ->
          new MemoryDevice(
              memory.sizeBytes(),
              options.memoryBlockSizeBytes(),
              options.memoryVolatileCache(),
              options.queueDepth());
      case DeviceSpec.Null nothing -> new NullDevice(nothing.sizeBytes(), options.queueDepth());
    };
  }

  private static BlockDevice openUring(DeviceSpec.Uring uring, DeviceOptions options) {
    UringDevice device = UringDevice.open(uring.path(), options.queueDepth());
    if (!device.directIo()) {
      LOG.warn(
          "{} does not take direct I/O, so every byte goes through the page cache; expect less"
              + " speed, and put it on a file system that takes O_DIRECT",
          uring);
    }
    return device;
  }

  private static BlockDevice openSpdk(
      DeviceSpec.Spdk spec, DeviceOptions options, SpdkLocator locator) {
    SpdkDrives drives;
    try {
      drives = SpdkProcess.drives(spec, locator);
    } catch (DeviceException noSpdk) {
      throw cannotOpen(spec.toString(), noSpdk.getMessage());
    }
    return SpdkNvmeDevice.open(spec, options.queueDepth(), drives);
  }

  private static DeviceException cannotOpen(String specs, String why) {
    return new DeviceException(
        "Cannot open "
            + specs
            + ": "
            + why
            + ". A drive that the kernel owns works without SPDK, as uring:/dev/nvme0n1");
  }
}
