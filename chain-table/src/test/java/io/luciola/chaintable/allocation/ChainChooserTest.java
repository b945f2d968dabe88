package io.luciola.chaintable.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.ChainTable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChainChooserTest {

  private static final long GIB = 1L << 30;

  /** Chains 1 to 12 in three rounds of four. */
  private static final ChainTable TABLE =
      new ChainTable(1, 1, IntStream.rangeClosed(1, 12).boxed().toList(), List.of(0, 4, 8));

  private static ChainChooser chooser(double preference, long seed) {
    return new ChainChooser(TABLE, preference, seed);
  }

  @Property
  void aRunGoesAroundItsRoundFirst(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int at) {
    ChainChooser chooser = chooser(6, seed);
    chooser.onSpace(_ -> new ChainSpace(GIB, GIB, true));
    int[] run = new int[0];
    while (run.length < 4) {
      int[] more = chooser.choose(Math.min(at, 4 - run.length), run, 4096);
      int[] longer = Arrays.copyOf(run, run.length + more.length);
      System.arraycopy(more, 0, longer, run.length, more.length);
      run = longer;
    }
    Set<Integer> round = set(run);
    assertEquals(4, round.size());
    assertEquals(1, round.stream().map(chain -> (chain - 1) / 4).distinct().count());
  }

  @Property(tries = 50)
  void equalChainsAreChosenEquallyOften(@ForAll long seed) {
    ChainChooser chooser = chooser(6, seed);
    chooser.onSpace(_ -> new ChainSpace(GIB, GIB, true));
    int[] times = new int[13];
    for (int i = 0; i < 1200; i++) {
      times[chooser.choose(1, new int[0], 1)[0]]++;
    }
    for (int chain = 1; chain <= 12; chain++) {
      assertTrue(Math.abs(times[chain] - 100) <= 3, "chain " + chain + ": " + times[chain]);
    }
  }

  @Property(tries = 20)
  void severalChoosersTogetherStayBalanced(@ForAll long seed) {
    int[] times = new int[13];
    for (int meta = 0; meta < 5; meta++) {
      ChainChooser chooser = chooser(6, seed * 31 + meta * 0x9E3779B97F4A7C15L);
      chooser.onSpace(_ -> new ChainSpace(GIB, GIB, true));
      for (int i = 0; i < 240; i++) {
        times[chooser.choose(1, new int[0], 1)[0]]++;
      }
    }
    for (int chain = 1; chain <= 12; chain++) {
      assertTrue(Math.abs(times[chain] - 100) <= 10, "chain " + chain + ": " + times[chain]);
    }
  }

  @Test
  void emptierChainsArePreferredByThePower() {
    // Chains 9 to 12 are empty, the others half full: with 2, a half full one gets a quarter.
    ChainChooser chooser = chooser(2, 1);
    chooser.onSpace(chain -> new ChainSpace(GIB, chain > 8 ? GIB : GIB / 2, true));
    int[] times = new int[13];
    for (int i = 0; i < 6000; i++) {
      times[chooser.choose(1, new int[0], 1)[0]]++;
    }
    assertEquals(1000, times[9], 20);
    assertEquals(250, times[1], 20);
  }

  @Test
  void whatWasGivenAwayCountsUntilTheNextReport() {
    ChainChooser chooser = chooser(6, 1);
    chooser.onSpace(_ -> new ChainSpace(GIB, GIB, true));
    int given = 0;
    while (chooser.choose(1, new int[0], GIB / 4).length == 1) {
      given++;
    }
    assertEquals(48, given);
    chooser.onSpace(_ -> new ChainSpace(GIB, GIB, true));
    assertEquals(1, chooser.choose(1, new int[0], GIB / 4).length);
  }

  @Test
  void chainsWithoutRoomOrWithoutAReplicaArePassedOver() {
    ChainChooser chooser = chooser(6, 1);
    chooser.onSpace(chain -> new ChainSpace(GIB, chain == 5 ? 4096 : GIB, chain % 2 == 1));
    assertEquals(Set.of(1, 3, 7, 9, 11), set(chooser.choose(12, new int[0], 8192)));
  }

  @Test
  void incompleteChainsAreBetterThanNone() {
    ChainChooser chooser = chooser(6, 1);
    chooser.onSpace(chain -> new ChainSpace(GIB, chain > 10 ? GIB : 0, false));
    assertEquals(Set.of(11, 12), set(chooser.choose(12, new int[0], 8192)));
  }

  @Test
  void whenOnlyTheRunsOwnChainsHaveRoomTheyAreTakenAgain() {
    ChainChooser chooser = chooser(6, 1);
    chooser.onSpace(chain -> new ChainSpace(GIB, chain == 2 ? GIB : 0, true));
    assertArrayEquals(new int[] {2}, chooser.choose(3, new int[] {2}, 8192));
  }

  @Test
  void nothingHasRoom() {
    ChainChooser chooser = chooser(6, 1);
    chooser.onSpace(_ -> new ChainSpace(GIB, 0, true));
    assertEquals(0, chooser.choose(3, new int[0], 4096).length);
  }

  private static Set<Integer> set(int[] chains) {
    return Arrays.stream(chains).boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}
