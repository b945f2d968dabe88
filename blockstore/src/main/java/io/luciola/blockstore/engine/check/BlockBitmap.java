package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.linux.Memory;

/** A bit for each block of a data area, off the heap; memory is taken as bits are set. */
final class BlockBitmap implements AutoCloseable {

  private final long blocks;
  private final long bytes;
  private final long memory;
  private long count;

  BlockBitmap(long blocks) {
    this.blocks = blocks;
    bytes = (blocks / 8 + Memory.PAGE_BYTES) & -Memory.PAGE_BYTES;
    memory = Memory.allocate(bytes);
  }

  /** Blocks that are set. */
  long count() {
    return count;
  }

  /** Sets a range; false, and then nothing was set, when part of it is set already or outside. */
  boolean setIfClear(long first, long length) {
    if (first < 0 || length < 0 || first + length > blocks) {
      return false;
    }
    for (long at = first; at < first + length; at++) {
      if (isSet(at)) {
        return false;
      }
    }
    for (long at = first; at < first + length; at++) {
      long word = memory + (at >>> 6) * Long.BYTES;
      Memory.putLong(word, Memory.getLong(word) | 1L << at);
    }
    count += length;
    return true;
  }

  /** Clears a range that is set. */
  void clear(long first, long length) {
    for (long at = first; at < first + length; at++) {
      long word = memory + (at >>> 6) * Long.BYTES;
      Memory.putLong(word, Memory.getLong(word) & ~(1L << at));
    }
    count -= length;
  }

  @Override
  public void close() {
    Memory.free(memory, bytes);
  }

  private boolean isSet(long block) {
    return (Memory.getLong(memory + (block >>> 6) * Long.BYTES) & 1L << block) != 0;
  }
}
