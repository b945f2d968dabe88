package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import java.util.UUID;

/**
 * The chunk engine on a block device: see {@code docs/engine.md} for how it works and {@code
 * docs/on-disk-format.md} for what it writes.
 */
@SuppressWarnings("DoNotCallSuggester")
public abstract class BlockEngine implements ChunkEngine {

  BlockEngine() {}

  /**
   * Formats a device: everything on it is lost. Blocks; the device stays open.
   *
   * @throws UnusableDeviceException when the device is too small or fails
   */
  public static void format(BlockDevice device, FormatOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Whether the device carries an engine, be it damaged or of another version. Blocks. */
  public static boolean isFormatted(BlockDevice device) {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a formatted device and recovers what was acknowledged; the engine then owns the device.
   * Blocks; completions of later calls go to the listener.
   *
   * @throws UnusableDeviceException when the device is not formatted, of another format version,
   *     damaged, or fails; the device stays open and the caller's
   */
  public static BlockEngine open(BlockDevice device, EngineOptions options, Listener listener) {
    throw new UnsupportedOperationException();
  }

  /** The identity that the device got when it was formatted. */
  public abstract UUID diskUuid();
}
