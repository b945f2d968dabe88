package io.luciola.cluster.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.linux.Memory;
import java.lang.reflect.Field;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChunkStatRecordsTest {

  @Property(tries = 200)
  void everyFieldOfEveryChunkComesBackAsItWasWritten(
      @ForAll @IntRange(min = 1, max = ChunkStatRecords.MAX_RECORDS) int count, @ForAll long seed)
      throws IllegalAccessException {
    long memory = Memory.allocate(ChunkStatRecords.MAX_BYTES + 1);
    try {
      Random random = new Random(seed);
      ChunkStat[] written = new ChunkStat[count];
      for (int i = 0; i < count; i++) {
        written[i] = anyChunk(random);
        ChunkStatRecords.write(written[i], memory + 1, i);
      }
      for (int i = 0; i < count; i++) {
        ChunkStat read = ChunkStatRecords.read(memory + 1, i);
        for (Field field : ChunkStat.class.getFields()) {
          assertEquals(field.get(written[i]), field.get(read), field.getName());
        }
      }
    } finally {
      Memory.free(memory, ChunkStatRecords.MAX_BYTES + 1);
    }
  }

  private static ChunkStat anyChunk(Random random) throws IllegalAccessException {
    ChunkStat chunk = new ChunkStat();
    for (Field field : ChunkStat.class.getFields()) {
      if (field.getType() == long.class) {
        field.setLong(chunk, random.nextLong());
      } else {
        field.setInt(chunk, random.nextInt());
      }
    }
    return chunk;
  }

  @Test
  void onlyWholeRecordsUpToTheBoundAreAPayload() {
    assertTrue(ChunkStatRecords.isValidLength(0));
    assertTrue(ChunkStatRecords.isValidLength(128));
    assertTrue(ChunkStatRecords.isValidLength(128 * 128));
    assertFalse(ChunkStatRecords.isValidLength(-128));
    assertFalse(ChunkStatRecords.isValidLength(127));
    assertFalse(ChunkStatRecords.isValidLength(129));
    assertFalse(ChunkStatRecords.isValidLength(129 * 128));
  }

  @Test
  void onlyTheAnswerCarriesAPayload() {
    assertTrue(Opcode.isValid(Opcode.DUMP_CHUNKS));
    assertFalse(Opcode.mayCarryPayload(Opcode.DUMP_CHUNKS));
    assertTrue(Opcode.mayCarryPayload(Opcode.DUMP_CHUNKS | Opcode.REPLY));
    assertEquals("DUMP_CHUNKS_REPLY", Opcode.name(Opcode.DUMP_CHUNKS | Opcode.REPLY));
    assertFalse(Opcode.isValid(Opcode.DUMP_CHUNKS + 1));
  }

  @Test
  void aRequestWithAPayloadIsAFault() {
    long memory = Memory.allocate(4096);
    try {
      RequestFrame frame = new RequestFrame();
      frame.wrap(memory);
      frame.begin(Opcode.DUMP_CHUNKS, 1, 0).seal();
      assertEquals(HeaderFault.NONE, frame.judgePrefix(1 << 20));
      assertEquals(HeaderFault.NONE, frame.judgeHeader());
      frame.begin(Opcode.DUMP_CHUNKS, 1, 1).seal();
      assertEquals(HeaderFault.BAD_LENGTH, frame.judgePrefix(1 << 20));
    } finally {
      Memory.free(memory, 4096);
    }
  }
}
