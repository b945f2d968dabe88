package io.luciola.spdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory that drives can read and write: pinned, and zero at first. Any thread may use it; closing
 * it while a command is in flight that uses it is the caller's mistake.
 */
public final class DmaMemory implements AutoCloseable {

  private final DmaRanges ranges;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final long address;
  private final long lengthBytes;
  private boolean closed;

  private DmaMemory(DmaRanges ranges, long address, long lengthBytes) {
    this.ranges = ranges;
    this.address = address;
    this.lengthBytes = lengthBytes;
    segment = MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, null);
  }

  static DmaMemory allocate(DmaRanges ranges, long lengthBytes, long alignmentBytes) {
    if (lengthBytes < 1) {
      throw new IllegalArgumentException("lengthBytes must be at least 1, but is " + lengthBytes);
    }
    if (Long.bitCount(alignmentBytes) != 1 || alignmentBytes < 1) {
      throw new IllegalArgumentException(
          "alignmentBytes must be a power of two, but is " + alignmentBytes);
    }
    long address = EnvironmentCalls.allocate(lengthBytes, alignmentBytes);
    if (address == 0) {
      throw new SpdkException(
          "SPDK has no "
              + lengthBytes
              + " bytes of pinned memory left: give it more (EnvironmentOptions.memoryBytes), or"
              + " reserve more huge pages",
          Errno.ENOMEM);
    }
    ranges.add(address, lengthBytes);
    return new DmaMemory(ranges, address, lengthBytes);
  }

  /** Returns the address of the first byte. */
  public long address() {
    return address;
  }

  /** Returns the length. */
  public long lengthBytes() {
    return lengthBytes;
  }

  /** Returns the memory itself; every access after {@link #close} throws. */
  public MemorySegment segment() {
    return segment;
  }

  /** Gives the memory back; does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    arena.close();
    ranges.remove(address, lengthBytes);
    EnvironmentCalls.free(address);
  }
}
