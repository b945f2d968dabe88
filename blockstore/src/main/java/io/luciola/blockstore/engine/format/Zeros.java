package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Memory;

/** Clears memory without making an object, whatever the compiler has or has not optimised yet. */
public final class Zeros {

  private static final int PAGE_BYTES = Memory.PAGE_BYTES;

  // Never written and never freed.
  private static final long PAGE = Memory.allocate(PAGE_BYTES);

  private Zeros() {}

  /** Whether every byte of a range of at most 4 KiB is 0. */
  public static boolean isZeros(long address, int lengthBytes) {
    return Memory.equal(PAGE, address, lengthBytes);
  }

  /** Sets every byte of a range to 0. */
  public static void put(long address, long lengthBytes) {
    for (long at = 0; at < lengthBytes; at += PAGE_BYTES) {
      Memory.copy(PAGE, address + at, Math.min(PAGE_BYTES, lengthBytes - at));
    }
  }
}
