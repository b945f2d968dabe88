package io.luciola.target;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.space.DiscardOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk of the node with the engine on it.
 *
 * @param index its place in the node's configuration
 * @param spec the device as configured
 * @param engine open; whoever drives it owns it
 * @param isNew whether it was blank, and was formatted when it was opened
 */
public record StorageDisk(int index, String spec, BlockEngine engine, boolean isNew) {

  private static final Logger LOG = LoggerFactory.getLogger(StorageDisk.class);

  /** The disk's identity, stored on it: the same in whichever slot it is. */
  public UUID uuid() {
    return engine.diskUuid();
  }

  /** Bytes of chunks that the disk can hold; a property of its format that does not change. */
  public long capacityBytes() {
    return engine.capacityBytes();
  }

  /** Bytes of chunks up to which the disk takes new ones; the rest is for rewriting. */
  public long usableBytes() {
    return engine.usableBytes();
  }

  /**
   * Opens a disk; makes its file and its format when they are missing and the options say so.
   *
   * @throws DiskException saying what is wrong and what to do
   */
  static StorageDisk open(
      int index,
      String spec,
      DiskOptions options,
      DeviceSource devices,
      ChunkEngine.Listener listener)
      throws DiskException {
    BlockDevice device = null;
    try {
      DeviceSpec parsed = DeviceSpec.parse(spec);
      if (parsed instanceof DeviceSpec.Uring file) {
        makeMissing(file.path(), options.newFileBytes());
      }
      device = devices.open(parsed);
      if (device instanceof UringDevice file && !file.directIo()) {
        LOG.warn(
            "disk {}: its file system refuses O_DIRECT; the page cache stands in between, which"
                + " costs memory and speed",
            spec);
      }
      boolean isNew = format(device, spec, options);
      BlockEngine engine =
          BlockEngine.open(device, engineOptions(index, device, options), listener);
      explainDamages(spec, engine);
      return new StorageDisk(index, spec, engine, isNew);
    } catch (IOException
        | DeviceException
        | UnusableDeviceException
        | IllegalArgumentException failure) {
      if (device != null) {
        device.close();
      }
      throw new DiskException(failure.getMessage(), failure);
    }
  }

  private static EngineOptions engineOptions(int index, BlockDevice device, DiskOptions options) {
    EngineOptions engine = EngineOptions.defaults(options.rolePrefix() + "-" + index);
    boolean discards = options.discards() == null ? device.gainsFromDiscards() : options.discards();
    return discards
        ? engine.withSpace(engine.spaceThresholds(), DiscardOptions.defaults())
        : engine;
  }

  private static void explainDamages(String spec, BlockEngine engine) {
    if (!engine.damages().isEmpty()) {
      LOG.error(
          "disk {}: its metadata was damaged in {} places, listed above. What was lost is answered"
              + " with errors and other replicas have it; stop the node and run 'luciola engine"
              + " fsck {}' to see all that is damaged, and replace the disk if it goes on",
          spec,
          engine.damages().size(),
          spec);
    }
    long[] lossy = Arrays.stream(engine.targetIds()).filter(engine::isLossy).toArray();
    if (lossy.length > 0) {
      LOG.error(
          "disk {}: targets {} may lack chunks. Resynchronise them, then stop the node and run"
              + " 'luciola engine accept-losses {} TARGET' for each",
          spec,
          Arrays.toString(lossy),
          spec);
    }
  }

  private static void makeMissing(Path file, long sizeBytes) throws IOException {
    if (sizeBytes > 0 && !Files.exists(file)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      UringDevice.create(file, sizeBytes);
      LOG.info("made disk file {} of {} bytes", file, sizeBytes);
    }
  }

  private static boolean format(BlockDevice device, String spec, DiskOptions options)
      throws DiskException {
    if (BlockEngine.isFormatted(device)) {
      return false;
    }
    if (!options.formatEmpty()) {
      device.close();
      throw new DiskException(
          spec + " carries no Luciola format; set format-empty = true to format it", null);
    }
    BlockEngine.format(device, FormatOptions.defaults(UUID.randomUUID()));
    LOG.info("formatted disk {}", spec);
    return true;
  }
}
