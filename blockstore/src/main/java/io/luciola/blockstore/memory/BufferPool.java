package io.luciola.blockstore.memory;

import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;

/**
 * Page-aligned I/O buffers out of one region that is mapped and touched once; what it holds is the
 * bound of all I/O memory of its owner.
 *
 * <p>A buddy allocator: sizes are powers of two from {@link #MIN_BUFFER_BYTES} to {@link
 * #maxBufferBytes()}, split when asked for and merged when given back. For one thread at a time;
 * allocates nothing after construction. Memory is zeroed only at first.
 */
public final class BufferPool implements AutoCloseable {

  /** Smallest buffer, and alignment of all. */
  public static final int MIN_BUFFER_BYTES = 4096;

  /** Largest buffer when not configured otherwise. */
  public static final int DEFAULT_MAX_BUFFER_BYTES = 1 << 20;

  /** Largest buffer that can be configured. */
  public static final int LIMIT_MAX_BUFFER_BYTES = 64 << 20;

  /** Answer of {@link #acquire} when no memory of that size is free. */
  public static final long EXHAUSTED = 0;

  /** A region of its own begins at a huge page: that is what devices register, and kernels use. */
  private static final long REGION_ALIGNMENT_BYTES = 2L << 20;

  private static final int PAGE_SHIFT = 12;
  private static final int NONE = -1;

  // State of a page: the first page of a block says the block's order and whether it is free.
  private static final byte INNER = -1;
  private static final int FREE = 0x40;

  private final long regionAddress;
  private final long capacityBytes;

  /** What the region lies in; 0 when it is the caller's. */
  private final long mappingAddress;

  private final int maxOrder;
  private final byte[] states;
  private final int[] next;
  private final int[] previous;
  private final int[] heads;

  private long freeBytes;
  private int buffersInUse;
  private boolean closed;

  /** A pool of {@link #DEFAULT_MAX_BUFFER_BYTES} buffers at most. */
  public BufferPool(long capacityBytes) {
    this(capacityBytes, DEFAULT_MAX_BUFFER_BYTES);
  }

  /**
   * Maps and touches the region.
   *
   * @param capacityBytes rounded up to a multiple of {@code maxBufferBytes}; at most 1 TiB
   * @param maxBufferBytes a power of two from {@link #MIN_BUFFER_BYTES} to {@link
   *     #LIMIT_MAX_BUFFER_BYTES}
   * @throws IllegalArgumentException when an argument is outside its range
   * @throws IllegalStateException when there is not so much memory
   */
  public BufferPool(long capacityBytes, int maxBufferBytes) {
    this(0, capacityBytes, maxBufferBytes);
  }

  /**
   * A pool in memory of the caller, which stays the caller's and must outlive the pool.
   *
   * @param regionAddress a multiple of {@link #MIN_BUFFER_BYTES}, not 0
   * @param capacityBytes a multiple of {@code maxBufferBytes}; at most 1 TiB
   * @param maxBufferBytes as for a pool of its own
   * @throws IllegalArgumentException when an argument is outside its range
   */
  public static BufferPool within(long regionAddress, long capacityBytes, int maxBufferBytes) {
    if (maxBufferBytes <= 0
        || regionAddress == 0
        || regionAddress % MIN_BUFFER_BYTES != 0
        || capacityBytes % maxBufferBytes != 0) {
      throw new IllegalArgumentException(
          "A region for buffers of "
              + maxBufferBytes
              + " bytes begins at a page and is a multiple of them, not "
              + capacityBytes
              + " bytes at 0x"
              + Long.toHexString(regionAddress));
    }
    return new BufferPool(regionAddress, capacityBytes, maxBufferBytes);
  }

  private BufferPool(long givenRegion, long capacityBytes, int maxBufferBytes) {
    if (Integer.bitCount(maxBufferBytes) != 1
        || maxBufferBytes < MIN_BUFFER_BYTES
        || maxBufferBytes > LIMIT_MAX_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          "The largest buffer must be a power of two from 4 KiB to 64 MiB, not "
              + maxBufferBytes
              + " bytes");
    }
    if (capacityBytes <= 0 || capacityBytes > 1L << 40) {
      throw new IllegalArgumentException(
          "A buffer pool holds from 1 byte to 1 TiB, not " + capacityBytes + " bytes");
    }
    this.capacityBytes = (capacityBytes + maxBufferBytes - 1) / maxBufferBytes * maxBufferBytes;
    maxOrder = Integer.numberOfTrailingZeros(maxBufferBytes) - PAGE_SHIFT;
    int pages = (int) (this.capacityBytes >>> PAGE_SHIFT);
    states = new byte[pages];
    next = new int[pages];
    previous = new int[pages];
    heads = new int[maxOrder + 1];
    Arrays.fill(states, INNER);
    Arrays.fill(heads, NONE);
    mappingAddress = givenRegion == 0 ? Memory.allocate(mappingBytes()) : 0;
    regionAddress = givenRegion == 0 ? touchRegion() : givenRegion;
    freeBytes = this.capacityBytes;
    for (int page = pages - (1 << maxOrder); page >= 0; page -= 1 << maxOrder) {
      push(page, maxOrder);
    }
  }

  private long mappingBytes() {
    return capacityBytes + REGION_ALIGNMENT_BYTES;
  }

  private long touchRegion() {
    long address = (mappingAddress + REGION_ALIGNMENT_BYTES - 1) & -REGION_ALIGNMENT_BYTES;
    Memory.adviseHugePages(address, capacityBytes);
    Memory.pretouch(address, capacityBytes);
    return address;
  }

  /**
   * Takes a buffer of at least this length.
   *
   * @return its address, or {@link #EXHAUSTED}; that is an expected answer: try again after a
   *     release
   * @throws IllegalArgumentException when the length is not from 1 to {@link #maxBufferBytes()}
   */
  public long acquire(int lengthBytes) {
    if (lengthBytes <= 0 || lengthBytes > maxBufferBytes()) {
      throw new IllegalArgumentException(
          "A buffer of this pool has 1 to " + maxBufferBytes() + " bytes, not " + lengthBytes);
    }
    checkOpen();
    int wanted = orderOf(lengthBytes);
    int order = wanted;
    while (order <= maxOrder && heads[order] == NONE) {
      order++;
    }
    if (order > maxOrder) {
      return EXHAUSTED;
    }
    int page = heads[order];
    unlink(page, order);
    while (order > wanted) {
      order--;
      push(page + (1 << order), order);
    }
    states[page] = (byte) wanted;
    freeBytes -= bytesOf(wanted);
    buffersInUse++;
    return regionAddress + ((long) page << PAGE_SHIFT);
  }

  /**
   * Gives a buffer back.
   *
   * @throws IllegalArgumentException when the address is not that of a buffer in use: foreign, the
   *     middle of one, or released before
   */
  public void release(long address) {
    checkOpen();
    int page = pageOf(address);
    int order = states[page];
    if (order == INNER || (order & FREE) != 0) {
      throw new IllegalArgumentException(
          "Buffer 0x"
              + Long.toHexString(address)
              + " is not in use: released twice, or an address inside a buffer");
    }
    freeBytes += bytesOf(order);
    buffersInUse--;
    states[page] = INNER;
    while (order < maxOrder) {
      int buddy = page ^ (1 << order);
      if (states[buddy] != (order | FREE)) {
        break;
      }
      unlink(buddy, order);
      page = Math.min(page, buddy);
      order++;
    }
    push(page, order);
  }

  /**
   * Usable length of a buffer in use: the power of two that its request was rounded up to.
   *
   * @throws IllegalArgumentException when the address is not that of a buffer in use
   */
  public int lengthBytes(long address) {
    int order = states[pageOf(address)];
    if (order == INNER || (order & FREE) != 0) {
      throw new IllegalArgumentException(
          "Buffer 0x" + Long.toHexString(address) + " is not in use");
    }
    return (int) bytesOf(order);
  }

  /** Address of the region that all buffers lie in, {@link #capacityBytes()} long. */
  public long regionAddress() {
    return regionAddress;
  }

  /** Size of the region. */
  public long capacityBytes() {
    return capacityBytes;
  }

  /** Bytes that are in no buffer in use; they may be in pieces smaller than the next request. */
  public long freeBytes() {
    return freeBytes;
  }

  /** Buffers acquired and not released. */
  public int buffersInUse() {
    return buffersInUse;
  }

  /** Largest buffer that this pool hands out. */
  public int maxBufferBytes() {
    return MIN_BUFFER_BYTES << maxOrder;
  }

  /** Unmaps a region of its own; buffers still in use must not be touched any more. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (mappingAddress != 0) {
        Memory.free(mappingAddress, mappingBytes());
      }
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("The buffer pool is closed");
    }
  }

  private int pageOf(long address) {
    long offset = address - regionAddress;
    if (offset < 0 || offset >= capacityBytes || (offset & (MIN_BUFFER_BYTES - 1)) != 0) {
      throw new IllegalArgumentException(
          "0x" + Long.toHexString(address) + " is not the address of a buffer of this pool");
    }
    return (int) (offset >>> PAGE_SHIFT);
  }

  private static int orderOf(int lengthBytes) {
    int pages = (lengthBytes + MIN_BUFFER_BYTES - 1) >>> PAGE_SHIFT;
    return Integer.SIZE - Integer.numberOfLeadingZeros(pages - 1);
  }

  private static long bytesOf(int order) {
    return (long) MIN_BUFFER_BYTES << order;
  }

  private void push(int page, int order) {
    int head = heads[order];
    states[page] = (byte) (order | FREE);
    next[page] = head;
    previous[page] = NONE;
    if (head != NONE) {
      previous[head] = page;
    }
    heads[order] = page;
  }

  private void unlink(int page, int order) {
    if (previous[page] == NONE) {
      heads[order] = next[page];
    } else {
      next[previous[page]] = next[page];
    }
    if (next[page] != NONE) {
      previous[next[page]] = previous[page];
    }
    states[page] = INNER;
  }
}
