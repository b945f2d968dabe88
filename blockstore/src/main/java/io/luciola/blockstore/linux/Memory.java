package io.luciola.blockstore.linux;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Off-heap memory by absolute address.
 *
 * <p>Nothing is checked: a wrong address kills the process. Numbers are little-endian and may be
 * unaligned, except where a method says otherwise. No access allocates.
 */
public final class Memory {

  /** All memory; the offset in it is the absolute address. */
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Size of a page, and alignment of {@link #allocate}. */
  public static final int PAGE_BYTES = 4096;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle();

  private Memory() {}

  /** Reads 1 byte. */
  public static byte getByte(long address) {
    return ALL.get(BYTE, address);
  }

  /** Writes 1 byte. */
  public static void putByte(long address, byte value) {
    ALL.set(BYTE, address, value);
  }

  /** Reads 2 bytes. */
  public static short getShort(long address) {
    return ALL.get(SHORT, address);
  }

  /** Writes 2 bytes. */
  public static void putShort(long address, short value) {
    ALL.set(SHORT, address, value);
  }

  /** Reads 4 bytes. */
  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  /** Writes 4 bytes. */
  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  /** Reads 8 bytes. */
  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  /** Writes 8 bytes. */
  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  /** Reads 4 aligned bytes; later accesses are not moved before it. */
  public static int getIntAcquire(long address) {
    return (int) ATOMIC_INT.getAcquire(ALL, address);
  }

  /** Writes 4 aligned bytes; earlier accesses are not moved behind it. */
  public static void putIntRelease(long address, int value) {
    ATOMIC_INT.setRelease(ALL, address, value);
  }

  /** Reads 8 aligned bytes; later accesses are not moved before it. */
  public static long getLongAcquire(long address) {
    return (long) ATOMIC_LONG.getAcquire(ALL, address);
  }

  /** Writes 8 aligned bytes; earlier accesses are not moved behind it. */
  public static void putLongRelease(long address, long value) {
    ATOMIC_LONG.setRelease(ALL, address, value);
  }

  /** Copies; the ranges may overlap. */
  public static void copy(long sourceAddress, long destinationAddress, long lengthBytes) {
    MemorySegment.copy(ALL, sourceAddress, ALL, destinationAddress, lengthBytes);
  }

  /** Copies out of memory into an array. */
  public static void get(long address, byte[] destination, int offset, int lengthBytes) {
    MemorySegment.copy(ALL, BYTE, address, destination, offset, lengthBytes);
  }

  /** Copies an array into memory. */
  public static void put(long address, byte[] source, int offset, int lengthBytes) {
    MemorySegment.copy(source, offset, ALL, BYTE, address, lengthBytes);
  }

  /** Sets every byte of the range. */
  public static void fill(long address, long lengthBytes, byte value) {
    ALL.asSlice(address, lengthBytes).fill(value);
  }

  /** Whether two ranges hold the same bytes. */
  public static boolean equal(long oneAddress, long otherAddress, long lengthBytes) {
    return MemorySegment.mismatch(
            ALL,
            oneAddress,
            oneAddress + lengthBytes,
            ALL,
            otherAddress,
            otherAddress + lengthBytes)
        < 0;
  }

  /**
   * Maps zeroed, page-aligned memory; pages come into being when first touched.
   *
   * @return the address, to be given back with {@link #free} and the same length
   * @throws IllegalStateException when the kernel refuses, with the errno in words
   */
  public static long allocate(long lengthBytes) {
    long address =
        Linux.mmap(
            0,
            lengthBytes,
            Linux.PROT_READ | Linux.PROT_WRITE,
            Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE,
            -1,
            0);
    if (address < 0) {
      throw new IllegalStateException(
          "Cannot map " + lengthBytes + " bytes of memory: " + Errno.describe((int) -address));
    }
    return address;
  }

  /**
   * Asks for huge pages in a range of {@link #allocate}; a kernel without them ignores it. Call it
   * before the first touch.
   */
  public static void adviseHugePages(long address, long lengthBytes) {
    Linux.madvise(address, lengthBytes, Linux.MADV_HUGEPAGE);
  }

  /** Gives whole pages of {@link #allocate} back; they are zeros when touched again. */
  public static void drop(long address, long lengthBytes) {
    Linux.madvise(address, lengthBytes, Linux.MADV_DONTNEED);
  }

  /** Touches every page of zeroed memory, so that no page fault comes later. */
  public static void pretouch(long address, long lengthBytes) {
    for (long page = address; page < address + lengthBytes; page += PAGE_BYTES) {
      putByte(page, (byte) 0);
    }
  }

  /**
   * Gives memory of {@link #allocate} back.
   *
   * @throws IllegalStateException when this is no mapping
   */
  public static void free(long address, long lengthBytes) {
    int result = Linux.munmap(address, lengthBytes);
    if (result < 0) {
      throw new IllegalStateException(
          "Cannot unmap " + lengthBytes + " bytes of memory: " + Errno.describe(-result));
    }
  }
}
