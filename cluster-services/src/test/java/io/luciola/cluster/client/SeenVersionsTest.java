package io.luciola.cluster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeenVersionsTest {

  @Test
  void itRemembersTheNewestVersionUntilTheChunkIsGone() {
    SeenVersions seen = new SeenVersions(16);
    assertEquals(SeenVersions.UNKNOWN, seen.of(1, 2));
    seen.saw(1, 2, 7);
    seen.saw(1, 2, 5);
    assertEquals(7, seen.of(1, 2));
    seen.forget(1, 3);
    assertEquals(7, seen.of(1, 2));
    seen.forget(1, 2);
    assertEquals(SeenVersions.UNKNOWN, seen.of(1, 2));
  }

  @Test
  void whatItForgetsItNeverMistakesForAnotherChunk() {
    SeenVersions seen = new SeenVersions(64);
    Random random = new Random(5);
    Map<Long, Long> model = new HashMap<>();
    int remembered = 0;
    for (int i = 0; i < 20_000; i++) {
      long chunk = random.nextInt(500);
      if (random.nextBoolean()) {
        long version = model.merge(chunk, 1L + random.nextInt(3), Long::sum);
        seen.saw(chunk % 7, chunk, version);
      } else {
        long found = seen.of(chunk % 7, chunk);
        if (found != SeenVersions.UNKNOWN) {
          remembered++;
          assertEquals(model.get(chunk), found, "chunk " + chunk);
        }
      }
    }
    assertTrue(remembered > 500, "only " + remembered + " were remembered");
  }
}
