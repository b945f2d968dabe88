package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;

/**
 * A block device in this process's memory. It keeps nothing over {@link #close}.
 *
 * <p>Requests are carried out in order, when they are polled, so that memory which is touched too
 * early shows. Huge pages where the kernel has them; those which were never written take no memory.
 */
public final class MemoryDevice implements BlockDevice {

  /** Requests in flight when not said otherwise. */
  public static final int DEFAULT_QUEUE_DEPTH = 128;

  private static final int MAX_TRANSFER_BYTES = 64 << 20;

  private static final byte READ = 0;
  private static final byte WRITE = 1;
  private static final byte FLUSH = 2;
  private static final byte DISCARD = 3;

  private final DeviceGeometry geometry;
  private final long contentAddress;

  // Requests by their slot of the ring.
  private final byte[] operations;
  private final long[] offsets;
  private final long[] addresses;
  private final long[] lengths;
  private final long[] tags;
  private final SlotRing ring;
  private boolean closed;

  /** A device with 4 KiB blocks, a volatile cache and {@link #DEFAULT_QUEUE_DEPTH}. */
  public MemoryDevice(long sizeBytes) {
    this(sizeBytes, 4096, true, DEFAULT_QUEUE_DEPTH);
  }

  /**
   * Maps the memory; it is taken page by page as it is written.
   *
   * @param sizeBytes a multiple of 4 KiB
   * @param blockSizeBytes 512 or 4096
   * @param volatileCache what {@link #geometry()} says
   * @param queueDepth most requests in flight
   */
  public MemoryDevice(long sizeBytes, int blockSizeBytes, boolean volatileCache, int queueDepth) {
    if (sizeBytes <= 0 || sizeBytes % Memory.PAGE_BYTES != 0) {
      throw new IllegalArgumentException(
          "The size of a memory device is a multiple of 4 KiB and not 0, not " + sizeBytes);
    }
    if (blockSizeBytes != 512 && blockSizeBytes != 4096) {
      throw new IllegalArgumentException(
          "The block size of a device is 512 or 4096 bytes, not " + blockSizeBytes);
    }
    if (queueDepth <= 0) {
      throw new IllegalArgumentException("The queue depth must be positive, not " + queueDepth);
    }
    geometry =
        new DeviceGeometry(
            "memory:" + ByteSize.format(sizeBytes),
            sizeBytes,
            blockSizeBytes,
            blockSizeBytes,
            MAX_TRANSFER_BYTES,
            blockSizeBytes,
            queueDepth,
            volatileCache);
    operations = new byte[queueDepth];
    offsets = new long[queueDepth];
    addresses = new long[queueDepth];
    lengths = new long[queueDepth];
    tags = new long[queueDepth];
    ring = new SlotRing(queueDepth);
    contentAddress = Memory.allocate(sizeBytes);
    Memory.adviseHugePages(contentAddress, sizeBytes);
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    return accept(refusal, READ, offsetBytes, address, lengthBytes, tag);
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    int refusal = RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
    return accept(refusal, WRITE, offsetBytes, address, lengthBytes, tag);
  }

  @Override
  public int flush(long tag) {
    return accept(ACCEPTED, FLUSH, 0, 0, 0, tag);
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    int refusal = RequestRules.checkRange(geometry, offsetBytes, lengthBytes);
    return accept(refusal, DISCARD, offsetBytes, 0, lengthBytes, tag);
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    // What the handler submits is left for the next poll.
    int due = Math.min(limit, ring.taken());
    for (int i = 0; i < due && !closed; i++) {
      int slot = ring.giveBack();
      int result = carryOut(slot);
      handler.onCompletion(tags[slot], result);
    }
    return due;
  }

  @Override
  public int inFlight() {
    return ring.taken();
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ring.clear();
      Memory.free(contentAddress, geometry.sizeBytes());
    }
  }

  private int accept(
      int refusal, byte operation, long offsetBytes, long address, long lengthBytes, long tag) {
    if (closed) {
      return CLOSED;
    }
    if (refusal < 0) {
      return refusal;
    }
    if (ring.isFull()) {
      return QUEUE_FULL;
    }
    int slot = ring.take();
    operations[slot] = operation;
    offsets[slot] = offsetBytes;
    addresses[slot] = address;
    lengths[slot] = lengthBytes;
    tags[slot] = tag;
    return ACCEPTED;
  }

  private int carryOut(int slot) {
    long content = contentAddress + offsets[slot];
    long lengthBytes = lengths[slot];
    switch (operations[slot]) {
      case READ -> Memory.copy(content, addresses[slot], lengthBytes);
      case WRITE -> Memory.copy(addresses[slot], content, lengthBytes);
      case DISCARD -> {
        return giveBack(content, lengthBytes);
      }
      default -> {
        return 0;
      }
    }
    return (int) lengthBytes;
  }

  private static int giveBack(long address, long lengthBytes) {
    long first = (address + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
    long end = (address + lengthBytes) & -Memory.PAGE_BYTES;
    return first < end ? Linux.madvise(first, end - first, Linux.MADV_DONTNEED) : 0;
  }
}
