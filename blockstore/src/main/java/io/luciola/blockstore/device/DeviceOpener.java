package io.luciola.blockstore.device;

import io.luciola.spdk.SpdkLocation;
import io.luciola.spdk.SpdkLocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens whatever device a specification names. */
public final class DeviceOpener {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceOpener.class);

  private DeviceOpener() {}

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
      case DeviceSpec.SpdkPci pci -> throw noSpdk(pci, locator);
      case DeviceSpec.SpdkTcp tcp -> throw noSpdk(tcp, locator);
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

  private static DeviceException noSpdk(DeviceSpec spec, SpdkLocator locator) {
    String why =
        switch (locator.locate()) {
          case SpdkLocation.Missing(String message) -> message;
          case SpdkLocation.Found(_, String description) ->
              "found " + description + ", but this version cannot drive NVMe through it yet";
        };
    return new DeviceException(
        "Cannot open "
            + spec
            + ": "
            + why
            + ". A drive that the kernel owns works without SPDK, as uring:/dev/nvme0n1");
  }
}
