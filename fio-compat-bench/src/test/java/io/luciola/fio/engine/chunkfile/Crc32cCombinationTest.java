package io.luciola.fio.engine.chunkfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Crc32cCombinationTest {

  private static int crcOf(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] part : parts) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  @Property
  void isTheChecksumOfBothParts(@ForAll byte[] first, @ForAll byte[] second) {
    assertEquals(
        crcOf(first, second), Crc32cCombination.of(crcOf(first), crcOf(second), second.length));
  }

  @Property(tries = 3)
  void isSoForTheLargestChunk(@ForAll byte[] first) {
    byte[] second = new byte[64 << 20];
    second[second.length - 1] = 1;
    assertEquals(
        crcOf(first, second), Crc32cCombination.of(crcOf(first), crcOf(second), second.length));
  }
}
