package io.luciola.craq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ActiveChunksTest {

  @Property(tries = 300)
  void behavesLikeAMap(@ForAll @Size(max = 400) List<@IntRange(min = 0, max = 120) Integer> ids) {
    ActiveChunks chunks = new ActiveChunks();
    Map<Integer, ChunkProgress> model = new HashMap<>();
    for (int id : ids) {
      if (model.containsKey(id)) {
        chunks.release(model.remove(id));
      } else {
        model.put(id, chunks.add(id % 5, id));
      }
      assertEquals(model.size(), chunks.size());
      for (int other = 0; other <= 120; other++) {
        assertEquals(model.get(other), chunks.get(other % 5, other));
      }
    }
    for (int i = 0; i < chunks.size(); i++) {
      assertEquals(i, chunks.at(i).index);
    }
    assertNull(chunks.get(9, 9));
    assertNotNull(chunks.add(9, 9));
  }
}
