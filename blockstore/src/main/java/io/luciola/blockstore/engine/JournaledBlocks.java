package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.LongIntMap;
import io.luciola.blockstore.linux.Memory;
import java.util.Arrays;

/**
 * Blocks whose data went into the journal and is not yet at its place on the device. They stay in
 * memory: first with their pending update, then, once that is committed, found by their place until
 * they have been written there.
 *
 * <p>Writing them there is put off until a checkpoint needs it: those of one block are then one
 * write, and those of neighbouring blocks go in one.
 */
final class JournaledBlocks implements AutoCloseable {

  static final int NONE = -1;

  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;
  private static final int SLOT_BITS = 31;
  private static final long SLOT_MASK = (1L << SLOT_BITS) - 1;

  private static final byte FREE = 0;
  private static final byte PENDING = 1;
  private static final byte WAITING = 2;
  private static final byte APPLYING = 3;
  private static final byte FREE_WHEN_UNHELD = 4;

  private final int pendingLimit;
  private final int limit;
  private final LongIntMap byPlace;
  // Pages come into being when first touched, and stay.
  private final long memory;
  private final long memoryBytes;
  private int slots;
  private byte[] state;
  private boolean[] held;
  private int[] checksum;
  private long[] place;
  private long[] sequence;
  private int[] chunk;
  private int[] next;
  // The block that is just being written to the same place; this one has to wait for it.
  private int[] predecessor;
  // Its chunk no longer has this block; only the write in flight is left of it.
  private boolean[] dropped;
  private int freeHead = NONE;
  private int inUse;
  private int pending;

  // The blocks that the checkpoint under way needs at their places, by place.
  private long[] window;
  private int windowSize;
  private int windowCursor;
  private int windowLeft;
  private long windowSequence;

  /**
   * Bounds: blocks of pending updates, all blocks together, and as many as recovery may find in the
   * journal.
   */
  JournaledBlocks(int pendingLimit, int limit, int recoveryLimit) {
    this.pendingLimit = pendingLimit;
    this.limit = Math.max(limit, pendingLimit);
    memoryBytes = (long) Math.max(this.limit, recoveryLimit) * BLOCK_BYTES;
    memory = Memory.allocate(memoryBytes);
    byPlace = new LongIntMap(this.limit);
    state = new byte[this.limit];
    held = new boolean[this.limit];
    checksum = new int[this.limit];
    place = new long[this.limit];
    sequence = new long[this.limit];
    chunk = new int[this.limit];
    next = new int[this.limit];
    predecessor = new int[this.limit];
    dropped = new boolean[this.limit];
    window = new long[this.limit];
  }

  /** Whether so many more may be taken. */
  boolean hasRoom(int count) {
    return pending + count <= pendingLimit && inUse + count <= limit;
  }

  /** Whether it is time to bring blocks to their places. */
  boolean isHalfFull() {
    return inUse > limit / 2;
  }

  /** Takes a slot for a pending update; the caller has asked {@link #hasRoom}, or recovers. */
  int acquire() {
    int slot = freeHead;
    if (slot == NONE) {
      slot = slots++;
      if (slot == state.length) {
        grow();
      }
    } else {
      freeHead = next[slot];
    }
    state[slot] = PENDING;
    pending++;
    inUse++;
    return slot;
  }

  /** Gives back the slot of an update that was dropped before it was committed. */
  void release(int slot) {
    pending--;
    free(slot);
  }

  /** Keeps the slot's data until {@link #unhold}, whatever becomes of it. */
  void hold(int slot) {
    held[slot] = true;
  }

  void unhold(int slot) {
    held[slot] = false;
    if (state[slot] == FREE_WHEN_UNHELD) {
      free(slot);
    }
  }

  long address(int slot) {
    return memory + (long) slot * BLOCK_BYTES;
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
    pending--;
    state[slot] = WAITING;
    place[slot] = blockPlace;
    chunk[slot] = chunkSlot;
    sequence[slot] = recordSequence;
    predecessor[slot] = waitFor;
    dropped[slot] = false;
    byPlace.put(blockPlace, slot);
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

  /** From now on the blocks committed by records up to this one are brought to their places. */
  void beginWindow(long durableSequence) {
    windowSequence = durableSequence;
    windowCursor = 0;
    windowSize = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (mayApply(slot)) {
        window[windowSize++] = place[slot] << SLOT_BITS | slot;
      }
    }
    Arrays.sort(window, 0, windowSize);
    windowLeft = windowSize;
  }

  /** Whether all blocks of the window are at their places, or replaced by later ones. */
  boolean isWindowApplied() {
    return windowLeft == 0;
  }

  /**
   * The next blocks of the window that lie one behind the other, to be written to their place.
   *
   * @return how many slots were put into the array
   */
  int takeRun(int[] run) {
    int count = 0;
    while (windowCursor < windowSize && count < run.length) {
      long word = window[windowCursor];
      int slot = (int) (word & SLOT_MASK);
      if (!mayApply(slot) || place[slot] != word >>> SLOT_BITS) {
        windowCursor++;
        continue;
      }
      if (count > 0 && place[slot] != place[run[count - 1]] + 1) {
        break;
      }
      state[slot] = APPLYING;
      run[count++] = slot;
      windowCursor++;
    }
    return count;
  }

  /** The block is at its place. */
  void applied(int slot) {
    int current = byPlace.get(place[slot]);
    if (current == slot) {
      byPlace.remove(place[slot]);
    } else if (current != NONE && predecessor[current] == slot) {
      predecessor[current] = NONE;
    }
    windowLeft--;
    free(slot);
  }

  @Override
  public void close() {
    Memory.free(memory, memoryBytes);
  }

  /** A block may go to its place only when the record that commits it is durable. */
  private boolean mayApply(int slot) {
    return state[slot] == WAITING && sequence[slot] <= windowSequence;
  }

  private void supersede(int slot) {
    if (sequence[slot] <= windowSequence) {
      windowLeft--;
    }
    free(slot);
  }

  private void free(int slot) {
    if (held[slot]) {
      state[slot] = FREE_WHEN_UNHELD;
      return;
    }
    state[slot] = FREE;
    next[slot] = freeHead;
    freeHead = slot;
    inUse--;
  }

  /** Recovery has found more blocks than there may be later. */
  private void grow() {
    int capacity = state.length * 2;
    state = Arrays.copyOf(state, capacity);
    held = Arrays.copyOf(held, capacity);
    checksum = Arrays.copyOf(checksum, capacity);
    place = Arrays.copyOf(place, capacity);
    sequence = Arrays.copyOf(sequence, capacity);
    chunk = Arrays.copyOf(chunk, capacity);
    next = Arrays.copyOf(next, capacity);
    predecessor = Arrays.copyOf(predecessor, capacity);
    dropped = Arrays.copyOf(dropped, capacity);
    window = Arrays.copyOf(window, capacity);
  }
}
