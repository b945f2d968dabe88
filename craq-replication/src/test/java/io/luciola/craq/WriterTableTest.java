package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WriterTableTest {

  @Property(tries = 300)
  void remembersTheChannelsThatWroteLast(
      @ForAll @IntRange(min = 1, max = 9) int entries,
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 14) Integer> writers) {
    WriterTable table = new WriterTable(entries);
    Map<Integer, Long> model = new LinkedHashMap<>();
    long sequence = 0;
    for (int writer : writers) {
      table.record(update(writer, ++sequence), sequence);
      model.remove(writer);
      model.put(writer, sequence);
      if (model.size() > entries) {
        model.remove(new ArrayList<>(model.keySet()).getFirst());
      }
      for (int other = 0; other <= 14; other++) {
        int entry = table.find(other / 3, other % 3);
        assertEquals(model.containsKey(other), entry >= 0);
        if (entry >= 0) {
          assertEquals(model.get(other), table.sequence(entry));
        }
      }
    }
  }

  @Test
  void saysWhatItMayHaveForgotten() {
    WriterTable table = new WriterTable(1);
    table.record(update(1, 1), 100);
    assertFalse(table.mayHaveForgotten(90));
    table.record(update(2, 1), 200);
    assertTrue(table.mayHaveForgotten(100));
    assertFalse(table.mayHaveForgotten(101));
  }

  private static UpdateOp update(int writer, long sequence) {
    UpdateOp op = new UpdateOp();
    op.clientId = writer / 3;
    op.channel = writer % 3;
    op.sequence = sequence;
    return op;
  }
}
