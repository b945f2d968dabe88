package io.luciola.fio.output;

import java.util.Locale;

/** Numbers for people, as short as fio writes them: 40.8k, 160MiB, 2599.8k. */
final class Quantity {

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Quantity() {}

  /** A count with a decimal prefix, in at most {@code width} characters. */
  static String count(double value, int width) {
    return format(value, 1000, width, "", false);
  }

  /** Bytes with a binary prefix: 160MiB. */
  static String binaryBytes(double bytes) {
    return format(bytes, 1024, 4, "B", true);
  }

  /** Bytes with a decimal prefix: 167MB. */
  static String decimalBytes(double bytes) {
    return format(bytes, 1000, 4, "B", false);
  }

  /** Bytes with a binary prefix. */
  static String binaryBytes(long bytes) {
    return binaryBytes((double) bytes);
  }

  /** Bytes with a decimal prefix. */
  static String decimalBytes(long bytes) {
    return decimalBytes((double) bytes);
  }

  private static String format(double value, int base, int width, String unit, boolean binary) {
    double rest = value;
    int power = 0;
    while (digits(Math.round(rest)) > width && power < PREFIXES.length - 1) {
      rest /= base;
      power++;
    }
    int decimals = power == 0 ? 0 : Math.max(0, width - 1 - digits((long) rest));
    String prefix = PREFIXES[power];
    if (binary && power > 0) {
      prefix = (power == 1 ? "K" : prefix) + "i";
    }
    return String.format(Locale.ROOT, "%." + decimals + "f%s%s", rest, prefix, unit);
  }

  private static int digits(long value) {
    int count = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      count++;
    }
    return count;
  }
}
