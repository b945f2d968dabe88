package io.luciola.cluster.cli.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.UnusableDeviceException;
import io.luciola.blockstore.engine.check.CheckProgress;
import io.luciola.blockstore.engine.check.CheckReport;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.cli.CommandFailure;
import java.util.Optional;

/** What formatting a device would destroy, in words. */
final class EngineContent {

  /** File systems and partition tables leave something at one of the ends. */
  private static final int LOOKED_AT_BYTES = 1 << 20;

  private EngineContent() {}

  static Optional<String> of(BlockDevice device) {
    if (BlockEngine.isFormatted(device)) {
      return Optional.of(engine(device));
    }
    long size = device.geometry().sizeBytes();
    long end = Math.max(0, size - LOOKED_AT_BYTES);
    long found = firstByte(device, 0, Math.min(size, LOOKED_AT_BYTES));
    if (found < 0) {
      found = firstByte(device, end, size);
    }
    return found < 0
        ? Optional.empty()
        : Optional.of("data of somebody else, the first of it at offset " + found);
  }

  private static String engine(BlockDevice device) {
    try {
      CheckReport report = DeviceCheck.run(device, false, CheckProgress.SILENT);
      CheckReport.DeviceSummary summary = report.device();
      if (summary != null) {
        return "disk "
            + summary.uuid()
            + " of Luciola with "
            + summary.chunks()
            + " chunks in "
            + summary.targets().size()
            + " targets, "
            + ByteSize.approximate(summary.usedBytes());
      }
    } catch (UnusableDeviceException other) {
      return "a disk of Luciola that cannot be read: " + other.getMessage();
    }
    return "a damaged disk of Luciola";
  }

  private static long firstByte(BlockDevice device, long from, long end) {
    int bytes = (int) (end - from);
    long memory = Memory.allocate(bytes);
    try {
      for (int at = 0; at < bytes; at += device.geometry().maxTransferBytes()) {
        int piece = Math.min(bytes - at, device.geometry().maxTransferBytes());
        await(device, from + at, memory + at, piece);
      }
      for (int at = 0; at < bytes; at++) {
        if (Memory.getByte(memory + at) != 0) {
          return from + at;
        }
      }
      return -1;
    } finally {
      Memory.free(memory, bytes);
    }
  }

  private static void await(BlockDevice device, long offset, long address, int bytes) {
    int[] result = {Integer.MIN_VALUE};
    int answer = device.read(offset, address, bytes, 0);
    while (answer == BlockDevice.ACCEPTED && result[0] == Integer.MIN_VALUE) {
      device.poll((tag, outcome) -> result[0] = outcome, 1);
    }
    if (result[0] != bytes) {
      throw CommandFailure.failed(
          "cannot read "
              + device.geometry().name()
              + " at offset "
              + offset
              + ": "
              + (result[0] < 0 && answer == BlockDevice.ACCEPTED
                  ? Errno.describe(-result[0])
                  : "refused"));
    }
  }
}
