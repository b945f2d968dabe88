package io.luciola.fio.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BlockOrderTest {

  @Property(tries = 200)
  void aRandomPassTouchesEachBlockExactlyOnce(
      @ForAll @IntRange(min = 1, max = 3000) int blocks, @ForAll long seed) {
    RandomOrder order = new RandomOrder(blocks, new SplittableRandom(seed));
    for (int pass = 0; pass < 2; pass++) {
      BitSet seen = new BitSet();
      for (int i = 0; i < blocks; i++) {
        int block = (int) order.next();
        assertTrue(block >= 0 && block < blocks, "block " + block + " of " + blocks);
        assertTrue(!seen.get(block), "block " + block + " came twice in pass " + pass);
        seen.set(block);
      }
    }
  }

  @Test
  void passesDifferAndAreNotSequential() {
    RandomOrder order = new RandomOrder(1000, new SplittableRandom(1));
    List<Long> first = take(order, 1000);
    List<Long> second = take(order, 1000);
    assertNotEquals(first, second);
    int neighbors = 0;
    for (int i = 1; i < first.size(); i++) {
      neighbors += Math.abs(first.get(i) - first.get(i - 1)) == 1 ? 1 : 0;
    }
    assertTrue(neighbors < 50, neighbors + " of 1000 steps go to the next block");
  }

  @Test
  void theSameSeedGivesTheSameOrder() {
    assertEquals(
        take(new RandomOrder(99, new SplittableRandom(5)), 300),
        take(new RandomOrder(99, new SplittableRandom(5)), 300));
  }

  @Test
  void zipfPrefersItsFavoritesAsTheLawSays() {
    int blocks = 1000;
    int draws = 200_000;
    int[] counts = new int[blocks];
    ZipfOrder order = new ZipfOrder(blocks, 1.2, new SplittableRandom(3));
    for (int i = 0; i < draws; i++) {
      counts[(int) order.next()]++;
    }
    java.util.Arrays.sort(counts);
    double first = counts[blocks - 1];
    double second = counts[blocks - 2];
    assertEquals(Math.pow(2, 1.2), first / second, 0.15, "ratio of the two favorites");
    double weight = 0;
    for (int rank = 1; rank <= blocks; rank++) {
      weight += Math.pow(rank, -1.2);
    }
    assertEquals(draws / weight, first, draws / weight * 0.05, "share of the favorite");
  }

  @Test
  void paretoGivesAFewBlocksMostOfTheIo() {
    int blocks = 1000;
    int[] counts = new int[blocks];
    ParetoOrder order = new ParetoOrder(blocks, 0.2, new SplittableRandom(3));
    for (int i = 0; i < 100_000; i++) {
      counts[(int) order.next()]++;
    }
    java.util.Arrays.sort(counts);
    int top = 0;
    for (int i = 0; i < blocks / 5; i++) {
      top += counts[blocks - 1 - i];
    }
    assertEquals(0.8, top / 100_000.0, 0.02, "share of the best fifth");
  }

  private static List<Long> take(BlockOrder order, int count) {
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(order.next());
    }
    return taken;
  }
}
