package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Errno;
import java.util.concurrent.locks.LockSupport;

/** Reads a device and waits for it. What it cannot read is a finding, and zeros. */
final class ReadOnlyDevice implements BlockDevice.CompletionHandler {

  private static final int BLOCK_BYTES = 4096;
  private static final long PAUSE_NS = 20_000;

  private final BlockDevice device;
  private final Findings findings;
  private final int pieceBytes;
  private int waitingFor;
  private int error;
  private long readBytes;

  ReadOnlyDevice(BlockDevice device, Findings findings) {
    this.device = device;
    this.findings = findings;
    pieceBytes = device.geometry().maxTransferBytes() & -BLOCK_BYTES;
  }

  String name() {
    return device.geometry().name();
  }

  long sizeBytes() {
    return device.geometry().sizeBytes();
  }

  boolean hasVolatileCache() {
    return device.geometry().volatileCache();
  }

  /** All that was read so far. */
  long readBytes() {
    return readBytes;
  }

  /** Reads whole blocks. */
  void read(long offset, long address, int lengthBytes) {
    readBytes += lengthBytes;
    if (tryRead(offset, address, lengthBytes) == 0) {
      return;
    }
    for (int at = 0; at < lengthBytes; at += BLOCK_BYTES) {
      int failure = tryRead(offset + at, address + at, BLOCK_BYTES);
      if (failure != 0) {
        Zeros.put(address + at, BLOCK_BYTES);
        findings.error(
            "the device cannot read this block: " + Errno.describe(-failure),
            offset + at,
            BLOCK_BYTES);
      }
    }
  }

  @Override
  public void onCompletion(long tag, int result) {
    waitingFor--;
    if (result != tag && error == 0) {
      error = result < 0 ? result : -Errno.EIO;
    }
  }

  private int tryRead(long offset, long address, int lengthBytes) {
    error = 0;
    int submitted = 0;
    while (submitted < lengthBytes) {
      int piece = Math.min(pieceBytes, lengthBytes - submitted);
      int answer = device.read(offset + submitted, address + submitted, piece, piece);
      if (answer == BlockDevice.QUEUE_FULL) {
        collect();
        continue;
      }
      if (answer != BlockDevice.ACCEPTED) {
        error = -Errno.EINVAL;
        break;
      }
      waitingFor++;
      submitted += piece;
    }
    while (waitingFor > 0) {
      collect();
    }
    return error;
  }

  private void collect() {
    if (device.poll(this, Integer.MAX_VALUE) == 0) {
      LockSupport.parkNanos(PAUSE_NS);
    }
  }
}
