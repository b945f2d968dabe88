package io.luciola.blockstore.linux;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * CRC32C (Castagnoli) over memory. For one thread; after the first calls it allocates nothing as
 * long as the memory lies within a few GiB.
 */
public final class Crc32c {

  /** Most bytes of one {@link #update}. */
  public static final int MAX_LENGTH_BYTES = 1 << 29;

  // CRC32C takes buffers, so memory is seen through windows of 1.5 GiB that begin at multiples
  // of 1 GiB: a range of at most 512 MiB always lies wholly in the window it begins in.
  private static final int WINDOW_SHIFT = 30;
  private static final int WINDOW_BYTES = (1 << WINDOW_SHIFT) + MAX_LENGTH_BYTES;
  private static final int WINDOWS = 8;

  private static final int CACHE_LINE_BYTES = 64;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer[] windows = new ByteBuffer[WINDOWS];
  private final long[] windowNumbers = new long[WINDOWS];

  /** Written so that the compiler cannot leave the fetching out. */
  @SuppressWarnings("UnusedVariable")
  private byte fetched;

  /** A calculator with nothing in it. */
  public Crc32c() {
    Arrays.fill(windowNumbers, -1);
  }

  /** The checksum of one range. */
  public int of(long address, int lengthBytes) {
    reset();
    update(address, lengthBytes);
    return value();
  }

  /**
   * The checksum of a range that a device has just filled, so that it is in no cache near this
   * core. It is fetched first, line by line: many lines are then on their way at once, while the
   * checksum's own order of accesses waits for them in turn. Measured on 4 KiB blocks: 0.9 us
   * instead of 1.3; a core that reads sequentially is half as busy. On a range that is in the cache
   * it costs 20 ns more than {@link #of}.
   */
  public int ofArrived(long address, int lengthBytes) {
    byte all = 0;
    for (long line = address; line < address + lengthBytes; line += CACHE_LINE_BYTES) {
      all |= Memory.getByte(line);
    }
    fetched = all;
    return of(address, lengthBytes);
  }

  /** Starts anew. */
  public void reset() {
    crc.reset();
  }

  /** Adds a range of at most {@link #MAX_LENGTH_BYTES}. */
  public void update(long address, int lengthBytes) {
    long number = address >>> WINDOW_SHIFT;
    int slot = (int) (number & (WINDOWS - 1));
    if (windowNumbers[slot] != number) {
      windows[slot] = Memory.ALL.asSlice(number << WINDOW_SHIFT, WINDOW_BYTES).asByteBuffer();
      windowNumbers[slot] = number;
    }
    ByteBuffer window = windows[slot];
    int position = (int) (address - (number << WINDOW_SHIFT));
    window.limit(position + lengthBytes).position(position);
    crc.update(window);
  }

  /** The checksum of all that was added since {@link #reset}. */
  public int value() {
    return (int) crc.getValue();
  }
}
