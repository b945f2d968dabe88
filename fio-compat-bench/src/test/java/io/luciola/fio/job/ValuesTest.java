package io.luciola.fio.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "4k, 4096",
    "4K, 4096",
    "4kb, 4096",
    "4KiB, 4000",
    "1m, 1048576",
    "1024k, 1048576",
    "1mi, 1000000",
    "2g, 2147483648",
    "1t, 1099511627776",
    "0x1000, 4096",
    "0x1k, 1024",
    "010, 10",
    "0, 0",
    "512B, 512"
  })
  void aSizeHasBinarySuffixes(String text, long expected) {
    assertEquals(expected, Values.size(text, 1024).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"4k, 4000", "4ki, 4096", "1g, 1000000000"})
  void withBase1000TheSuffixesChangePlaces(String text, long expected) {
    assertEquals(expected, Values.size(text, 1000).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "k",
        "4q",
        "4kk",
        "1.5g",
        "-1",
        "0x",
        "4i",
        "99999999999999999999",
        "9e",
        "16000000t"
      })
  void whatIsNoSizeIsRefused(String text) {
    assertTrue(Values.size(text, 1024).isEmpty(), text);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10000000000",
    "10s, 10000000000",
    "500ms, 500000000",
    "20us, 20000",
    "2m, 120000000000",
    "1h, 3600000000000",
    "1d, 86400000000000",
    "7ns, 7"
  })
  void aTimeHasUnits(String text, long expectedNs) {
    assertEquals(expectedNs, Values.timeNs(text, 1_000_000_000).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "10x", "1.5s", "99999999999d"})
  void whatIsNoTimeIsRefused(String text) {
    assertTrue(Values.timeNs(text, 1).isEmpty(), text);
  }

  @Property
  void everySizeThatFitsIsReadAsWritten(
      @ForAll @LongRange(min = 0, max = 1 << 20) long number,
      @ForAll @IntRange(max = 4) int power) {
    String suffix = power == 0 ? "" : "kmgt".substring(power - 1, power);
    long expected = number << (10 * power);
    assertEquals(expected, Values.size(number + suffix, 1024).orElseThrow());
    assertEquals(
        expected, Values.size(number + suffix.toUpperCase(Locale.ROOT) + "B", 1024).orElseThrow());
  }

  @Property
  void anyTextIsASizeOrNoneButNeverAFault(
      @ForAll @StringLength(max = 12) @CharRange(from = ' ', to = 'z') String text) {
    Values.size(text, 1024).ifPresent(size -> assertTrue(size >= 0, text));
    Values.timeNs(text, 1).ifPresent(ns -> assertTrue(ns >= 0, text));
  }
}
