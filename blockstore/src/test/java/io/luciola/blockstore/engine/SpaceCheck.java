package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;

/** Holds the space that an engine says is free against the extents which its chunks have. */
public final class SpaceCheck {

  private SpaceCheck() {}

  /** Throws an AssertionError where they differ. */
  public static void check(BlockEngine opened) {
    ChunkStates states = opened.states();
    BitSet taken = new BitSet();
    long used = 0;
    for (int slot = 0; slot < states.index.highWater(); slot++) {
      if (!states.index.isUsed(slot) || !states.isVisible(slot)) {
        continue;
      }
      if (states.index.version(slot) > 0) {
        used += take(taken, states.index.extent(slot), states.index.order(slot));
      }
      PendingUpdate pending = states.pending(slot);
      if (pending != null && pending.fresh) {
        used += take(taken, pending.extent, pending.order);
      }
    }
    assertEquals((states.allocator.blocks() - used) * 4096, opened.freeBytes(), "free space");
    long charged = 0;
    for (long target : opened.targetIds()) {
      charged += opened.usedBytes(target);
    }
    for (long target : opened.removedTargetIds()) {
      charged += states.targets.usedBytes(states.targets.numberOfRemoved(target));
    }
    assertEquals(used * 4096, charged, "used space");
  }

  private static long take(BitSet taken, long start, int order) {
    int from = (int) start;
    int to = from + (1 << order);
    assertEquals(-1, endsBefore(taken.nextSetBit(from), to), "two extents overlap");
    taken.set(from, to);
    return 1L << order;
  }

  private static int endsBefore(int bit, int to) {
    return bit < to ? bit : -1;
  }
}
