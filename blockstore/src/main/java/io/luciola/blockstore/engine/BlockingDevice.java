package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.linux.Errno;
import java.util.concurrent.locks.LockSupport;

/** Waits for the device: for formatting and opening only. */
final class BlockingDevice implements BlockDevice.CompletionHandler {

  /** Longest sleep until completions, should one be missed. */
  static final long MOST_SLEEP_NS = 10_000_000;

  private static final long PAUSE_NS = 20_000;

  private final BlockDevice device;
  private int inFlight;

  /** What the last request that was not carried out wholly came back with. */
  private int shortResult;

  private boolean isShort;

  BlockingDevice(BlockDevice device) {
    this.device = device;
  }

  /** Waits a moment, where there is nothing to sleep on. */
  static void pause() {
    LockSupport.parkNanos(PAUSE_NS);
  }

  void read(long offsetBytes, long address, int lengthBytes) {
    int most = maxPieceBytes();
    for (int at = 0; at < lengthBytes; at += most) {
      int piece = Math.min(most, lengthBytes - at);
      int answer = device.read(offsetBytes + at, address + at, piece, piece);
      await("Reading", offsetBytes + at, piece, answer);
    }
  }

  void write(long offsetBytes, long address, int lengthBytes) {
    int most = maxPieceBytes();
    for (int at = 0; at < lengthBytes; at += most) {
      int piece = Math.min(most, lengthBytes - at);
      int answer = device.write(offsetBytes + at, address + at, piece, 0, piece);
      await("Writing", offsetBytes + at, piece, answer);
    }
  }

  void flush() {
    await("Flushing", 0, 0, device.flush(0));
  }

  /** Begins a read, one of many at a time, for which {@link #finish} waits. */
  void beginRead(long offsetBytes, long address, int lengthBytes) {
    int most = maxPieceBytes();
    int at = 0;
    while (at < lengthBytes) {
      int piece = Math.min(most, lengthBytes - at);
      int answer = device.read(offsetBytes + at, address + at, piece, piece);
      if (answer == BlockDevice.QUEUE_FULL) {
        collect();
        continue;
      }
      if (answer != BlockDevice.ACCEPTED) {
        finish();
        throw refused("Reading", offsetBytes + at, answer);
      }
      inFlight++;
      at += piece;
    }
  }

  /** Waits for what was begun; false when one of it failed. */
  boolean finish() {
    while (inFlight > 0) {
      collect();
    }
    boolean whole = !isShort;
    isShort = false;
    return whole;
  }

  @Override
  public void onCompletion(long tag, int result) {
    inFlight--;
    if (result != tag) {
      isShort = true;
      shortResult = result;
    }
  }

  private void collect() {
    if (device.poll(this, Integer.MAX_VALUE) == 0) {
      device.await(MOST_SLEEP_NS);
      if (device.poll(this, Integer.MAX_VALUE) == 0) {
        pause();
      }
    }
  }

  private int maxPieceBytes() {
    return device.geometry().maxTransferBytes() & -ChunkEngine.BLOCK_BYTES;
  }

  private void await(String what, long offsetBytes, int expected, int answer) {
    if (answer != BlockDevice.ACCEPTED) {
      throw refused(what, offsetBytes, answer);
    }
    inFlight++;
    if (!finish()) {
      String why =
          shortResult < 0
              ? Errno.describe(-shortResult)
              : "only " + shortResult + " of " + expected + " bytes";
      throw new UnusableDeviceException(
          Reason.DEVICE_ERROR, where(what, offsetBytes) + " failed: " + why);
    }
  }

  private UnusableDeviceException refused(String what, long offsetBytes, int answer) {
    return new UnusableDeviceException(
        Reason.DEVICE_ERROR, where(what, offsetBytes) + " was refused: code " + answer);
  }

  private String where(String what, long offsetBytes) {
    return what + " " + device.geometry().name() + " at offset " + offsetBytes;
  }
}
