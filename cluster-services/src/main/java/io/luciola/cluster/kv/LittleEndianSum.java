package io.luciola.cluster.kv;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The value that an atomic addition leaves behind. */
final class LittleEndianSum {

  private LittleEndianSum() {}

  static byte[] of(byte @Nullable [] value, long delta) {
    byte[] operand = value == null ? new byte[Long.BYTES] : Arrays.copyOf(value, Long.BYTES);
    ByteBuffer sum = ByteBuffer.wrap(operand).order(ByteOrder.LITTLE_ENDIAN);
    sum.putLong(0, sum.getLong(0) + delta);
    return operand;
  }
}
