package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.linux.Errno;
import java.util.concurrent.locks.LockSupport;

/** Waits for one device request at a time: for formatting and opening only. */
final class BlockingDevice implements BlockDevice.CompletionHandler {

  private static final long PAUSE_NS = 20_000;

  private final BlockDevice device;
  private boolean done;
  private int result;

  BlockingDevice(BlockDevice device) {
    this.device = device;
  }

  /** Waits a moment for the device. */
  static void pause() {
    LockSupport.parkNanos(PAUSE_NS);
  }

  void read(long offsetBytes, long address, int lengthBytes) {
    int most = maxPieceBytes();
    for (int at = 0; at < lengthBytes; at += most) {
      int piece = Math.min(most, lengthBytes - at);
      int answer = device.read(offsetBytes + at, address + at, piece, 0);
      await("Reading", offsetBytes + at, piece, answer);
    }
  }

  void write(long offsetBytes, long address, int lengthBytes) {
    int most = maxPieceBytes();
    for (int at = 0; at < lengthBytes; at += most) {
      int piece = Math.min(most, lengthBytes - at);
      int answer = device.write(offsetBytes + at, address + at, piece, 0, 0);
      await("Writing", offsetBytes + at, piece, answer);
    }
  }

  void flush() {
    await("Flushing", 0, 0, device.flush(0));
  }

  @Override
  public void onCompletion(long tag, int completionResult) {
    done = true;
    result = completionResult;
  }

  private int maxPieceBytes() {
    return device.geometry().maxTransferBytes() & -ChunkEngine.BLOCK_BYTES;
  }

  private void await(String what, long offsetBytes, int expected, int answer) {
    String where = what + " " + device.geometry().name() + " at offset " + offsetBytes;
    if (answer != BlockDevice.ACCEPTED) {
      throw new UnusableDeviceException(
          Reason.DEVICE_ERROR, where + " was refused: code " + answer);
    }
    done = false;
    while (!done) {
      if (device.poll(this, 1) == 0) {
        pause();
      }
    }
    if (result != expected) {
      String why = result < 0 ? Errno.describe(-result) : "only " + result + " of " + expected;
      throw new UnusableDeviceException(Reason.DEVICE_ERROR, where + " failed: " + why);
    }
  }
}
