package io.luciola.chaintable.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.allocation.FileGrowth.ChainSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileGrowthTest {

  private static final int CHUNK_BYTES = 1 << 20;

  /** Chains with room for everything, in one round. */
  private static ChainSource chains(int count) {
    ChainTable table = new ChainTable(1, 1, IntStream.rangeClosed(1, count).boxed().toList());
    ChainChooser chooser = new ChainChooser(table, 0, 1);
    chooser.onSpace(_ -> new ChainSpace(1L << 60, 1L << 60, true));
    return chooser::choose;
  }

  /** Chains with room for so many chunks each, all of which is used that is given. */
  private static ChainSource bounded(int count, int chunksPerChain) {
    ChainTable table = new ChainTable(1, 1, IntStream.rangeClosed(1, count).boxed().toList());
    ChainChooser chooser = new ChainChooser(table, 6, 1);
    long room = (long) chunksPerChain * CHUNK_BYTES;
    chooser.onSpace(_ -> new ChainSpace(room, room, true));
    return chooser::choose;
  }

  private static FileLayout grow(FileLayout layout, int stripe, long chunk, ChainSource chains) {
    return assertNotNull(FileGrowth.grow(layout, stripe, chunk, chains));
  }

  private static FileLayout assertNotNull(@Nullable FileLayout layout) {
    if (layout == null) {
      throw new AssertionError("no chain has room");
    }
    return layout;
  }

  private static List<String> shape(FileLayout layout) {
    return layout.segments().stream()
        .map(segment -> segment.chunkCount() + "/" + segment.chainIds().length)
        .toList();
  }

  @Test
  void aFileThatIsWrittenInOrderDoublesItsChainsAndThenItsLengthByHalves() {
    ChainSource chains = chains(1000);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    for (long chunk = 0; chunk < 5000; chunk++) {
      layout = grow(layout, 64, chunk, chains);
    }
    assertEquals(
        List.of(
            "1/1", "1/1", "2/2", "4/4", "8/8", "16/16", "32/32", "1024/64", "1024/64", "1088/64",
            "1600/64", "2432/64"),
        shape(layout));
    assertEquals(64, IntStream.range(0, 64).map(layout::chainOf).distinct().count());
  }

  @Test
  void aStripeOfOneHasOneChainInEachSegment() {
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    ChainSource chains = chains(9);
    for (long chunk = 0; chunk < 100; chunk++) {
      layout = grow(layout, 1, chunk, chains);
    }
    assertEquals(List.of("1/1", "16/1", "16/1", "16/1", "24/1", "36/1"), shape(layout));
  }

  @Test
  void aFarChunkOfASparseFileTakesOneSegmentThatIsNotReckonedAsWritten() {
    ChainSource chains = bounded(9, 8);
    FileLayout begun = grow(new FileLayout(CHUNK_BYTES), 8, 0, chains);
    assertEquals(List.of("1/1", "3000000000/8"), shape(grow(begun, 8, 3_000_000_000L, chains)));
  }

  @Test
  void theLastChunkThereIsCanBeCovered() {
    FileLayout layout = grow(new FileLayout(CHUNK_BYTES), 7, FileLayout.MOST_CHUNKS - 1, chains(7));
    assertEquals(FileLayout.MOST_CHUNKS, layout.endChunk());
  }

  @Property(tries = 300)
  void growingCoversAndKeepsWhatWasGranted(
      @ForAll @IntRange(min = 1, max = 200) int stripe,
      @ForAll @IntRange(min = 1, max = 300) int table,
      @ForAll @Size(max = 30) List<@LongRange(min = 0, max = FileLayout.MOST_CHUNKS - 1) Long> far,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 5000) Integer> near) {
    ChainSource chains = chains(table);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    for (long chunk : near) {
      layout = grown(layout, stripe, chunk, chains, table);
    }
    for (long chunk : far) {
      layout = grown(layout, stripe, chunk, chains, table);
    }
  }

  private static FileLayout grown(
      FileLayout layout, int stripe, long chunk, ChainSource chains, int table) {
    FileLayout longer = grow(layout, stripe, chunk, chains);
    assertTrue(longer.endChunk() > chunk);
    assertTrue(longer.beginsWith(layout));
    if (longer.segmentCount() > layout.segmentCount() && table >= stripe) {
      assertNoChainTwice(longer, stripe);
    }
    return longer;
  }

  /** In the stripe of chunks that ends with the newest segment's first round over its chains. */
  private static void assertNoChainTwice(FileLayout layout, int stripe) {
    FileLayout.Segment newest = layout.segments().getLast();
    long end = newest.firstChunk() + Math.min(newest.chainIds().length, newest.chunkCount());
    Set<Integer> seen = new HashSet<>();
    for (long chunk = Math.max(0, end - stripe); chunk < end; chunk++) {
      assertTrue(seen.add(layout.chainOf((int) chunk)), () -> "twice in " + layout);
    }
  }

  @Property(tries = 20)
  void theNumberOfSegmentsIsLogarithmicInTheLength(
      @ForAll @IntRange(min = 1, max = FileGrowth.MOST_STRIPE) int stripe,
      @ForAll @IntRange(min = 1, max = 5000) int table) {
    ChainSource chains = chains(table);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    while (layout.endChunk() < FileLayout.MOST_CHUNKS) {
      layout = grow(layout, Math.min(stripe, table), layout.endChunk(), chains);
    }
    assertTrue(layout.segmentCount() <= 80, layout.segmentCount() + " segments");
  }

  @Property(tries = 50)
  void noChainIsPromisedMoreThanItHasAndAllOfItIsPromised(
      @ForAll @IntRange(min = 1, max = 24) int stripe,
      @ForAll @IntRange(min = 1, max = 60) int table,
      @ForAll @IntRange(min = 1, max = 50) int chunksPerChain) {
    ChainSource chains = bounded(table, chunksPerChain);
    int[] promised = new int[table + 1];
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    FileLayout longer = FileGrowth.grow(layout, stripe, 0, chains);
    while (longer != null) {
      layout = longer;
      longer = FileGrowth.grow(layout, stripe, layout.endChunk(), chains);
    }
    for (int chunk = 0; chunk < layout.endChunk(); chunk++) {
      promised[layout.chainOf(chunk)]++;
    }
    for (int chain = 1; chain <= table; chain++) {
      assertEquals(chunksPerChain, promised[chain], Arrays.toString(promised));
    }
  }

  @Test
  void withoutRoomThereIsNoLayout() {
    assertNull(FileGrowth.grow(new FileLayout(CHUNK_BYTES), 8, 0, bounded(9, 0)));
  }
}
