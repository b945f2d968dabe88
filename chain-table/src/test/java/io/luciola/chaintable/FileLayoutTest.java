package io.luciola.chaintable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FileLayoutTest {

  private static final int CHUNK_BYTES = 4096;

  private static int[] chains(int first, int count) {
    int[] chains = new int[count];
    for (int i = 0; i < count; i++) {
      chains[i] = first + i;
    }
    return chains;
  }

  @Property
  void chunksAreWhereAListOfAllOfThemSays(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 40) Integer> counts) {
    FileLayout layout = new FileLayout(CHUNK_BYTES);
    List<Integer> model = new ArrayList<>();
    for (int count : counts) {
      FileLayout shorter = layout;
      int[] ids = chains(100 * model.size() + 1, 1 + count % 7);
      layout = layout.with(count, ids);
      for (int i = 0; i < count; i++) {
        model.add(ids[i % ids.length]);
      }
      assertTrue(layout.beginsWith(shorter));
      assertFalse(shorter.beginsWith(layout));
      assertNotEquals(shorter, layout);
    }
    assertEquals(model.size(), layout.endChunk());
    assertEquals(CHUNK_BYTES * (long) model.size(), layout.endBytes());
    for (int chunk = 0; chunk < model.size(); chunk++) {
      assertTrue(layout.covers(chunk));
      assertEquals(model.get(chunk), layout.chainOf(chunk));
    }
    assertFalse(layout.covers(model.size()));
    FileLayout whole = layout;
    assertThrows(IndexOutOfBoundsException.class, () -> whole.chainOf(model.size()));
    int newest = Math.min(5, model.size());
    assertArrayEquals(
        model.subList(model.size() - newest, model.size()).stream().mapToInt(i -> i).toArray(),
        layout.lastChains(5));
  }

  @Test
  void aWholeLayoutCoversEveryIndexThereIs() {
    FileLayout layout = FileLayout.whole(1 << 20, new int[] {7, 8, 9});
    assertEquals(1L << 52, layout.endBytes());
    assertEquals(7, layout.chainOf(0));
    assertEquals(8, layout.chainOf(1));
    // 2^32 - 1 is a multiple of 3.
    assertEquals(7, layout.chainOf(-1));
    assertTrue(layout.covers(-1));
    assertEquals(-1, layout.chunkIndex(layout.endBytes() - 1));
    assertThrows(IllegalArgumentException.class, () -> layout.with(1, new int[] {1}));
  }

  @Test
  void segmentsBehindTheMiddleOfTheIndexSpaceAreFound() {
    FileLayout layout =
        new FileLayout(CHUNK_BYTES).with(1L << 31, new int[] {1}).with(1L << 31, new int[] {2, 3});
    assertEquals(1, layout.chainOf(Integer.MAX_VALUE));
    assertEquals(2, layout.chainOf(Integer.MIN_VALUE));
    assertEquals(3, layout.chainOf(-1));
  }

  @Test
  void layoutsAreEqualWhenTheySayTheSame() {
    FileLayout one = new FileLayout(CHUNK_BYTES).with(1, new int[] {1}).with(2, new int[] {2});
    FileLayout same = new FileLayout(CHUNK_BYTES).with(1, new int[] {1}).with(2, new int[] {2});
    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    assertNotEquals(one, new FileLayout(CHUNK_BYTES).with(1, new int[] {1}).with(2, new int[] {3}));
    assertNotEquals(one, new FileLayout(8192).with(1, new int[] {1}).with(2, new int[] {2}));
    assertEquals(
        "FileLayout[chunkSizeBytes=4096, segments=[[0, 1) on [1], [1, 3) on [2]]]", one.toString());
  }

  @Test
  void whatIsNoLayoutIsRefused() {
    for (int size : new int[] {0, 2048, 5000, -4096, 128 << 20}) {
      assertThrows(IllegalArgumentException.class, () -> new FileLayout(size));
    }
    FileLayout empty = new FileLayout(CHUNK_BYTES);
    assertThrows(IllegalArgumentException.class, () -> empty.with(1, new int[0]));
    assertThrows(IllegalArgumentException.class, () -> empty.with(0, new int[] {1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> empty.with(FileLayout.MOST_CHUNKS + 1, new int[] {1}));
    assertArrayEquals(new int[0], empty.lastChains(4));
  }
}
