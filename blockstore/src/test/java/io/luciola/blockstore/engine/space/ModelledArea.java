package io.luciola.blockstore.engine.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;

/** An allocator beside a plain map of its blocks, and the extents that are out. */
final class ModelledArea {

  private final ExtentAllocator allocator;
  private final int blocks;
  private final BitSet taken;
  private long[] starts = new long[1024];
  private byte[] orders = new byte[1024];
  private byte[] tags = new byte[1024];
  private int extents;
  private int takenBlocks;

  ModelledArea(ExtentAllocator allocator) {
    this.allocator = allocator;
    blocks = Math.toIntExact(allocator.blocks());
    taken = new BitSet(blocks);
  }

  int extents() {
    return extents;
  }

  long start(int extent) {
    return starts[extent];
  }

  int order(int extent) {
    return orders[extent];
  }

  /** Allocates and checks what comes out; a refusal must be right. */
  void allocate(int order, int tag) {
    boolean possible = allocator.largestFreeOrder() >= order;
    long start = allocator.allocate(order);
    assertEquals(possible, start >= 0, "an extent is given if there is one");
    if (start < 0) {
      return;
    }
    int size = 1 << order;
    assertEquals(0, start % size, "alignment");
    assertTrue(start + size <= blocks, "inside the area");
    int next = taken.nextSetBit((int) start);
    assertTrue(next < 0 || next >= start + size, "overlap at " + start);
    taken.set((int) start, (int) start + size);
    takenBlocks += size;
    assertEquals(blocks - takenBlocks, allocator.freeBlocks());
    if (extents == starts.length) {
      starts = Arrays.copyOf(starts, extents * 2);
      orders = Arrays.copyOf(orders, extents * 2);
      tags = Arrays.copyOf(tags, extents * 2);
    }
    starts[extents] = start;
    orders[extents] = (byte) order;
    tags[extents] = (byte) tag;
    extents++;
  }

  void free(int extent) {
    int start = (int) starts[extent];
    int size = 1 << orders[extent];
    allocator.free(start, orders[extent]);
    taken.clear(start, start + size);
    takenBlocks -= size;
    assertEquals(blocks - takenBlocks, allocator.freeBlocks());
    extents--;
    starts[extent] = starts[extents];
    orders[extent] = orders[extents];
    tags[extent] = tags[extents];
  }

  /** Frees the extents with a tag, as when a target is deleted; returns how many. */
  int freeAll(int tag) {
    int freed = 0;
    for (int i = extents - 1; i >= 0; i--) {
      if (tags[i] == tag) {
        free(i);
        freed++;
      }
    }
    return freed;
  }

  /** Holds the allocator's count of free extents of each size against maximal merging. */
  void checkFreeExtents() {
    long[] expected = new long[ExtentAllocator.MAX_ORDER + 1];
    int at = taken.nextClearBit(0);
    while (at < blocks) {
      int end = taken.nextSetBit(at);
      end = end < 0 ? blocks : end;
      while (at < end) {
        int order = Math.min(Integer.numberOfTrailingZeros(at), ExtentAllocator.MAX_ORDER);
        while (at + (1 << order) > end) {
          order--;
        }
        expected[order]++;
        at += 1 << order;
      }
      at = taken.nextClearBit(end);
    }
    for (int order = 0; order <= ExtentAllocator.MAX_ORDER; order++) {
      assertEquals(expected[order], allocator.freeExtents(order), "free extents of order " + order);
      if (expected[order] > 0) {
        assertTrue(allocator.largestFreeOrder() >= order);
      }
    }
  }
}
