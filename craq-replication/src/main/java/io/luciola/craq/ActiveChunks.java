package io.luciola.craq;

import java.util.Arrays;

/**
 * The chunks with something in progress: found by id, visited by position. Objects are pooled;
 * nothing is allocated once the largest population has been reached.
 *
 * <p>Positions may be visited downwards while chunks come and go: none is missed, new ones are not
 * visited.
 */
final class ActiveChunks {

  private ChunkProgress[] table = new ChunkProgress[64];
  private ChunkProgress[] active = new ChunkProgress[32];
  private int size;
  private ChunkProgress[] pool = new ChunkProgress[32];
  private int pooled;

  int size() {
    return size;
  }

  ChunkProgress at(int index) {
    return active[index];
  }

  ChunkProgress get(long hi, long lo) {
    int mask = table.length - 1;
    for (int slot = slot(hi, lo, mask); table[slot] != null; slot = (slot + 1) & mask) {
      if (table[slot].chunkHi == hi && table[slot].chunkLo == lo) {
        return table[slot];
      }
    }
    return null;
  }

  /** Adds a chunk that is not there. */
  ChunkProgress add(long hi, long lo) {
    if ((size + 1) * 2 > table.length) {
      grow();
    }
    ChunkProgress progress = pooled == 0 ? new ChunkProgress() : pool[--pooled];
    progress.chunkHi = hi;
    progress.chunkLo = lo;
    progress.index = size;
    active[size++] = progress;
    insert(progress);
    return progress;
  }

  /** Takes an idle chunk out. */
  void release(ChunkProgress progress) {
    delete(progress);
    ChunkProgress moved = active[--size];
    active[size] = null;
    if (moved != progress) {
      active[progress.index] = moved;
      moved.index = progress.index;
    }
    progress.index = -1;
    if (pooled == pool.length) {
      pool = Arrays.copyOf(pool, pooled * 2);
    }
    pool[pooled++] = progress;
  }

  private void insert(ChunkProgress progress) {
    int mask = table.length - 1;
    int slot = slot(progress.chunkHi, progress.chunkLo, mask);
    while (table[slot] != null) {
      slot = (slot + 1) & mask;
    }
    table[slot] = progress;
  }

  private void delete(ChunkProgress progress) {
    int mask = table.length - 1;
    int hole = slot(progress.chunkHi, progress.chunkLo, mask);
    while (table[hole] != progress) {
      hole = (hole + 1) & mask;
    }
    table[hole] = null;
    // Close the gap: whoever probed past it moves into it.
    for (int slot = (hole + 1) & mask; table[slot] != null; slot = (slot + 1) & mask) {
      int home = slot(table[slot].chunkHi, table[slot].chunkLo, mask);
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        table[hole] = table[slot];
        table[slot] = null;
        hole = slot;
      }
    }
  }

  private void grow() {
    table = new ChunkProgress[table.length * 2];
    active = Arrays.copyOf(active, active.length * 2);
    for (int i = 0; i < size; i++) {
      insert(active[i]);
    }
  }

  private static int slot(long hi, long lo, int mask) {
    long mixed = (hi * 0x9E3779B97F4A7C15L) ^ lo;
    mixed *= 0xBF58476D1CE4E5B9L;
    return (int) (mixed >>> 32) & mask;
  }
}
