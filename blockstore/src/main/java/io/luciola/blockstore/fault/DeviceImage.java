package io.luciola.blockstore.fault;

import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The content of a device, in pages that copies share until one of them writes: a copy of a large
 * device costs microseconds. Never written pages are zeros. For one thread.
 */
public final class DeviceImage {

  private static final int PAGE = 4096;
  private static final byte[] ZEROS = new byte[PAGE];

  private final byte[][] pages;
  private final BitSet owned = new BitSet();

  /** An image of zeros; the size is a multiple of 4 KiB. */
  public DeviceImage(long sizeBytes) {
    if (sizeBytes <= 0 || sizeBytes % PAGE != 0) {
      throw new IllegalArgumentException("The size is a multiple of 4 KiB, not " + sizeBytes);
    }
    pages = new byte[Math.toIntExact(sizeBytes / PAGE)][];
    Arrays.fill(pages, ZEROS);
  }

  private DeviceImage(byte[][] pages) {
    this.pages = pages;
  }

  /** Size of the device. */
  public long sizeBytes() {
    return (long) pages.length * PAGE;
  }

  /** An independent image of the same content. */
  public DeviceImage copy() {
    owned.clear();
    return new DeviceImage(pages.clone());
  }

  /** Copies a range into an array. */
  public void read(long offsetBytes, byte[] destination, int from, int lengthBytes) {
    for (int done = 0; done < lengthBytes; ) {
      int at = (int) ((offsetBytes + done) % PAGE);
      int piece = Math.min(PAGE - at, lengthBytes - done);
      System.arraycopy(page(offsetBytes + done), at, destination, from + done, piece);
      done += piece;
    }
  }

  /** A range as an array. */
  public byte[] read(long offsetBytes, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    read(offsetBytes, bytes, 0, lengthBytes);
    return bytes;
  }

  /** Copies an array into a range. */
  public void write(long offsetBytes, byte[] source, int from, int lengthBytes) {
    for (int done = 0; done < lengthBytes; ) {
      int at = (int) ((offsetBytes + done) % PAGE);
      int piece = Math.min(PAGE - at, lengthBytes - done);
      System.arraycopy(source, from + done, ownPage(offsetBytes + done), at, piece);
      done += piece;
    }
  }

  /** Copies a range into memory. */
  public void readTo(long address, long offsetBytes, long lengthBytes) {
    for (long done = 0; done < lengthBytes; ) {
      int at = (int) ((offsetBytes + done) % PAGE);
      int piece = (int) Math.min(PAGE - at, lengthBytes - done);
      Memory.put(address + done, page(offsetBytes + done), at, piece);
      done += piece;
    }
  }

  /** Copies memory into a range. */
  public void writeFrom(long address, long offsetBytes, long lengthBytes) {
    for (long done = 0; done < lengthBytes; ) {
      int at = (int) ((offsetBytes + done) % PAGE);
      int piece = (int) Math.min(PAGE - at, lengthBytes - done);
      Memory.get(address + done, ownPage(offsetBytes + done), at, piece);
      done += piece;
    }
  }

  /** Fills a range. */
  public void fill(long offsetBytes, long lengthBytes, byte value) {
    for (long done = 0; done < lengthBytes; ) {
      int at = (int) ((offsetBytes + done) % PAGE);
      int piece = (int) Math.min(PAGE - at, lengthBytes - done);
      Arrays.fill(ownPage(offsetBytes + done), at, at + piece, value);
      done += piece;
    }
  }

  /** Turns over one bit of a byte. */
  public void flipBit(long offsetBytes, int bit) {
    ownPage(offsetBytes)[(int) (offsetBytes % PAGE)] ^= (byte) (1 << bit);
  }

  /** Whether a range holds the same bytes as in another image. */
  public boolean equals(DeviceImage other, long offsetBytes, int lengthBytes) {
    return Arrays.equals(read(offsetBytes, lengthBytes), other.read(offsetBytes, lengthBytes));
  }

  private byte[] page(long offsetBytes) {
    return pages[(int) (offsetBytes / PAGE)];
  }

  private byte[] ownPage(long offsetBytes) {
    int number = (int) (offsetBytes / PAGE);
    if (!owned.get(number)) {
      pages[number] = pages[number].clone();
      owned.set(number);
    }
    return pages[number];
  }
}
