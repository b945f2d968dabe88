package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;

/**
 * A device that costs next to nothing, to measure what is above it: requests are carried out when
 * they are submitted, and transfers with registered memory move no bytes.
 *
 * <p>So it is no store. Content that only went through unregistered memory is kept as a memory
 * device would. A caller that registers zeroed memory, and has only zeros on the device where it
 * reads and writes with it, finds everything as it should be, checksums included; with other
 * content reads deliver what the memory held before, and whoever verifies finds that out.
 */
public final class NullDevice implements BlockDevice {

  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_TRANSFER_BYTES = 64 << 20;

  private final DeviceGeometry geometry;
  private final long contentAddress;
  private long registeredAddress;
  private long registeredBytes;

  // Completions by their slot of the ring.
  private final long[] tags;
  private final int[] results;
  private final SlotRing ring;
  private boolean closed;

  /**
   * Maps the memory, which is taken as it is written. Blocks have 4 KiB, and there is no volatile
   * cache.
   *
   * @param sizeBytes a multiple of 4 KiB
   * @param queueDepth most requests not polled yet
   */
  public NullDevice(long sizeBytes, int queueDepth) {
    if (sizeBytes <= 0 || sizeBytes % BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "The size of a null device is a multiple of 4 KiB and not 0, not " + sizeBytes);
    }
    if (queueDepth <= 0) {
      throw new IllegalArgumentException("The queue depth must be positive, not " + queueDepth);
    }
    geometry =
        new DeviceGeometry(
            "null:" + ByteSize.format(sizeBytes),
            sizeBytes,
            BLOCK_BYTES,
            BLOCK_BYTES,
            MAX_TRANSFER_BYTES,
            BLOCK_BYTES,
            queueDepth,
            false);
    tags = new long[queueDepth];
    results = new int[queueDepth];
    ring = new SlotRing(queueDepth);
    contentAddress = Memory.allocate(sizeBytes);
  }

  @Override
  public DeviceGeometry geometry() {
    return geometry;
  }

  @Override
  public boolean registerMemory(long address, long lengthBytes) {
    if (closed || registeredBytes > 0) {
      return false;
    }
    registeredAddress = address;
    registeredBytes = lengthBytes;
    return true;
  }

  @Override
  public int read(long offsetBytes, long address, int lengthBytes, long tag) {
    int refusal = refusal(offsetBytes, address, lengthBytes);
    if (refusal < 0) {
      return refusal;
    }
    if (!isRegistered(address, lengthBytes)) {
      Memory.copy(contentAddress + offsetBytes, address, lengthBytes);
    }
    return complete(tag, lengthBytes);
  }

  @Override
  public int write(long offsetBytes, long address, int lengthBytes, int flags, long tag) {
    int refusal = refusal(offsetBytes, address, lengthBytes);
    if (refusal < 0) {
      return refusal;
    }
    if (!isRegistered(address, lengthBytes)) {
      Memory.copy(address, contentAddress + offsetBytes, lengthBytes);
    }
    return complete(tag, lengthBytes);
  }

  @Override
  public int flush(long tag) {
    int refusal = refusal();
    return refusal < 0 ? refusal : complete(tag, 0);
  }

  @Override
  public int discard(long offsetBytes, long lengthBytes, long tag) {
    int refusal = refusal();
    if (refusal == ACCEPTED) {
      refusal = RequestRules.checkRange(geometry, offsetBytes, lengthBytes);
    }
    if (refusal < 0) {
      return refusal;
    }
    long address = contentAddress + offsetBytes;
    return complete(tag, Linux.madvise(address, lengthBytes, Linux.MADV_DONTNEED));
  }

  @Override
  public int poll(CompletionHandler handler, int limit) {
    // What the handler submits is left for the next poll.
    int due = Math.min(limit, ring.taken());
    for (int i = 0; i < due && !closed; i++) {
      int slot = ring.giveBack();
      handler.onCompletion(tags[slot], results[slot]);
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

  private int refusal(long offsetBytes, long address, int lengthBytes) {
    int refusal = refusal();
    return refusal < 0
        ? refusal
        : RequestRules.checkTransfer(geometry, offsetBytes, address, lengthBytes);
  }

  private int refusal() {
    if (closed) {
      return CLOSED;
    }
    return ring.isFull() ? QUEUE_FULL : ACCEPTED;
  }

  private boolean isRegistered(long address, int lengthBytes) {
    long at = address - registeredAddress;
    return at >= 0 && at + lengthBytes <= registeredBytes;
  }

  private int complete(long tag, int result) {
    int slot = ring.take();
    tags[slot] = tag;
    results[slot] = result;
    return ACCEPTED;
  }
}
