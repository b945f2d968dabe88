package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HierarchicalBitmapTest {

  @Property(tries = 300)
  void isASortedSet(@ForAll @IntRange(min = 1, max = 600_000) int size, @ForAll long seed) {
    Random random = new Random(seed);
    TreeSet<Long> model = new TreeSet<>();
    try (HierarchicalBitmap set = new HierarchicalBitmap(size)) {
      for (int i = 0; i < 400; i++) {
        long number = random.nextInt(random.nextBoolean() ? size : Math.min(size, 200));
        if (random.nextInt(3) == 0) {
          set.remove(number);
          model.remove(number);
        } else {
          set.add(number);
          model.add(number);
        }
        assertEquals(model.size(), set.count());
        assertEquals(model.contains(number), set.contains(number));
        assertEquals(model.isEmpty() ? -1 : model.first(), set.first());
        long from = random.nextInt(size + 1);
        Long next = model.ceiling(from);
        assertEquals(next == null ? -1 : next, set.next(from), "next from " + from);
      }
    }
  }
}
