package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "512B, 512",
    "64KiB, 65536",
    "64kib, 65536",
    "1 MiB, 1048576",
    "4GiB, 4294967296",
    "2TiB, 2199023255552",
    "1PiB, 1125899906842624"
  })
  void readsSizes(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GiB", "-1", "1.5GiB", "4GB", "4G", "9223372036854775808", "9000PiB"})
  void refusesWhatIsNoSize(String text) {
    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1000, 1000B", "4096, 4KiB", "4294967296, 4GiB", "1536, 1536B"})
  void printsTheLargestUnitWithoutFraction(long bytes, String text) {
    assertEquals(text, ByteSize.format(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "3337654, 3.18 MiB",
    "1073741824, 1.00 GiB"
  })
  void roundsForPeople(long bytes, String text) {
    assertEquals(text, ByteSize.approximate(bytes));
  }

  @Property
  void readsWhatItPrints(@ForAll @LongRange(min = 0) long bytes) {
    assertEquals(bytes, ByteSize.parse(ByteSize.format(bytes)));
  }
}
