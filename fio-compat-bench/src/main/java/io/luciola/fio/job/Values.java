package io.luciola.fio.job;

import java.util.Locale;
import java.util.OptionalLong;

/** Numbers as fio writes them: sizes with binary suffixes, times with units. */
final class Values {

  private static final long[] BINARY = {1, 1L << 10, 1L << 20, 1L << 30, 1L << 40, 1L << 50};
  private static final long[] DECIMAL = {
    1, 1000, 1_000_000, 1_000_000_000, 1_000_000_000_000L, 1_000_000_000_000_000L
  };

  private Values() {}

  /**
   * A size: decimal or 0x-hexadecimal, then k, m, g, t or p, an optional i and an optional b in any
   * case.
   *
   * @param kbBase 1024: k is 1024 and ki is 1000, as old job files expect; 1000: the other way
   * @return empty when it is no size or does not fit
   */
  static OptionalLong size(String text, int kbBase) {
    String rest = text.strip().toLowerCase(Locale.ROOT);
    int digits = countDigits(rest);
    if (digits == 0) {
      return OptionalLong.empty();
    }
    String suffix = rest.substring(digits);
    if (suffix.endsWith("b")) {
      suffix = suffix.substring(0, suffix.length() - 1);
    }
    boolean inverted = suffix.endsWith("i");
    if (inverted) {
      suffix = suffix.substring(0, suffix.length() - 1);
    }
    int power = suffix.isEmpty() ? 0 : suffix.length() == 1 ? "kmgtp".indexOf(suffix) + 1 : 0;
    if (power == 0 && (!suffix.isEmpty() || inverted)) {
      return OptionalLong.empty();
    }
    long unit = ((kbBase == 1024) != inverted ? BINARY : DECIMAL)[power];
    return multiply(rest.substring(0, digits), unit);
  }

  /**
   * A time: a number with d, h, m, s, ms, us or ns (or msec, usec, nsec, sec).
   *
   * @param unitNs the unit when none is written
   * @return nanoseconds; empty when it is no time or does not fit
   */
  static OptionalLong timeNs(String text, long unitNs) {
    String rest = text.strip().toLowerCase(Locale.ROOT);
    int digits = countDigits(rest);
    if (digits == 0) {
      return OptionalLong.empty();
    }
    long unit =
        switch (rest.substring(digits).strip()) {
          case "" -> unitNs;
          case "ns", "nsec" -> 1;
          case "us", "usec" -> 1_000;
          case "ms", "msec" -> 1_000_000;
          case "s", "sec" -> 1_000_000_000;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> -1;
        };
    return unit < 0 ? OptionalLong.empty() : multiply(rest.substring(0, digits), unit);
  }

  private static int countDigits(String text) {
    boolean hex = text.startsWith("0x");
    int at = hex ? 2 : 0;
    while (at < text.length() && Character.digit(text.charAt(at), hex ? 16 : 10) >= 0) {
      at++;
    }
    return hex && at == 2 ? 0 : at;
  }

  private static OptionalLong multiply(String digits, long unit) {
    try {
      return OptionalLong.of(Math.multiplyExact(Long.decode(withoutOctal(digits)), unit));
    } catch (NumberFormatException | ArithmeticException tooLarge) {
      return OptionalLong.empty();
    }
  }

  /** Long.decode takes a leading zero for octal; fio does not. */
  private static String withoutOctal(String digits) {
    if (digits.startsWith("0x")) {
      return digits;
    }
    int at = 0;
    while (at < digits.length() - 1 && digits.charAt(at) == '0') {
      at++;
    }
    return digits.substring(at);
  }
}
