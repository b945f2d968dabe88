package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.MemorySegment;

/** The identify data of a controller, as the NVMe specification lays it out. */
final class IdentifyController {

  static final long BYTES = 4096;

  static final long VENDOR_ID = 0;
  static final long SERIAL_NUMBER = 4;
  static final int SERIAL_NUMBER_BYTES = 20;
  static final long MODEL_NUMBER = 24;
  static final int MODEL_NUMBER_BYTES = 40;
  static final long FIRMWARE_REVISION = 64;
  static final int FIRMWARE_REVISION_BYTES = 8;
  static final long CONTROLLER_ID = 78;
  static final long VERSION = 80;
  static final long OPTIONAL_COMMANDS = 520;
  static final long VOLATILE_WRITE_CACHE = 525;
  static final long ATOMIC_WRITE_UNIT = 526;
  static final long ATOMIC_WRITE_UNIT_POWER_FAIL = 528;
  static final long SUBSYSTEM = 768;
  static final int SUBSYSTEM_BYTES = 256;

  private static final int COMPARE_BIT = 1;
  private static final int DEALLOCATE_BIT = 1 << 2;
  private static final int WRITE_ZEROES_BIT = 1 << 3;

  private IdentifyController() {}

  static ControllerInfo read(MemorySegment data, int numaNode) {
    int commands = data.get(JAVA_SHORT_UNALIGNED, OPTIONAL_COMMANDS);
    return new ControllerInfo(
        unsignedShort(data, VENDOR_ID),
        unsignedShort(data, CONTROLLER_ID),
        text(data, SERIAL_NUMBER, SERIAL_NUMBER_BYTES),
        text(data, MODEL_NUMBER, MODEL_NUMBER_BYTES),
        text(data, FIRMWARE_REVISION, FIRMWARE_REVISION_BYTES),
        text(data, SUBSYSTEM, SUBSYSTEM_BYTES),
        version(data.get(JAVA_INT_UNALIGNED, VERSION)),
        (data.get(JAVA_BYTE, VOLATILE_WRITE_CACHE) & 1) != 0,
        (commands & COMPARE_BIT) != 0,
        (commands & DEALLOCATE_BIT) != 0,
        (commands & WRITE_ZEROES_BIT) != 0,
        unsignedShort(data, ATOMIC_WRITE_UNIT) + 1,
        unsignedShort(data, ATOMIC_WRITE_UNIT_POWER_FAIL) + 1,
        numaNode);
  }

  private static int unsignedShort(MemorySegment data, long offset) {
    return Short.toUnsignedInt(data.get(JAVA_SHORT_UNALIGNED, offset));
  }

  /** Text of fixed length, padded with spaces or zeros. */
  private static String text(MemorySegment data, long offset, int maxLength) {
    byte[] bytes = new byte[maxLength];
    MemorySegment.copy(data, JAVA_BYTE, offset, bytes, 0, maxLength);
    int length = 0;
    while (length < maxLength && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, US_ASCII).strip();
  }

  private static String version(int word) {
    int tertiary = word & 0xff;
    String version = (word >>> 16) + "." + (word >>> 8 & 0xff);
    return tertiary == 0 ? version : version + "." + tertiary;
  }
}
