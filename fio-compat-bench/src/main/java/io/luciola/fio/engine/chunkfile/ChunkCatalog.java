package io.luciola.fio.engine.chunkfile;

import java.util.Arrays;

/**
 * What is known of each chunk, found by its id through a hash table. Chunks have dense numbers that
 * never change; numbering one that exists allocates nothing.
 */
final class ChunkCatalog {

  /** Number of a chunk that is not there; slot of one that was never written. */
  static final int NONE = -1;

  private static final int FIRST_CAPACITY = 1024;

  private long[] his = new long[FIRST_CAPACITY];
  private long[] los = new long[FIRST_CAPACITY];
  private int[] table = new int[2 * FIRST_CAPACITY];
  private int count;

  /** Committed version by number; 0 when there is none. */
  long[] versions = new long[FIRST_CAPACITY];

  /** Slot by number, or {@link #NONE}. */
  int[] slots = new int[FIRST_CAPACITY];

  /** Length by number. */
  int[] lengths = new int[FIRST_CAPACITY];

  /** CRC32C of the content by number. */
  int[] checksums = new int[FIRST_CAPACITY];

  /** Empty. */
  ChunkCatalog() {
    Arrays.fill(table, NONE);
  }

  int count() {
    return count;
  }

  long hi(int chunk) {
    return his[chunk];
  }

  long lo(int chunk) {
    return los[chunk];
  }

  /** The chunk's number, or {@link #NONE}. */
  int find(long hi, long lo) {
    int mask = table.length - 1;
    int at = hash(hi, lo) & mask;
    while (table[at] != NONE) {
      int chunk = table[at];
      if (los[chunk] == lo && his[chunk] == hi) {
        return chunk;
      }
      at = at + 1 & mask;
    }
    return NONE;
  }

  /** The chunk's number; a new one when it was not known. */
  int number(long hi, long lo) {
    int found = find(hi, lo);
    if (found != NONE) {
      return found;
    }
    if (count == his.length) {
      grow();
    }
    his[count] = hi;
    los[count] = lo;
    slots[count] = NONE;
    enter(count);
    return count++;
  }

  private void enter(int chunk) {
    int mask = table.length - 1;
    int at = hash(his[chunk], los[chunk]) & mask;
    while (table[at] != NONE) {
      at = at + 1 & mask;
    }
    table[at] = chunk;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, count);
    his = Arrays.copyOf(his, capacity);
    los = Arrays.copyOf(los, capacity);
    versions = Arrays.copyOf(versions, capacity);
    slots = Arrays.copyOf(slots, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    checksums = Arrays.copyOf(checksums, capacity);
    table = new int[Math.multiplyExact(2, capacity)];
    Arrays.fill(table, NONE);
    for (int chunk = 0; chunk < count; chunk++) {
      enter(chunk);
    }
  }

  private static int hash(long hi, long lo) {
    long mixed = (hi ^ lo * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    return (int) (mixed ^ mixed >>> 32);
  }
}
