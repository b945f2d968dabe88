package io.luciola.fio.engine.blockstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.EngineException;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens a device for a benchmark without ever touching other people's data: an empty device is
 * formatted, one that an earlier benchmark formatted is used again, anything else is refused.
 */
final class BenchmarkDevice {

  static final long TARGET_ID = 1;

  /** The identity by which devices of benchmarks are told from others. */
  private static final UUID BENCHMARK =
      UUID.nameUUIDFromBytes("luciola fio benchmark".getBytes(UTF_8));

  private static final int PROBED_BYTES = 1 << 20;

  private BenchmarkDevice() {}

  /** Opens the engine on a device, which it then owns; the device is closed when this fails. */
  static BlockEngine open(
      DeviceSpec spec,
      BlockDevice device,
      int depth,
      long scrubBytesPerSecond,
      ChunkEngine.Listener listener)
      throws EngineException {
    boolean handedOver = false;
    try {
      if (!BlockEngine.isFormatted(device)) {
        refuseForeign(spec, device);
        BlockEngine.format(device, FormatOptions.defaults(BENCHMARK));
      }
      EngineOptions defaults =
          EngineOptions.defaults("fio").withScrubBytesPerSecond(scrubBytesPerSecond);
      EngineOptions options =
          defaults.withLimits(
              Math.max(depth, defaults.maxReads()),
              Math.max(depth, defaults.maxPrepares()),
              Math.max(depth, defaults.maxPending()));
      BlockEngine engine = BlockEngine.open(device, options, listener);
      handedOver = true;
      claim(spec, engine);
      return engine;
    } catch (UnusableDeviceException unusable) {
      throw new EngineException(Errno.EIO, spec + ": " + unusable.getMessage(), unusable);
    } finally {
      if (!handedOver) {
        device.close();
      }
    }
  }

  private static void claim(DeviceSpec spec, BlockEngine engine) throws EngineException {
    if (!engine.diskUuid().equals(BENCHMARK)) {
      engine.close();
      throw new EngineException(
          Errno.EBUSY,
          spec
              + " belongs to a Luciola node (disk "
              + engine.diskUuid()
              + "); a benchmark would destroy it. Name another device");
    }
    int status = engine.createTarget(TARGET_ID, Long.MAX_VALUE);
    if (status != EngineStatus.OK) {
      engine.close();
      throw new EngineException(
          Errno.EIO, spec + ": cannot create a target: " + EngineStatus.name(status));
    }
  }

  private static void refuseForeign(DeviceSpec spec, BlockDevice device) throws EngineException {
    long size = Math.min(PROBED_BYTES, device.geometry().sizeBytes());
    int length = (int) Math.min(size, device.geometry().maxTransferBytes());
    long buffer = Memory.allocate(PROBED_BYTES);
    try {
      int[] result = {Integer.MIN_VALUE};
      device.read(0, buffer, length, 0);
      while (result[0] == Integer.MIN_VALUE) {
        if (device.poll((tag, outcome) -> result[0] = outcome, 1) == 0) {
          LockSupport.parkNanos(50_000);
        }
      }
      if (result[0] < 0) {
        throw new EngineException(
            -result[0], "reading " + spec + " failed: " + Errno.describe(-result[0]));
      }
      for (int at = 0; at < length; at += Long.BYTES) {
        if (Memory.getLong(buffer + at) != 0) {
          throw new EngineException(
              Errno.EBUSY,
              spec
                  + " carries data that is not Luciola's; a benchmark would destroy it. Name an"
                  + " empty device or file, or wipe it first (blkdiscard, truncate)");
        }
      }
    } finally {
      Memory.free(buffer, PROBED_BYTES);
    }
  }
}
