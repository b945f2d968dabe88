package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.LongIntMap;
import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;

/**
 * Blocks whose data went into the journal and is not yet at its place on the device. They stay in
 * memory: first with their pending update, then, once that is committed, found by their place until
 * they have been written there.
 */
final class JournaledBlocks implements AutoCloseable {

  static final int NONE = -1;

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;
  private static final int SLAB_BLOCKS = 64;
  private static final long SLAB_BYTES = (long) SLAB_BLOCKS * BLOCK_BYTES;

  private static final byte FREE = 0;
  private static final byte PENDING = 1;
  private static final byte WAITING = 2;
  private static final byte APPLYING = 3;
  private static final byte SUPERSEDED = 4;

  private final int limit;
  private final LongIntMap byPlace;
  private long[] slabs = new long[0];
  private int slots;
  private byte[] state = new byte[0];
  private int[] checksum = new int[0];
  private long[] place = new long[0];
  private long[] sequence = new long[0];
  private int[] chunk = new int[0];
  private int[] next = new int[0];
  // The block that is just being written to the same place; this one has to wait for it.
  private int[] predecessor = new int[0];
  // Its chunk no longer has this block; only the write in flight is left of it.
  private boolean[] dropped = new boolean[0];
  private int freeHead = NONE;
  private int queueHead = NONE;
  private int queueTail = NONE;
  private int inUse;
  private int unapplied;

  JournaledBlocks(int limit) {
    this.limit = limit;
    this.byPlace = new LongIntMap(limit);
  }

  /** Whether so many more may be taken. */
  boolean hasRoom(int count) {
    return inUse + count <= limit;
  }

  /** Takes a slot for a pending update; the caller has asked {@link #hasRoom}, or recovers. */
  int acquire() {
    if (freeHead == NONE) {
      grow();
    }
    int slot = freeHead;
    freeHead = next[slot];
    state[slot] = PENDING;
    inUse++;
    return slot;
  }

  /** Gives back the slot of an update that was dropped before it was committed. */
  void release(int slot) {
    state[slot] = FREE;
    next[slot] = freeHead;
    freeHead = slot;
    inUse--;
  }

  long address(int slot) {
    return slabs[slot / SLAB_BLOCKS] + (long) (slot % SLAB_BLOCKS) * BLOCK_BYTES;
  }

  int checksum(int slot) {
    return checksum[slot];
  }

  void setChecksum(int slot, int value) {
    checksum[slot] = value;
  }

  /** The block of the data area where it belongs. */
  long place(int slot) {
    return place[slot];
  }

  /** The chunk it belonged to when it was committed. */
  int chunk(int slot) {
    return chunk[slot];
  }

  /** Committed blocks that are not at their place yet. */
  int unapplied() {
    return unapplied;
  }

  /** The block is committed by a record; it replaces an earlier one for the same place. */
  void commit(int slot, long blockPlace, int chunkSlot, long recordSequence) {
    int current = byPlace.get(blockPlace);
    int waitFor = NONE;
    if (current != NONE) {
      if (state[current] == APPLYING) {
        waitFor = current;
      } else {
        waitFor = predecessor[current];
        supersede(current);
      }
    }
    state[slot] = WAITING;
    place[slot] = blockPlace;
    chunk[slot] = chunkSlot;
    sequence[slot] = recordSequence;
    predecessor[slot] = waitFor;
    dropped[slot] = false;
    next[slot] = NONE;
    if (queueHead == NONE) {
      queueHead = slot;
    } else {
      next[queueTail] = slot;
    }
    queueTail = slot;
    byPlace.put(blockPlace, slot);
    unapplied++;
  }

  /** Its chunk no longer has what lies at these places. */
  void drop(long firstPlace, int count) {
    if (byPlace.size() == 0) {
      return;
    }
    for (long at = firstPlace; at < firstPlace + count; at++) {
      int current = byPlace.get(at);
      if (current == NONE) {
        continue;
      }
      if (state[current] == APPLYING) {
        dropped[current] = true;
        continue;
      }
      int waitFor = predecessor[current];
      supersede(current);
      if (waitFor == NONE) {
        byPlace.remove(at);
      } else {
        dropped[waitFor] = true;
        byPlace.put(at, waitFor);
      }
    }
  }

  /** The committed block for a place, or {@link #NONE} when the device has it. */
  int find(long blockPlace) {
    if (byPlace.size() == 0) {
      return NONE;
    }
    int current = byPlace.get(blockPlace);
    return current == NONE || dropped[current] ? NONE : current;
  }

  /** Whether a write to one of these places is in flight or will come. */
  boolean isBusy(long firstPlace, int count) {
    if (byPlace.size() > 0) {
      for (long at = firstPlace; at < firstPlace + count; at++) {
        if (byPlace.get(at) != NONE) {
          return true;
        }
      }
    }
    return false;
  }

  /** The next block that may be written to its place, or {@link #NONE}. */
  int takeReady(long durableSequence) {
    while (queueHead != NONE) {
      int slot = queueHead;
      boolean superseded = state[slot] == SUPERSEDED;
      if (!superseded && (sequence[slot] > durableSequence || predecessor[slot] != NONE)) {
        return NONE;
      }
      queueHead = next[slot];
      if (!superseded) {
        state[slot] = APPLYING;
        return slot;
      }
      release(slot);
    }
    return NONE;
  }

  /** The block is at its place. */
  void applied(int slot) {
    int current = byPlace.get(place[slot]);
    if (current == slot) {
      byPlace.remove(place[slot]);
    } else if (current != NONE && predecessor[current] == slot) {
      predecessor[current] = NONE;
    }
    unapplied--;
    release(slot);
  }

  @Override
  public void close() {
    for (long slab : slabs) {
      Memory.free(slab, SLAB_BYTES);
    }
  }

  private void supersede(int slot) {
    state[slot] = SUPERSEDED;
    unapplied--;
  }

  private void grow() {
    slabs = Arrays.copyOf(slabs, slabs.length + 1);
    slabs[slabs.length - 1] = Memory.allocate(SLAB_BYTES);
    int grown = slots + SLAB_BLOCKS;
    state = Arrays.copyOf(state, grown);
    checksum = Arrays.copyOf(checksum, grown);
    place = Arrays.copyOf(place, grown);
    sequence = Arrays.copyOf(sequence, grown);
    chunk = Arrays.copyOf(chunk, grown);
    next = Arrays.copyOf(next, grown);
    predecessor = Arrays.copyOf(predecessor, grown);
    dropped = Arrays.copyOf(dropped, grown);
    for (int slot = grown - 1; slot >= slots; slot--) {
      next[slot] = freeHead;
      freeHead = slot;
    }
    slots = grown;
  }
}
