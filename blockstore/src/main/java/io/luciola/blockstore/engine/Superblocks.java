package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** Formats devices, and finds and writes their superblocks; blocks. */
final class Superblocks implements AutoCloseable {

  private static final int ZEROS_BYTES = 1 << 20;

  private final DeviceGeometry geometry;
  private final BlockingDevice blocking;
  private final Crc32c crc = new Crc32c();
  private final long memory = Memory.allocate(ZEROS_BYTES);

  Superblocks(BlockDevice device) {
    geometry = device.geometry();
    blocking = new BlockingDevice(device);
  }

  boolean exist() {
    for (int copy = 0; copy < DeviceLayout.SUPERBLOCK_COPIES; copy++) {
      long offset = DeviceLayout.superblockOffset(copy);
      blocking.read(offset, memory, Superblock.BYTES);
      if (MetadataHeader.isOfType(memory, MetadataHeader.SUPERBLOCK)) {
        return true;
      }
    }
    return false;
  }

  void format(FormatOptions options) {
    checkGeometry();
    DeviceLayout layout;
    try {
      layout =
          DeviceLayout.plan(
              geometry.sizeBytes(),
              options.journalBytes(),
              options.maxChunks(),
              options.journaledBytes());
    } catch (IllegalArgumentException e) {
      throw new UnusableDeviceException(
          Reason.UNSUPPORTED_GEOMETRY,
          "Cannot format " + geometry.name() + ": " + e.getMessage() + "; choose other sizes");
    }
    Zeros.put(memory, ZEROS_BYTES);
    // Old superblocks go first and new ones come last: a crash leaves the device unformatted.
    for (int copy = 0; copy < DeviceLayout.SUPERBLOCK_COPIES; copy++) {
      long offset = DeviceLayout.superblockOffset(copy);
      blocking.write(offset, memory, Superblock.BYTES);
    }
    blocking.flush();
    long end = layout.journalOffset() + layout.journalBytes();
    for (long at = layout.journalOffset(); at < end; at += ZEROS_BYTES) {
      blocking.write(at, memory, (int) Math.min(ZEROS_BYTES, end - at));
    }
    blocking.flush();
    write(Superblock.first(options.diskUuid(), layout));
  }

  /** The superblock that holds. */
  Superblock load() {
    Superblock newest = null;
    boolean found = false;
    for (int copy = 0; copy < DeviceLayout.SUPERBLOCK_COPIES; copy++) {
      long offset = DeviceLayout.superblockOffset(copy);
      blocking.read(offset, memory, Superblock.BYTES);
      if (!MetadataHeader.isOfType(memory, MetadataHeader.SUPERBLOCK)) {
        continue;
      }
      found = true;
      if (!MetadataHeader.isIntact(memory, Superblock.BYTES, crc)) {
        continue;
      }
      if (!MetadataHeader.isOfReadVersion(memory)) {
        throw UnusableDeviceException.otherVersion(geometry.name(), MetadataHeader.version(memory));
      }
      Superblock candidate = Superblock.decode(memory);
      if (newest == null || candidate.generation() > newest.generation()) {
        newest = candidate;
      }
    }
    if (newest == null) {
      throw found
          ? new UnusableDeviceException(
              Reason.SUPERBLOCKS_DAMAGED,
              "Both superblocks of "
                  + geometry.name()
                  + " are damaged: resynchronise its targets from their replicas after formatting")
          : new UnusableDeviceException(
              Reason.NOT_FORMATTED, geometry.name() + " is not formatted: format it first");
    }
    checkGeometry();
    if (newest.layout().deviceBytes() > geometry.sizeBytes()) {
      throw new UnusableDeviceException(
          Reason.UNSUPPORTED_GEOMETRY,
          geometry.name()
              + " was formatted with "
              + newest.layout().deviceBytes()
              + " bytes and has only "
              + geometry.sizeBytes());
    }
    return newest;
  }

  /** Writes both copies, one after the other. */
  void write(Superblock superblock) {
    superblock.encode(memory, crc);
    for (int copy = 0; copy < DeviceLayout.SUPERBLOCK_COPIES; copy++) {
      blocking.write(Superblock.offset(copy), memory, Superblock.BYTES);
      blocking.flush();
    }
  }

  @Override
  public void close() {
    Memory.free(memory, ZEROS_BYTES);
  }

  private void checkGeometry() {
    if (ChunkEngine.BLOCK_BYTES % geometry.blockSizeBytes() != 0
        || geometry.maxTransferBytes() < ChunkEngine.BLOCK_BYTES
        || geometry.memoryAlignmentBytes() > ChunkEngine.BLOCK_BYTES) {
      throw new UnusableDeviceException(
          Reason.UNSUPPORTED_GEOMETRY,
          geometry.name() + " cannot transfer aligned blocks of 4 KiB: " + geometry);
    }
  }
}
