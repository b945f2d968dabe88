package io.luciola.blockstore.device;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 4096}, {@code 64KiB}, {@code 4GiB}. */
public final class ByteSize {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB|PiB)?", Pattern.CASE_INSENSITIVE);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private ByteSize() {}

  /**
   * Reads a size: a whole number and B (or nothing), KiB, MiB, GiB, TiB or PiB, in any case.
   *
   * @throws IllegalArgumentException when the text is no such size or exceeds 2^63-1
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write a whole number and a unit, such as 4GiB or 64KiB");
    }
    int power = matcher.group(2) == null ? 0 : powerOf(matcher.group(2));
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is more than 2^63-1 bytes", e);
    }
  }

  /** Writes a size in the largest unit that needs no fraction: {@code 4GiB}, {@code 1000B}. */
  public static String format(long bytes) {
    int power = 0;
    long value = bytes;
    while (value != 0 && value % 1024 == 0 && power < UNITS.length - 1) {
      value /= 1024;
      power++;
    }
    return value + UNITS[power];
  }

  /** Writes a size for people, rounded to three digits: {@code 3.18 MiB}, {@code 512 B}. */
  public static String approximate(long bytes) {
    double value = bytes;
    int power = 0;
    while (value >= 1024 && power < UNITS.length - 1) {
      value /= 1024;
      power++;
    }
    String digits = power == 0 || value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, digits, value, UNITS[power]);
  }

  private static int powerOf(String unit) {
    return "bkmgtp".indexOf(unit.toLowerCase(Locale.ROOT).charAt(0));
  }
}
