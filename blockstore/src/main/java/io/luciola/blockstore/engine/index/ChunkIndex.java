package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.ChunkEntry;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.engine.pages.MetadataPages;
import io.luciola.blockstore.engine.space.HierarchicalBitmap;
import io.luciola.blockstore.linux.Memory;

/**
 * All chunks by (target number, id). A chunk's slot is a small number that stays the same while the
 * chunk exists; its entry lies in the pages of the chunk table. A hash table of 4 bytes per place,
 * at most three quarters full, finds it: together at most 62.3 bytes per chunk.
 *
 * <p>What is only known while the engine runs (preparing, pending, generation, barrier) is kept
 * beside the pages, for the few chunks that have it.
 */
public final class ChunkIndex implements AutoCloseable {

  /** No such chunk; or no room for another one; or no pending update. */
  public static final int NONE = -1;

  private static final int PREPARING = Integer.MAX_VALUE;
  private static final int LENGTH_MASK = (1 << 27) - 1;
  private static final int ORDER_SHIFT = 27;
  private static final int ORDER_MASK = 15;
  private static final int BUSY = 1 << 31;
  private static final int TARGET_BITS = 16;
  private static final int TARGET_MASK = (1 << TARGET_BITS) - 1;

  // Readers only need to see that a generation changed; that two chunks share one does no harm.
  private static final int GENERATIONS = 1 << 16;
  private static final int BARRIERS = 1 << 12;

  private final MetadataPages pages;
  private final int capacity;
  private final long places;
  private final int slotMask;
  private final long table;
  private final long tableBytes;
  private final HierarchicalBitmap freeSlots;
  private final LongIntMap pendingOf = new LongIntMap(1024);
  private final int[] generations = new int[GENERATIONS];
  private final long[] barriers = new long[BARRIERS];
  private int size;
  private int highWater;

  /** An index over the chunk table, which begins with page 0; without chunks. */
  public ChunkIndex(MetadataPages pages, int capacity) {
    this.pages = pages;
    this.capacity = capacity;
    places = Math.max(1024, capacity * 4L / 3);
    slotMask = Math.max(1, Integer.highestOneBit(capacity) * 2 - 1);
    tableBytes = (places * Integer.BYTES + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
    table = Memory.allocate(tableBytes);
    Memory.adviseHugePages(table, tableBytes);
    freeSlots = new HierarchicalBitmap(capacity);
  }

  /** Chunks there are. */
  public int size() {
    return size;
  }

  /** Whether another chunk can be added. */
  public boolean hasRoom() {
    return size < capacity;
  }

  /** Every slot in use is below this one. */
  public int highWater() {
    return highWater;
  }

  /** Whether the slot holds a chunk. */
  public boolean isUsed(int slot) {
    long entry = entry(slot);
    return Memory.getLong(entry + ChunkEntry.TARGET_AND_VERSION) >>> TARGET_BITS != 0
        || Memory.getInt(entry + ChunkEntry.LENGTH_AND_ORDER) < 0;
  }

  /** The chunk's slot, or {@link #NONE}. */
  public int find(int target, long chunkHi, long chunkLo) {
    int hash = hash(target, chunkHi, chunkLo);
    int tag = tag(hash);
    for (long at = home(hash); ; at = next(at)) {
      int word = word(at);
      if (word == 0) {
        return NONE;
      }
      if ((word & ~slotMask) == tag) {
        int slot = (word & slotMask) - 1;
        long entry = entry(slot);
        if (Memory.getLong(entry + ChunkEntry.CHUNK_LO) == chunkLo
            && Memory.getLong(entry + ChunkEntry.CHUNK_HI) == chunkHi
            && targetNumber(slot) == target) {
          return slot;
        }
      }
    }
  }

  /**
   * Adds a chunk that is not there yet, without committed version, extent or pending update.
   *
   * @return its slot, or {@link #NONE} when the index is full
   */
  public int add(int target, long chunkHi, long chunkLo) {
    int slot = (int) freeSlots.first();
    if (slot != NONE) {
      freeSlots.remove(slot);
    } else if (highWater < capacity) {
      slot = highWater++;
    } else {
      return NONE;
    }
    touch(slot);
    long entry = entry(slot);
    Zeros.put(entry, ChunkEntry.BYTES);
    Memory.putLong(entry + ChunkEntry.CHUNK_HI, chunkHi);
    Memory.putLong(entry + ChunkEntry.CHUNK_LO, chunkLo);
    Memory.putLong(entry + ChunkEntry.TARGET_AND_VERSION, target);
    setBusy(slot, true);
    insert(slot);
    return slot;
  }

  /** Takes in the entries that were read from the device into the first slots. */
  public void load(int slots) {
    highWater = slots;
    for (int slot = 0; slot < slots; slot++) {
      long entry = entry(slot);
      int word = Memory.getInt(entry + ChunkEntry.LENGTH_AND_ORDER);
      Memory.putInt(entry + ChunkEntry.LENGTH_AND_ORDER, word & ~BUSY);
      if (isUsed(slot)) {
        insert(slot);
      } else {
        freeSlots.add(slot);
      }
    }
  }

  /** Forgets a chunk; the slot may be used for another one. */
  public void remove(int slot) {
    unlink(slot);
    pendingOf.remove(slot);
    touch(slot);
    Zeros.put(entry(slot), ChunkEntry.BYTES);
    bumpGeneration(slot);
    freeSlots.add(slot);
    size--;
  }

  /** Number of the target that it belongs to. */
  public int targetNumber(int slot) {
    return (int) Memory.getLong(entry(slot) + ChunkEntry.TARGET_AND_VERSION) & TARGET_MASK;
  }

  /** Upper half of the id. */
  public long chunkHi(int slot) {
    return Memory.getLong(entry(slot) + ChunkEntry.CHUNK_HI);
  }

  /** Lower half of the id. */
  public long chunkLo(int slot) {
    return Memory.getLong(entry(slot) + ChunkEntry.CHUNK_LO);
  }

  /** The committed version; 0 when there is none. */
  public long version(int slot) {
    return Memory.getLong(entry(slot) + ChunkEntry.TARGET_AND_VERSION) >>> TARGET_BITS;
  }

  /** Digest of the committed content. */
  public long digest(int slot) {
    return Memory.getLong(entry(slot) + ChunkEntry.DIGEST);
  }

  /** First block of the committed extent; meaningless without a committed version. */
  public long extent(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.EXTENT) & 0xFFFFFFFFL;
  }

  /** Length of the committed content. */
  public int lengthBytes(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.LENGTH_AND_ORDER) & LENGTH_MASK;
  }

  /** Size of the committed extent: 2^order blocks. */
  public int order(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.LENGTH_AND_ORDER) >>> ORDER_SHIFT & ORDER_MASK;
  }

  /** Chain version of the committed update. */
  public int chainVersion(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.CHAIN_VERSION);
  }

  /** Number of the writer of the committed update. */
  public int writer(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.WRITER);
  }

  /** The writer's sequence number of the committed update. */
  public long sequence(int slot) {
    return Memory.getLong(entry(slot) + ChunkEntry.SEQUENCE);
  }

  /** Number of the pending update, or {@link #NONE}. */
  public int pending(int slot) {
    if (!isBusy(slot)) {
      return NONE;
    }
    int pending = pendingOf.get(slot);
    return pending == PREPARING ? NONE : pending;
  }

  /** Whether a prepare is under way. */
  public boolean isPreparing(int slot) {
    return isBusy(slot) && pendingOf.get(slot) == PREPARING;
  }

  /** Changes whenever the committed content or the place of it does, and sometimes otherwise. */
  public int generation(int slot) {
    return generations[slot & (GENERATIONS - 1)];
  }

  /**
   * Blocks behind the committed content may not be written before this record is durable; it may be
   * a later one than needed.
   */
  public long barrier(int slot) {
    return barriers[slot & (BARRIERS - 1)];
  }

  /** Sets the committed version's facts. */
  public void setCommitted(int slot, long version, long digest, int lengthBytes, int chainVersion) {
    touch(slot);
    long entry = entry(slot);
    long target = Memory.getLong(entry + ChunkEntry.TARGET_AND_VERSION) & TARGET_MASK;
    Memory.putLong(entry + ChunkEntry.TARGET_AND_VERSION, version << TARGET_BITS | target);
    Memory.putLong(entry + ChunkEntry.DIGEST, digest);
    int word = Memory.getInt(entry + ChunkEntry.LENGTH_AND_ORDER);
    Memory.putInt(entry + ChunkEntry.LENGTH_AND_ORDER, (word & ~LENGTH_MASK) | lengthBytes);
    Memory.putInt(entry + ChunkEntry.CHAIN_VERSION, chainVersion);
    bumpGeneration(slot);
  }

  /** Sets the committed version's extent. */
  public void setExtent(int slot, long start, int order) {
    touch(slot);
    long entry = entry(slot);
    Memory.putInt(entry + ChunkEntry.EXTENT, (int) start);
    int word = Memory.getInt(entry + ChunkEntry.LENGTH_AND_ORDER);
    int kept = word & (BUSY | LENGTH_MASK);
    Memory.putInt(entry + ChunkEntry.LENGTH_AND_ORDER, kept | order << ORDER_SHIFT);
  }

  /** Sets the committed version's writer. */
  public void setWriter(int slot, int writer, long sequence) {
    touch(slot);
    Memory.putInt(entry(slot) + ChunkEntry.WRITER, writer);
    Memory.putLong(entry(slot) + ChunkEntry.SEQUENCE, sequence);
  }

  /** Says that a prepare is under way. */
  public void setPreparing(int slot) {
    pendingOf.put(slot, PREPARING);
    setBusy(slot, true);
  }

  /** Sets the pending update's number, or {@link #NONE}; a prepare is no longer under way. */
  public void setPending(int slot, int pending) {
    if (pending == NONE) {
      pendingOf.remove(slot);
    } else {
      pendingOf.put(slot, pending);
    }
    setBusy(slot, pending != NONE);
  }

  /** Raises {@link #barrier}. */
  public void setBarrier(int slot, long sequence) {
    int at = slot & (BARRIERS - 1);
    barriers[at] = Math.max(barriers[at], sequence);
  }

  /** Tells readers in flight that what they read may have changed. */
  public void bumpGeneration(int slot) {
    generations[slot & (GENERATIONS - 1)]++;
  }

  /** Bytes of memory for entries and table, when that many chunks are in use. */
  public long memoryBytes() {
    long tablePages = (highWater + ChunkEntry.PER_PAGE - 1L) / ChunkEntry.PER_PAGE;
    return tablePages * PageFormat.BYTES + tableBytes;
  }

  @Override
  public void close() {
    Memory.free(table, tableBytes);
    freeSlots.close();
  }

  private boolean isBusy(int slot) {
    return Memory.getInt(entry(slot) + ChunkEntry.LENGTH_AND_ORDER) < 0;
  }

  /** The flag has no meaning on the device, so that the page need not be written for it. */
  private void setBusy(int slot, boolean busy) {
    long at = entry(slot) + ChunkEntry.LENGTH_AND_ORDER;
    int word = Memory.getInt(at);
    Memory.putInt(at, busy ? word | BUSY : word & ~BUSY);
  }

  private void insert(int slot) {
    int hash = hashOf(slot);
    long at = home(hash);
    while (word(at) != 0) {
      at = next(at);
    }
    putWord(at, tag(hash) | (slot + 1));
    size++;
  }

  private void unlink(int slot) {
    long hole = home(hashOf(slot));
    while ((word(hole) & slotMask) != slot + 1) {
      hole = next(hole);
    }
    for (long at = next(hole); word(at) != 0; at = next(at)) {
      long home = home(hashOf((word(at) & slotMask) - 1));
      if (distance(home, at) >= distance(hole, at)) {
        putWord(hole, word(at));
        hole = at;
      }
    }
    putWord(hole, 0);
  }

  private void touch(int slot) {
    pages.touch(slot / ChunkEntry.PER_PAGE);
  }

  private long entry(int slot) {
    return pages.address(slot / ChunkEntry.PER_PAGE)
        + PageFormat.HEADER_BYTES
        + (long) (slot % ChunkEntry.PER_PAGE) * ChunkEntry.BYTES;
  }

  /**
   * What the bits hold that a slot's number does not need: the lowest of the hash, because
   * neighbours in the table share the highest.
   */
  private int tag(int hash) {
    return hash << Integer.bitCount(slotMask);
  }

  private long home(int hash) {
    return ((hash & 0xFFFFFFFFL) * places) >>> 32;
  }

  private long next(long place) {
    return place + 1 == places ? 0 : place + 1;
  }

  private long distance(long from, long to) {
    return to >= from ? to - from : to - from + places;
  }

  private int word(long place) {
    return Memory.getInt(table + place * Integer.BYTES);
  }

  private void putWord(long place, int word) {
    Memory.putInt(table + place * Integer.BYTES, word);
  }

  private int hashOf(int slot) {
    return hash(targetNumber(slot), chunkHi(slot), chunkLo(slot));
  }

  private static int hash(int target, long chunkHi, long chunkLo) {
    long mixed = ((target * 0x9E3779B97F4A7C15L) ^ chunkHi) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29) ^ chunkLo) * 0x94D049BB133111EBL;
    return (int) (((mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L) >>> 32);
  }
}
