package io.luciola.blockstore.engine.index;

import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Memory;

/**
 * All chunks by (target, id), off-heap. A chunk's slot is a small number that stays the same while
 * the chunk exists. Per chunk: 64 bytes hot, 32 cold, and 16 to 32 in the table that finds it.
 */
public final class ChunkIndex implements AutoCloseable {

  /** No such chunk; or no room for another one. */
  public static final int NONE = -1;

  private static final int HOT_BYTES = 64;
  private static final int TARGET = 0;
  private static final int CHUNK_HI = 8;
  private static final int CHUNK_LO = 16;
  private static final int VERSION = 24;
  private static final int DIGEST = 32;
  private static final int EXTENT = 40;
  private static final int LENGTH = 44;
  private static final int CHAIN_VERSION = 48;
  private static final int PENDING = 52;
  private static final int ORDER = 56;
  private static final int FLAGS = 57;
  private static final int GENERATION = 60;

  private static final int COLD_BYTES = 32;
  private static final int CLIENT = 0;
  private static final int SEQUENCE = 8;
  private static final int BARRIER = 16;
  private static final int CHANNEL = 24;

  private static final int USED = 1;
  private static final int PREPARING = 2;

  private final int capacity;
  private final int mask;
  private final long table;
  private final long tableBytes;
  private final long hot;
  private final long hotBytes;
  private final long cold;
  private final long coldBytes;
  private int size;
  private int highWater;
  private int freeHead = NONE;

  /** Room for so many chunks. */
  public ChunkIndex(int capacity) {
    this.capacity = capacity;
    int slots = Math.max(1024, Integer.highestOneBit(Math.min(capacity, 1 << 29)) * 4);
    mask = slots - 1;
    tableBytes = (long) slots * Long.BYTES;
    table = Memory.allocate(tableBytes);
    Memory.adviseHugePages(table, tableBytes);
    hotBytes = pages((long) capacity * HOT_BYTES);
    hot = Memory.allocate(hotBytes);
    Memory.adviseHugePages(hot, hotBytes);
    coldBytes = pages((long) capacity * COLD_BYTES);
    cold = Memory.allocate(coldBytes);
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
    return (flags(slot) & USED) != 0;
  }

  /** The chunk's slot, or {@link #NONE}. */
  public int find(long target, long chunkHi, long chunkLo) {
    int tag = hash(target, chunkHi, chunkLo);
    for (int at = tag & mask; ; at = (at + 1) & mask) {
      long word = word(at);
      if (word == 0) {
        return NONE;
      }
      if ((int) (word >>> 32) == tag) {
        int slot = (int) word - 1;
        long entry = hot(slot);
        if (Memory.getLong(entry + CHUNK_LO) == chunkLo
            && Memory.getLong(entry + CHUNK_HI) == chunkHi
            && Memory.getLong(entry + TARGET) == target) {
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
  public int add(long target, long chunkHi, long chunkLo) {
    int slot = freeHead;
    int generation = 0;
    if (slot != NONE) {
      freeHead = Memory.getInt(hot(slot) + LENGTH);
      generation = generation(slot);
    } else if (highWater < capacity) {
      slot = highWater++;
    } else {
      return NONE;
    }
    long entry = hot(slot);
    Zeros.put(entry, HOT_BYTES);
    Zeros.put(cold(slot), COLD_BYTES);
    Memory.putLong(entry + TARGET, target);
    Memory.putLong(entry + CHUNK_HI, chunkHi);
    Memory.putLong(entry + CHUNK_LO, chunkLo);
    Memory.putInt(entry + EXTENT, NONE);
    Memory.putInt(entry + PENDING, NONE);
    Memory.putInt(entry + GENERATION, generation);
    Memory.putByte(entry + FLAGS, (byte) USED);
    int tag = hash(target, chunkHi, chunkLo);
    int at = tag & mask;
    while (word(at) != 0) {
      at = (at + 1) & mask;
    }
    putWord(at, ((long) tag << 32) | ((slot + 1) & 0xFFFFFFFFL));
    size++;
    return slot;
  }

  /** Forgets a chunk; the slot may be used for another one. */
  public void remove(int slot) {
    int hole = hash(target(slot), chunkHi(slot), chunkLo(slot)) & mask;
    while ((int) word(hole) != slot + 1) {
      hole = (hole + 1) & mask;
    }
    for (int at = (hole + 1) & mask; word(at) != 0; at = (at + 1) & mask) {
      int home = (int) (word(at) >>> 32) & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        putWord(hole, word(at));
        hole = at;
      }
    }
    putWord(hole, 0);
    bumpGeneration(slot);
    Memory.putByte(hot(slot) + FLAGS, (byte) 0);
    Memory.putInt(hot(slot) + LENGTH, freeHead);
    freeHead = slot;
    size--;
  }

  /** The target it belongs to. */
  public long target(int slot) {
    return Memory.getLong(hot(slot) + TARGET);
  }

  /** Upper half of the id. */
  public long chunkHi(int slot) {
    return Memory.getLong(hot(slot) + CHUNK_HI);
  }

  /** Lower half of the id. */
  public long chunkLo(int slot) {
    return Memory.getLong(hot(slot) + CHUNK_LO);
  }

  /** The committed version; 0 when there is none. */
  public long version(int slot) {
    return Memory.getLong(hot(slot) + VERSION);
  }

  /** Digest of the committed content. */
  public long digest(int slot) {
    return Memory.getLong(hot(slot) + DIGEST);
  }

  /** First block of the committed extent; meaningless without a committed version. */
  public long extent(int slot) {
    return Memory.getInt(hot(slot) + EXTENT) & 0xFFFFFFFFL;
  }

  /** Length of the committed content. */
  public int lengthBytes(int slot) {
    return Memory.getInt(hot(slot) + LENGTH);
  }

  /** Chain version of the committed update. */
  public int chainVersion(int slot) {
    return Memory.getInt(hot(slot) + CHAIN_VERSION);
  }

  /** Size of the committed extent: 2^order blocks. */
  public int order(int slot) {
    return Memory.getByte(hot(slot) + ORDER);
  }

  /** Number of the pending update, or {@link #NONE}. */
  public int pending(int slot) {
    return Memory.getInt(hot(slot) + PENDING);
  }

  /** Changes whenever the committed content or the place of it does. */
  public int generation(int slot) {
    return Memory.getInt(hot(slot) + GENERATION);
  }

  /** Whether a prepare is under way. */
  public boolean isPreparing(int slot) {
    return (flags(slot) & PREPARING) != 0;
  }

  /** Client that wrote the committed version. */
  public long clientId(int slot) {
    return Memory.getLong(cold(slot) + CLIENT);
  }

  /** Sequence number of the committed update. */
  public long sequence(int slot) {
    return Memory.getLong(cold(slot) + SEQUENCE);
  }

  /** Channel of the committed update. */
  public int channel(int slot) {
    return Memory.getInt(cold(slot) + CHANNEL);
  }

  /** Blocks behind the committed content may not be written before this record is durable. */
  public long barrier(int slot) {
    return Memory.getLong(cold(slot) + BARRIER);
  }

  /** Sets the committed version's facts. */
  public void setCommitted(int slot, long version, long digest, int lengthBytes, int chainVersion) {
    long entry = hot(slot);
    Memory.putLong(entry + VERSION, version);
    Memory.putLong(entry + DIGEST, digest);
    Memory.putInt(entry + LENGTH, lengthBytes);
    Memory.putInt(entry + CHAIN_VERSION, chainVersion);
    bumpGeneration(slot);
  }

  /** Sets the committed version's extent. */
  public void setExtent(int slot, long start, int order) {
    Memory.putInt(hot(slot) + EXTENT, (int) start);
    Memory.putByte(hot(slot) + ORDER, (byte) order);
  }

  /** Sets the committed version's writer. */
  public void setWriter(int slot, long clientId, int channel, long sequence) {
    Memory.putLong(cold(slot) + CLIENT, clientId);
    Memory.putInt(cold(slot) + CHANNEL, channel);
    Memory.putLong(cold(slot) + SEQUENCE, sequence);
  }

  /** Sets the pending update's number. */
  public void setPending(int slot, int pending) {
    Memory.putInt(hot(slot) + PENDING, pending);
  }

  /** Says whether a prepare is under way. */
  public void setPreparing(int slot, boolean preparing) {
    Memory.putByte(hot(slot) + FLAGS, (byte) (preparing ? USED | PREPARING : USED));
  }

  /** Sets {@link #barrier}. */
  public void setBarrier(int slot, long sequence) {
    Memory.putLong(cold(slot) + BARRIER, sequence);
  }

  /** Tells readers in flight that what they read may have changed. */
  public void bumpGeneration(int slot) {
    Memory.putInt(hot(slot) + GENERATION, generation(slot) + 1);
  }

  @Override
  public void close() {
    Memory.free(table, tableBytes);
    Memory.free(hot, hotBytes);
    Memory.free(cold, coldBytes);
  }

  private int flags(int slot) {
    return Memory.getByte(hot(slot) + FLAGS);
  }

  private long hot(int slot) {
    return hot + (long) slot * HOT_BYTES;
  }

  private long cold(int slot) {
    return cold + (long) slot * COLD_BYTES;
  }

  private long word(int at) {
    return Memory.getLong(table + (long) at * Long.BYTES);
  }

  private void putWord(int at, long word) {
    Memory.putLong(table + (long) at * Long.BYTES, word);
  }

  private static int hash(long target, long chunkHi, long chunkLo) {
    long mixed = ((target * 0x9E3779B97F4A7C15L) ^ chunkHi) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29) ^ chunkLo) * 0x94D049BB133111EBL;
    return (int) (((mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L) >>> 32);
  }

  private static long pages(long bytes) {
    return (bytes + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
  }
}
