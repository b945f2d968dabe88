package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against a plain model: a bit for each reachable byte, and where the ranges start. */
class DmaRangesTest {

  private static final int MEMORY = 64;

  @Property(tries = 300)
  void findsExactlyWhatLiesInOneRange(@ForAll long seed) {
    Random random = new Random(seed);
    DmaRanges ranges = new DmaRanges();
    TreeMap<Integer, Integer> model = new TreeMap<>();
    for (int step = 0; step < 60; step++) {
      int start = 1 + random.nextInt(MEMORY);
      int length = 1 + random.nextInt(8);
      if (random.nextInt(3) > 0) {
        add(ranges, model, start, length);
      } else {
        remove(ranges, model, random, start, length);
      }
      int at = 1 + random.nextInt(MEMORY);
      int wanted = 1 + random.nextInt(8);
      Map.Entry<Integer, Integer> holder = model.floorEntry(at);
      boolean held = holder != null && at + wanted <= holder.getKey() + holder.getValue();
      assertEquals(held, ranges.snapshot().find(at, wanted) >= 0);
    }
  }

  private static void add(
      DmaRanges ranges, NavigableMap<Integer, Integer> model, int start, int length) {
    BitSet used = new BitSet();
    model.forEach((from, bytes) -> used.set(from, from + bytes));
    if (used.get(start, start + length).isEmpty()) {
      ranges.add(start, length);
      model.put(start, length);
    } else {
      assertThrows(IllegalArgumentException.class, () -> ranges.add(start, length));
    }
  }

  private static void remove(
      DmaRanges ranges,
      NavigableMap<Integer, Integer> model,
      Random random,
      int start,
      int length) {
    Map.Entry<Integer, Integer> entry = model.floorEntry(start);
    if (entry != null && random.nextBoolean()) {
      ranges.remove(entry.getKey(), entry.getValue());
      model.remove(entry.getKey());
    } else if (model.getOrDefault(start, 0) != length) {
      assertThrows(IllegalArgumentException.class, () -> ranges.remove(start, length));
    }
  }
}
