package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.wire.FrameHeader;
import io.luciola.cluster.wire.HeaderFault;

/**
 * Cuts the byte stream of one connection into frames. Headers and the beginning of payloads come
 * through a buffer; what is still missing of a payload is received straight into its destination.
 */
final class FrameReceiver {

  private static final long NOWHERE = -1;

  private final TcpConnection connection;
  private final FrameHandler handler;
  private final int maxPayloadBytes;
  private final long buffer;
  private final int capacityBytes;
  private final long vector;
  private final long savedHeader;
  private final FrameHeader header = new FrameHeader();

  private int start;
  private int end;
  private boolean paused;
  private boolean parsing;
  private int payloadBytes;
  private int payloadMissing;
  private long payloadStart = NOWHERE;
  private long destination = NOWHERE;

  FrameReceiver(
      TcpConnection connection, FrameHandler handler, ConnectionMemory memory, TcpOptions options) {
    this.connection = connection;
    this.handler = handler;
    this.maxPayloadBytes = options.maxPayloadBytes();
    this.buffer = memory.receiveBuffer;
    this.capacityBytes = options.receiveBufferBytes();
    this.vector = memory.receiveVector;
    this.savedHeader = memory.savedHeader;
  }

  boolean isPaused() {
    return paused;
  }

  void abandonPayload(long start) {
    if (payloadMissing > 0 && payloadStart == start) {
      destination = NOWHERE;
    }
  }

  /** Fills the vector with where the next bytes go; returns its number of elements. */
  int prepare() {
    compact();
    int elements = 0;
    if (payloadMissing > 0 && destination != NOWHERE) {
      put(elements++, destination + (payloadBytes - payloadMissing), payloadMissing);
    }
    put(elements++, buffer + end, capacityBytes - end);
    return elements;
  }

  /** Bytes which the vector of the last {@link #prepare()} has room for. */
  long preparedBytes() {
    long direct = payloadMissing > 0 && destination != NOWHERE ? payloadMissing : 0;
    return direct + capacityBytes - end;
  }

  /** Takes note of received bytes and hands over the frames which they complete. */
  int onReceived(int bytes) {
    int direct = 0;
    if (payloadMissing > 0 && destination != NOWHERE) {
      direct = Math.min(bytes, payloadMissing);
      payloadMissing -= direct;
    }
    end += bytes - direct;
    int frames = 0;
    if (direct > 0 && payloadMissing == 0) {
      frames = 1;
      deliver(savedHeader);
    }
    return frames + parse();
  }

  /** Goes on after a pause. */
  int resume() {
    if (!paused || parsing) {
      return 0;
    }
    paused = false;
    return parse();
  }

  private int parse() {
    if (parsing) {
      return 0;
    }
    parsing = true;
    int frames = 0;
    while (connection.isOpen() && !paused && step()) {
      frames++;
    }
    parsing = false;
    return frames;
  }

  /** Handles one header or one payload; false when more bytes or a resume are needed. */
  private boolean step() {
    if (payloadMissing > 0) {
      return takePayload();
    }
    int available = end - start;
    if (available < FrameHeader.PREFIX_BYTES) {
      return false;
    }
    header.wrap(buffer + start);
    HeaderFault fault = header.judgePrefix(maxPayloadBytes);
    int headerBytes = header.headerLengthBytes();
    if (fault == HeaderFault.NONE) {
      if (available < headerBytes) {
        return false;
      }
      fault = header.judgeHeader();
    }
    if (fault != HeaderFault.NONE) {
      connection.closeForFault(fault.reason());
      return false;
    }
    return startFrame(headerBytes);
  }

  private boolean startFrame(int headerBytes) {
    long headerAddress = buffer + start;
    int payload = header.payloadLengthBytes();
    long answer = handler.onHeader(connection, headerAddress, payload);
    if (!connection.isOpen()) {
      return false;
    }
    if (answer == FrameHandler.PAUSE) {
      paused = true;
      connection.updateInterest();
      return false;
    }
    start += headerBytes;
    payloadBytes = payload;
    payloadMissing = payload;
    payloadStart = answer == FrameHandler.DISCARD ? NOWHERE : answer;
    destination = payloadStart;
    if (payload == 0) {
      if (answer != FrameHandler.DISCARD) {
        handler.onFrame(connection, headerAddress, 0);
      }
      return true;
    }
    if (end - start < payload) {
      Memory.copy(headerAddress, savedHeader, headerBytes);
      headerAddress = savedHeader;
    }
    return takePayload(headerAddress);
  }

  private boolean takePayload() {
    return takePayload(savedHeader);
  }

  private boolean takePayload(long headerAddress) {
    int taken = Math.min(payloadMissing, end - start);
    if (taken > 0 && destination != NOWHERE) {
      Memory.copy(buffer + start, destination + (payloadBytes - payloadMissing), taken);
    }
    start += taken;
    payloadMissing -= taken;
    if (payloadMissing > 0) {
      return false;
    }
    deliver(headerAddress);
    return true;
  }

  private void deliver(long headerAddress) {
    if (destination != NOWHERE) {
      handler.onFrame(connection, headerAddress, payloadStart);
    }
  }

  private void compact() {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (start > 0) {
      Memory.copy(buffer + start, buffer, end - start);
      end -= start;
      start = 0;
    }
  }

  private void put(int element, long address, long lengthBytes) {
    long at = vector + (long) element * SendQueue.IOVEC_BYTES;
    Memory.putLong(at, address);
    Memory.putLong(at + 8, lengthBytes);
  }
}
