package io.luciola.cluster.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.config.MetaSettings;
import io.luciola.cluster.meta.proto.FileType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GrowthPolicyTest {

  private static final int CHUNK_BYTES = 1 << 20;

  private static ChainAllocator allocator(int chains) {
    int[] table = IntStream.rangeClosed(1, chains).toArray();
    return new RoundRobinChainAllocator(() -> table, () -> MetaSettings.DEFAULTS);
  }

  private static FileLayout cover(
      FileLayout layout, int stripe, long chunk, ChainAllocator allocator) {
    FileLayout longer = layout;
    while (longer.endChunk() <= chunk) {
      GrowthPolicy.Step step = GrowthPolicy.usual(longer, stripe, chunk);
      int[] recent = longer.lastChains(stripe - step.chains());
      longer = step.applyTo(longer, allocator.chains(step.chains(), recent, step.bytes(longer)));
    }
    return longer;
  }

  private static List<String> shape(FileLayout layout) {
    return layout.segments().stream()
        .map(segment -> segment.chunkCount() + "/" + segment.chainIds().length)
        .toList();
  }

  @Test
  void aFileThatIsWrittenInOrderDoublesItsChainsAndThenItsLengthByHalves() {
    ChainAllocator allocator = allocator(1000);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    for (long chunk = 0; chunk < 5000; chunk++) {
      layout = cover(layout, 64, chunk, allocator);
    }
    assertEquals(
        List.of(
            "1/1", "1/1", "2/2", "4/4", "8/8", "16/16", "32/32", "1024/64", "1024/64", "1088/64",
            "1600/64", "2432/64"),
        shape(layout));
    assertEquals(
        IntStream.rangeClosed(1, 64).boxed().toList(),
        IntStream.range(0, 64).mapToObj(layout::chainOf).toList());
  }

  @Test
  void aStripeOfOneHasOneChainInEachSegment() {
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    for (long chunk = 0; chunk < 100; chunk++) {
      layout = cover(layout, 1, chunk, allocator(9));
    }
    assertEquals(List.of("1/1", "16/1", "16/1", "16/1", "24/1", "36/1"), shape(layout));
  }

  @Test
  void aFarChunkOfASparseFileTakesOneSegmentThatIsNotReckonedAsWritten() {
    FileLayout begun = cover(new FileLayout(CHUNK_BYTES), 8, 0, allocator(9));
    GrowthPolicy.Step step = GrowthPolicy.usual(begun, 8, 3_000_000_000L);
    assertEquals(8, step.chains());
    assertEquals(8L * CHUNK_BYTES, step.bytes(begun));
    assertEquals(
        List.of("1/1", "3000000000/8"), shape(cover(begun, 8, 3_000_000_000L, allocator(9))));
  }

  @Test
  void theLastChunkThereIsCanBeCovered() {
    FileLayout layout =
        cover(new FileLayout(CHUNK_BYTES), 7, FileLayout.MOST_CHUNKS - 1, allocator(7));
    assertEquals(FileLayout.MOST_CHUNKS, layout.endChunk());
  }

  @Test
  void theSmallestStepHasOneRoundOverItsChains() {
    FileLayout layout = cover(new FileLayout(CHUNK_BYTES), 4, 70, allocator(9));
    long covered = layout.endChunk();
    GrowthPolicy.Step step = GrowthPolicy.least(layout, 4, covered);
    assertEquals(new GrowthPolicy.Step(4, 4, 4), step);
  }

  @Property(tries = 300)
  void growingCoversAndKeepsWhatWasGranted(
      @ForAll @IntRange(min = 1, max = 200) int stripe,
      @ForAll @IntRange(min = 1, max = 300) int table,
      @ForAll @Size(max = 30) List<@LongRange(min = 0, max = FileLayout.MOST_CHUNKS - 1) Long> far,
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 5000) Integer> near) {
    ChainAllocator allocator = allocator(table);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    for (long chunk : near) {
      layout = grown(layout, stripe, chunk, allocator, table);
    }
    for (long chunk : far) {
      layout = grown(layout, stripe, chunk, allocator, table);
    }
  }

  private static FileLayout grown(
      FileLayout layout, int stripe, long chunk, ChainAllocator allocator, int table) {
    FileLayout longer = cover(layout, stripe, chunk, allocator);
    assertTrue(longer.endChunk() > chunk);
    assertTrue(longer.beginsWith(layout));
    int added = longer.segmentCount() - layout.segmentCount();
    assertTrue(added <= 1, "one question, one segment");
    if (added > 0 && table >= stripe) {
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
      @ForAll @IntRange(min = 1, max = GrowthPolicy.MOST_STRIPE) int stripe,
      @ForAll @IntRange(min = 1, max = 5000) int table) {
    ChainAllocator allocator = allocator(table);
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    while (layout.endChunk() < FileLayout.MOST_CHUNKS) {
      layout = cover(layout, stripe, layout.endChunk(), allocator);
    }
    assertTrue(layout.segmentCount() <= 80, layout.segmentCount() + " segments");
    InodeRecord inode = new InodeRecord(1L << 40, FileType.REGULAR);
    inode.layout = layout;
    assertTrue(RecordCodec.encode(inode).length < 75_000, "the record is too large");
  }

  @Test
  void aNewFileBeginsOneSlotFurtherThanTheOneBefore() {
    ChainAllocator allocator = allocator(3);
    List<Integer> begins =
        IntStream.range(0, 4)
            .mapToObj(i -> cover(new FileLayout(CHUNK_BYTES), 2, 0, allocator).chainOf(0))
            .collect(Collectors.toList());
    assertEquals(List.of(1, 2, 3, 1), begins);
  }
}
