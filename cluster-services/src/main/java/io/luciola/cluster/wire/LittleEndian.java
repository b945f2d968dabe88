package io.luciola.cluster.wire;

import io.luciola.blockstore.linux.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Fields of frames in absolute memory, in the byte order of the wire, at any alignment. */
final class LittleEndian {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static byte getByte(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  static void putByte(long address, byte value) {
    Memory.ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  static short getShort(long address) {
    return Memory.ALL.get(SHORT, address);
  }

  static void putShort(long address, short value) {
    Memory.ALL.set(SHORT, address, value);
  }

  static int getInt(long address) {
    return Memory.ALL.get(INT, address);
  }

  static void putInt(long address, int value) {
    Memory.ALL.set(INT, address, value);
  }

  static long getLong(long address) {
    return Memory.ALL.get(LONG, address);
  }

  static void putLong(long address, long value) {
    Memory.ALL.set(LONG, address, value);
  }
}
