package io.luciola.blockstore.engine.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.pages.MetadataPages;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The hand-made maps do what {@link HashMap} does. */
class IndexTest {

  private record Key(int target, long hi, long lo) {}

  @Property(tries = 50)
  void theChunkIndexFindsWhatIsThereAndNothingElse(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Key, Integer> expected = new HashMap<>();
    DeviceLayout layout = DeviceLayout.plan(32 << 20, 0, 500, 0);
    try (MetadataPages pages = new MetadataPages(layout);
        ChunkIndex index = new ChunkIndex(pages, 500)) {
      for (int i = 0; i < 4000; i++) {
        Key key = new Key(random.nextInt(2), random.nextInt(3) - 1, random.nextInt(150));
        Integer slot = expected.get(key);
        assertEquals(slot == null ? ChunkIndex.NONE : slot, index.find(key.target, key.hi, key.lo));
        if (slot != null && random.nextBoolean()) {
          assertEquals(i, index.version(slot) > 0 ? i : 0);
          index.remove(slot);
          expected.remove(key);
        } else if (slot == null && index.hasRoom()) {
          int added = index.add(key.target, key.hi, key.lo);
          assertFalse(expected.containsValue(added), "slot in use twice");
          index.setCommitted(added, i + 1, 2, 3, 4);
          expected.put(key, added);
        }
        assertEquals(expected.size(), index.size());
      }
      expected.forEach(
          (key, slot) -> {
            assertTrue(index.isUsed(slot));
            assertEquals(
                key, new Key(index.targetNumber(slot), index.chunkHi(slot), index.chunkLo(slot)));
          });
    }
  }

  @Property(tries = 50)
  void theMapOfLongsDoesWhatAMapDoes(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Long, Integer> expected = new HashMap<>();
    LongIntMap map = new LongIntMap(4);
    for (int i = 0; i < 5000; i++) {
      long key = random.nextInt(300) * (random.nextBoolean() ? 1L : 1L << 40);
      switch (random.nextInt(3)) {
        case 0 -> {
          map.put(key, i);
          expected.put(key, i);
        }
        case 1 -> {
          map.remove(key);
          expected.remove(key);
        }
        default -> assertEquals(expected.getOrDefault(key, LongIntMap.ABSENT), map.get(key));
      }
      assertEquals(expected.size(), map.size());
    }
  }
}
