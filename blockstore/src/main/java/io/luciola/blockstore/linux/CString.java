package io.luciola.blockstore.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Zero-terminated UTF-8 strings in memory. */
public final class CString {

  private CString() {}

  /**
   * Copies a text into the arena; returns its address.
   *
   * @throws IllegalArgumentException when the text holds a zero character
   */
  public static long in(Arena arena, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("A C string cannot hold a zero character: " + text);
    }
    return arena.allocateFrom(text, UTF_8).address();
  }

  /** The text at the address, cut after {@code maxBytes} where no zero came before. */
  public static String at(long address, int maxBytes) {
    int length = 0;
    while (length < maxBytes && Memory.getByte(address + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes, 0, length);
    return new String(bytes, UTF_8);
  }
}
