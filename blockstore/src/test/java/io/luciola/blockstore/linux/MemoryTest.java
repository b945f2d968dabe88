package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryTest {

  private static final int BYTES = 8192;

  private long memory;

  @BeforeEach
  void allocate() {
    memory = Memory.allocate(BYTES);
  }

  @AfterEach
  void free() {
    Memory.free(memory, BYTES);
  }

  @Test
  void isZeroedAndPageAligned() {
    assertEquals(0, memory % Memory.PAGE_BYTES);
    for (int i = 0; i < BYTES; i += 8) {
      assertEquals(0, Memory.getLong(memory + i));
    }
  }

  @Test
  void numbersAreLittleEndianAtAnyAddress() {
    Memory.putLong(memory + 1, 0x0807060504030201L);

    assertEquals(1, Memory.getByte(memory + 1));
    assertEquals(0x0201, Memory.getShort(memory + 1));
    assertEquals(0x05040302, Memory.getInt(memory + 2));
    Memory.putShort(memory + 3, (short) -1);
    Memory.putInt(memory + 5, 7);
    Memory.putByte(memory + 8, (byte) 9);
    assertEquals(0x0009000007ffff02L, Memory.getLong(memory + 2));
  }

  @Test
  void orderedAccessReadsWhatWasWritten() {
    Memory.putIntRelease(memory + 4, 5);
    Memory.putLongRelease(memory + 8, -6);

    assertEquals(5, Memory.getIntAcquire(memory + 4));
    assertEquals(-6, Memory.getLongAcquire(memory + 8));
  }

  @Test
  void copiesAlsoWhereRangesOverlap() {
    byte[] source = {1, 2, 3, 4, 5, 6};
    byte[] result = new byte[6];
    Memory.put(memory, source, 0, 6);

    Memory.copy(memory, memory + 2, 6);
    Memory.get(memory + 2, result, 0, 6);

    assertArrayEquals(source, result);
  }

  @Test
  void fillsAndCompares() {
    Memory.fill(memory + 100, 50, (byte) 7);
    Memory.fill(memory + 1100, 50, (byte) 7);

    assertTrue(Memory.equal(memory + 100, memory + 1100, 50));
    assertFalse(Memory.equal(memory + 99, memory + 1100, 50));
    assertEquals(0, Memory.getByte(memory + 150));
  }

  @Test
  void cStringsEndAtTheZeroOrTheLimit() {
    try (Arena arena = Arena.ofConfined()) {
      long text = CString.in(arena, "glühwurm");

      assertEquals("glühwurm", CString.at(text, 100));
      assertEquals("gl", CString.at(text, 2));
      assertThrows(IllegalArgumentException.class, () -> CString.in(arena, "a\0b"));
    }
  }

  @Test
  void saysWhyMemoryCannotBeMapped() {
    String message =
        assertThrows(IllegalStateException.class, () -> Memory.allocate(1L << 60)).getMessage();

    assertTrue(message.contains("ENOMEM"), message);
  }
}
