package io.luciola.cluster.transport;

import io.luciola.blockstore.linux.Memory;
import io.luciola.cluster.wire.FrameHeader;

/**
 * Frames that wait to leave on one connection: headers in a ring of off-heap slots, payloads where
 * their owners have them. Gathers both into an I/O vector.
 */
final class SendQueue {

  /** Linux takes 1,024 elements per call. */
  static final int MAX_VECTOR = 1024;

  static final int IOVEC_BYTES = 16;

  private final int capacity;
  private final int mask;
  private final long headers;
  private final long vector;
  private final int[] headerBytes;
  private final int[] payloadBytes;
  private final long[] payloadAddress;
  private final long[] token;
  private final FrameHeader frame = new FrameHeader();

  private long head;
  private long tail;
  private long headSentBytes;
  private long gatheredBytes;

  /**
   * A queue in given memory.
   *
   * @param headers {@code capacity} slots of {@link FrameHeader#REQUEST_BYTES}
   * @param vector room for {@link #MAX_VECTOR} elements
   */
  SendQueue(int capacity, long headers, long vector) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.headers = headers;
    this.vector = vector;
    this.headerBytes = new int[capacity];
    this.payloadBytes = new int[capacity];
    this.payloadAddress = new long[capacity];
    this.token = new long[capacity];
  }

  int free() {
    return capacity - (int) (tail - head);
  }

  boolean isEmpty() {
    return head == tail;
  }

  void clear() {
    head = 0;
    tail = 0;
    headSentBytes = 0;
  }

  long claim() {
    return free() == 0 ? Connection.REFUSED : slotAddress(tail);
  }

  void add(long payload, long frameToken) {
    if (free() == 0) {
      throw new IllegalStateException("send without a claimed header");
    }
    int slot = (int) tail & mask;
    frame.wrap(slotAddress(tail));
    headerBytes[slot] = frame.headerLengthBytes();
    payloadBytes[slot] = frame.payloadLengthBytes();
    payloadAddress[slot] = payload;
    token[slot] = frameToken;
    tail++;
  }

  boolean contains(long frameToken) {
    for (long i = head; i < tail; i++) {
      if (token[(int) i & mask] == frameToken) {
        return true;
      }
    }
    return false;
  }

  /** Fills the vector with what waits; returns its number of elements. */
  int gather() {
    int elements = 0;
    gatheredBytes = 0;
    long skip = headSentBytes;
    for (long i = head; i < tail && elements + 2 <= MAX_VECTOR; i++) {
      int slot = (int) i & mask;
      if (skip < headerBytes[slot]) {
        elements = put(elements, slotAddress(i) + skip, headerBytes[slot] - skip);
        skip = 0;
      } else {
        skip -= headerBytes[slot];
      }
      if (payloadBytes[slot] > 0) {
        elements = put(elements, payloadAddress[slot] + skip, payloadBytes[slot] - skip);
      }
      skip = 0;
    }
    return elements;
  }

  /** Where {@link #gather()} puts the vector. */
  long vector() {
    return vector;
  }

  /** Bytes behind the vector of the last {@link #gather()}. */
  long gatheredBytes() {
    return gatheredBytes;
  }

  /** Notes that bytes were sent. */
  void advance(long sentBytes) {
    headSentBytes += sentBytes;
  }

  /** Whether the first frame left wholly. */
  boolean isFirstSent() {
    return head < tail && headSentBytes >= firstLengthBytes();
  }

  /** Removes the first frame, which left wholly; returns its token. */
  long removeFirst() {
    int slot = (int) head & mask;
    headSentBytes -= firstLengthBytes();
    head++;
    return token[slot];
  }

  private long firstLengthBytes() {
    int slot = (int) head & mask;
    return (long) headerBytes[slot] + payloadBytes[slot];
  }

  private int put(int element, long address, long lengthBytes) {
    long at = vector + (long) element * IOVEC_BYTES;
    Memory.putLong(at, address);
    Memory.putLong(at + 8, lengthBytes);
    gatheredBytes += lengthBytes;
    return element + 1;
  }

  private long slotAddress(long sequence) {
    return headers + (sequence & mask) * FrameHeader.REQUEST_BYTES;
  }
}
