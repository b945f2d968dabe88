package io.luciola.fio.engine.chunkfile;

/**
 * The CRC32C of two ranges behind one another, from the CRC32C of each: the first one is moved by
 * multiplying it with a power of x in the field of the polynomial (the method of zlib's
 * crc32_combine).
 */
final class Crc32cCombination {

  /** Castagnoli's polynomial, reflected. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int ONE = 1 << 31;

  /** x^(2^i), reflected. */
  private static final int[] POWERS = new int[31];

  static {
    int power = ONE >>> 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power = multiply(power, power);
    }
  }

  private Crc32cCombination() {}

  /**
   * The checksum of both.
   *
   * @param first of the range in front
   * @param second of the range behind it
   * @param secondBytes length of that one, 0 to 64 MiB
   */
  static int of(int first, int second, int secondBytes) {
    return multiply(powerOfX(secondBytes * Byte.SIZE), first) ^ second;
  }

  private static int powerOfX(int exponent) {
    int power = ONE;
    for (int i = 0; exponent >>> i != 0; i++) {
      if ((exponent >>> i & 1) != 0) {
        power = multiply(POWERS[i], power);
      }
    }
    return power;
  }

  private static int multiply(int left, int right) {
    int product = 0;
    int shifted = right;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((left & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }
}
