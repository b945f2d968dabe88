package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Errno;
import java.util.Arrays;

/**
 * Requests on their way to the device: cut into pieces that the device takes, kept waiting while
 * its queue is full, and handed back to their owners outside the device's poll.
 */
final class IoQueue implements BlockDevice.CompletionHandler {

  // Few at a time, so that what their owners submit next reaches the device before it runs dry.
  private static final int POLL_LIMIT = 16;
  private static final int INDEX_BITS = 32;

  private final BlockDevice device;
  private final int maxPieceBytes;
  private Io[] ios = new Io[64];
  private int registered;
  private Io waitingHead;
  private Io waitingTail;
  private Io doneHead;
  private Io doneTail;
  private int inFlight;
  private int submitted;
  private long started;
  private long failures;
  private int lastError;

  IoQueue(BlockDevice device) {
    this.device = device;
    this.maxPieceBytes = device.geometry().maxTransferBytes() & -ChunkEngine.BLOCK_BYTES;
  }

  /** Makes a request for an owner; at start only. */
  Io register(IoOwner owner) {
    if (registered == ios.length) {
      ios = Arrays.copyOf(ios, registered * 2);
    }
    Io io = new Io(registered, owner);
    ios[registered++] = io;
    return io;
  }

  void read(Io io, long offsetBytes, long address, int lengthBytes) {
    start(io, Io.READ, offsetBytes, address, lengthBytes);
  }

  void write(Io io, long offsetBytes, long address, int lengthBytes) {
    start(io, Io.WRITE, offsetBytes, address, lengthBytes);
  }

  /** Writes; durable when it has ended. */
  void writeDurably(Io io, long offsetBytes, long address, int lengthBytes) {
    start(io, Io.WRITE_DURABLY, offsetBytes, address, lengthBytes);
  }

  void flush(Io io) {
    start(io, Io.FLUSH, 0, 0, 0);
  }

  /** Tells the device that a range is no longer needed. */
  void discard(Io io, long offsetBytes, int lengthBytes) {
    start(io, Io.DISCARD, offsetBytes, 0, lengthBytes);
  }

  /** Requests begun since the start. */
  long started() {
    return started;
  }

  /** Requests that ended with an error since the start. */
  long failures() {
    return failures;
  }

  /** What the last of them ended with, a negative errno; 0 when there is none. */
  int lastError() {
    return lastError;
  }

  /** Requests that have not ended. */
  int inFlight() {
    return inFlight;
  }

  /** Collects what ended; returns how much was done, new submissions included. */
  int poll() {
    int work = device.poll(this, POLL_LIMIT);
    while (doneHead != null) {
      Io io = doneHead;
      doneHead = io.next;
      io.next = null;
      io.inFlight = false;
      inFlight--;
      if (io.error != 0) {
        failures++;
        lastError = io.error;
      }
      io.owner.onIo(io, io.error);
    }
    push();
    work += submitted;
    submitted = 0;
    return work;
  }

  @Override
  public void onCompletion(long tag, int result) {
    Io io = ios[(int) tag];
    int expected = (int) (tag >>> INDEX_BITS);
    if (result < 0) {
      io.error = result;
    } else if (result != expected && io.error == 0) {
      io.error = -Errno.EIO;
    }
    io.pieces--;
    endIfComplete(io);
  }

  private void start(Io io, int kind, long offsetBytes, long address, int lengthBytes) {
    assert !io.inFlight : "a request is reused while in flight";
    io.kind = kind;
    io.offsetBytes = offsetBytes;
    io.address = address;
    io.lengthBytes = lengthBytes;
    io.submittedBytes = 0;
    io.pieces = 0;
    io.error = 0;
    io.inFlight = true;
    io.next = null;
    inFlight++;
    started++;
    if (waitingHead == null) {
      waitingHead = io;
    } else {
      waitingTail.next = io;
    }
    waitingTail = io;
    push();
  }

  private void push() {
    while (waitingHead != null) {
      Io io = waitingHead;
      if (!submitPieces(io)) {
        return;
      }
      waitingHead = io.next;
      io.next = null;
      endIfComplete(io);
    }
  }

  /** Submits what is left of a request; false when the device's queue is full. */
  private boolean submitPieces(Io io) {
    do {
      int piece = Math.min(maxPieceBytes, io.lengthBytes - io.submittedBytes);
      long transferred = io.kind == Io.DISCARD ? 0 : piece;
      long tag = (transferred << INDEX_BITS) | io.index;
      long offset = io.offsetBytes + io.submittedBytes;
      long address = io.address + io.submittedBytes;
      int answer =
          switch (io.kind) {
            case Io.READ -> device.read(offset, address, piece, tag);
            case Io.WRITE -> device.write(offset, address, piece, 0, tag);
            case Io.WRITE_DURABLY -> device.write(offset, address, piece, BlockDevice.FUA, tag);
            case Io.DISCARD -> device.discard(offset, piece, tag);
            default -> device.flush(tag);
          };
      if (answer == BlockDevice.QUEUE_FULL) {
        return false;
      }
      if (answer < 0) {
        io.error = answer == BlockDevice.CLOSED ? -Errno.EIO : -Errno.EINVAL;
        io.submittedBytes = io.lengthBytes;
        return true;
      }
      submitted++;
      io.pieces++;
      io.submittedBytes += piece;
    } while (io.submittedBytes < io.lengthBytes);
    return true;
  }

  private void endIfComplete(Io io) {
    if (io.pieces > 0 || io.submittedBytes < io.lengthBytes) {
      return;
    }
    io.next = null;
    if (doneHead == null) {
      doneHead = io;
    } else {
      doneTail.next = io;
    }
    doneTail = io;
  }
}
