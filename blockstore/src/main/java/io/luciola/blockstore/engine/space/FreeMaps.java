package io.luciola.blockstore.engine.space;

import io.luciola.blockstore.linux.Memory;

/**
 * Which blocks of each region are free: binary buddies in a region of 2^14 blocks.
 *
 * <p>Free extents of up to 32 blocks show in words of 64 blocks, a set bit for a free block; a word
 * that is wholly free or wholly taken is 0. Free extents of 64 blocks and more are set bits of a
 * heap-shaped tree: node 1 is the region, nodes 2n and 2n + 1 the halves of node n. For each small
 * order a set tells which words have a free extent of exactly that order. All of a region that is
 * wholly free or wholly taken is 0, so that memory exists only for regions that were ever divided:
 * 256 bytes for one divided into extents of 64 blocks and more, 2304 for others.
 *
 * <p>The caller knows from the count of free blocks whether a region is wholly free, and says so to
 * {@link #open}.
 */
final class FreeMaps implements AutoCloseable {

  /** Order of a region. */
  static final int REGION_ORDER = 14;

  /** What {@link #allocate} says when no free extent is large enough. */
  static final int NONE = -1;

  private static final int WORD_ORDER = 6;
  private static final int REGION_WORDS = 1 << (REGION_ORDER - WORD_ORDER);
  private static final int TREE_BYTES = 64;
  private static final int SET_BYTES = REGION_WORDS / Byte.SIZE;
  private static final int HEAD_BYTES = TREE_BYTES + WORD_ORDER * SET_BYTES;
  private static final int WORDS_BYTES = REGION_WORDS * Long.BYTES;

  // For each order, the places in a word where an extent of it may begin.
  private static final long[] STARTS = starts();

  private final long heads;
  private final long headsBytes;
  private final long words;
  private final long wordsBytes;
  private final short[] orders;
  private final long[] extents = new long[REGION_ORDER + 1];

  /** Maps of so many regions, all of them wholly free or wholly taken. */
  FreeMaps(int regions) {
    headsBytes = pages((long) regions * HEAD_BYTES);
    wordsBytes = pages((long) regions * WORDS_BYTES);
    orders = new short[regions];
    heads = Memory.allocate(headsBytes);
    words = Memory.allocate(wordsBytes);
  }

  /** The orders of which a divided region has free extents: bit k for 2^k blocks. */
  int orders(int region) {
    return orders[region];
  }

  /** Makes a region that was wholly free ready to be divided. */
  void open(int region) {
    addNode(region, 1);
  }

  /**
   * Takes the lowest free extent of the least sufficient order.
   *
   * @return its first block in the region, or {@link #NONE}
   */
  int allocate(int region, int order) {
    for (int from = order; from < WORD_ORDER; from++) {
      int word = firstWordWith(region, from);
      if (word >= 0) {
        int bit = Long.numberOfTrailingZeros(exactly(word(region, word), from));
        clear(region, word, bit, order);
        return (word << WORD_ORDER) + bit;
      }
    }
    for (int from = Math.max(order, WORD_ORDER); from <= REGION_ORDER; from++) {
      int node = firstNode(region, from);
      if (node != 0) {
        int start = (node << from) - (1 << REGION_ORDER);
        take(region, node, start, order);
        return start;
      }
    }
    return NONE;
  }

  /**
   * Takes a certain extent.
   *
   * @return whether all of it was free
   */
  boolean reserve(int region, int start, int order) {
    if (order < WORD_ORDER) {
      int word = start >>> WORD_ORDER;
      int bit = start & (Long.SIZE - 1);
      long mask = mask(bit, order);
      long free = word(region, word);
      if (free != 0) {
        if ((free & mask) != mask) {
          return false;
        }
        putWord(region, word, free, free & ~mask);
        return true;
      }
    }
    for (int node = node(start, Math.max(order, WORD_ORDER)); node > 0; node >>>= 1) {
      if (hasNode(region, node)) {
        take(region, node, start, order);
        return true;
      }
    }
    return false;
  }

  /** Gives an extent back, which must be taken. */
  void free(int region, int start, int order) {
    int node = node(start, Math.max(order, WORD_ORDER));
    if (order < WORD_ORDER) {
      int word = start >>> WORD_ORDER;
      long before = word(region, word);
      long mask = mask(start & (Long.SIZE - 1), order);
      assert (before & mask) == 0 : "freed twice: block " + start + " of region " + region;
      if ((before | mask) != -1) {
        putWord(region, word, before, before | mask);
        return;
      }
      putWord(region, word, before, 0);
    }
    while (node > 1 && hasNode(region, node ^ 1)) {
      removeNode(region, node ^ 1);
      node >>>= 1;
    }
    assert !hasNode(region, node) : "freed twice: block " + start + " of region " + region;
    if (node > 1) {
      addNode(region, node);
    }
  }

  /** Whether all blocks of an extent of a divided region are free. */
  boolean isFree(int region, int start, int order) {
    if (isInFreeNode(region, start, order)) {
      return true;
    }
    long mask = order < WORD_ORDER ? mask(start & (Long.SIZE - 1), order) : -1;
    return (word(region, start >>> WORD_ORDER) & mask) == mask;
  }

  /** Whether no block of an extent of a divided region is free. */
  boolean isTaken(int region, int start, int order) {
    if (isInFreeNode(region, start, order)) {
      return false;
    }
    if (order < WORD_ORDER) {
      return (word(region, start >>> WORD_ORDER) & mask(start & (Long.SIZE - 1), order)) == 0;
    }
    for (int below = order - 1; below >= WORD_ORDER; below--) {
      int end = node(start, below) + (1 << (order - below));
      for (int node = node(start, below); node < end; node++) {
        if (hasNode(region, node)) {
          return false;
        }
      }
    }
    int firstWord = start >>> WORD_ORDER;
    for (int word = firstWord; word < firstWord + (1 << (order - WORD_ORDER)); word++) {
      if (word(region, word) != 0) {
        return false;
      }
    }
    return true;
  }

  /** How many free extents of exactly this order all divided regions have. */
  long extents(int order) {
    return extents[order];
  }

  @Override
  public void close() {
    Memory.free(heads, headsBytes);
    Memory.free(words, wordsBytes);
  }

  /** Removes a free node, keeping free all of it but the wanted part. */
  private void take(int region, int node, int wantedStart, int wantedOrder) {
    removeNode(region, node);
    int wanted = node(wantedStart, Math.max(wantedOrder, WORD_ORDER));
    // From the wanted node up to the one that was free, the other half stays free at each step.
    for (int at = wanted; at != node; at >>>= 1) {
      addNode(region, at ^ 1);
    }
    if (wantedOrder < WORD_ORDER) {
      long mask = mask(wantedStart & (Long.SIZE - 1), wantedOrder);
      putWord(region, wantedStart >>> WORD_ORDER, 0, ~mask);
    }
  }

  private void clear(int region, int word, int bit, int order) {
    long before = word(region, word);
    putWord(region, word, before, before & ~mask(bit, order));
  }

  private boolean isInFreeNode(int region, int start, int order) {
    for (int node = node(start, Math.max(order, WORD_ORDER)); node > 0; node >>>= 1) {
      if (hasNode(region, node)) {
        return true;
      }
    }
    return false;
  }

  /** The order of a node. */
  private static int order(int node) {
    return REGION_ORDER - (31 - Integer.numberOfLeadingZeros(node));
  }

  private static int node(int start, int order) {
    return (1 << (REGION_ORDER - order)) | (start >>> order);
  }

  private boolean hasNode(int region, int node) {
    return (Memory.getLong(treeWord(region, node)) >>> node & 1) != 0;
  }

  private void addNode(int region, int node) {
    long at = treeWord(region, node);
    Memory.putLong(at, Memory.getLong(at) | 1L << node);
    int order = order(node);
    extents[order]++;
    orders[region] |= (short) (1 << order);
  }

  private void removeNode(int region, int node) {
    long at = treeWord(region, node);
    Memory.putLong(at, Memory.getLong(at) & ~(1L << node));
    int order = order(node);
    extents[order]--;
    if (firstNode(region, order) == 0) {
      orders[region] &= (short) ~(1 << order);
    }
  }

  /** The first free node of an order, or 0. */
  private int firstNode(int region, int order) {
    int first = 1 << (REGION_ORDER - order);
    int end = first * 2;
    if (end <= Long.SIZE) {
      long bits = Memory.getLong(head(region)) & ((1L << (end - 1) << 1) - (1L << first));
      return bits == 0 ? 0 : Long.numberOfTrailingZeros(bits);
    }
    for (int node = first; node < end; node += Long.SIZE) {
      long bits = Memory.getLong(treeWord(region, node));
      if (bits != 0) {
        return node + Long.numberOfTrailingZeros(bits);
      }
    }
    return 0;
  }

  private long treeWord(int region, int node) {
    return head(region) + (long) (node >>> 6) * Long.BYTES;
  }

  private long head(int region) {
    return heads + (long) region * HEAD_BYTES;
  }

  /** The first word with a free extent of exactly this small order, or -1. */
  private int firstWordWith(int region, int order) {
    long set = set(region, order);
    for (int i = 0; i < SET_BYTES / Long.BYTES; i++) {
      long bits = Memory.getLong(set + (long) i * Long.BYTES);
      if (bits != 0) {
        return i * Long.SIZE + Long.numberOfTrailingZeros(bits);
      }
    }
    return -1;
  }

  private long set(int region, int order) {
    return head(region) + TREE_BYTES + (long) order * SET_BYTES;
  }

  private long word(int region, int word) {
    return Memory.getLong(wordAddress(region, word));
  }

  private void putWord(int region, int word, long before, long after) {
    Memory.putLong(wordAddress(region, word), after);
    long atLeastBefore = before;
    long atLeastAfter = after;
    // Once equal, all larger extents are the same before and after.
    for (int order = 0; atLeastBefore != atLeastAfter && order < WORD_ORDER; order++) {
      long pairsBefore = pairs(atLeastBefore, order);
      long pairsAfter = pairs(atLeastAfter, order);
      long had = alone(atLeastBefore, pairsBefore, order);
      long has = alone(atLeastAfter, pairsAfter, order);
      if (had != has) {
        extents[order] += Long.bitCount(has) - Long.bitCount(had);
        markWord(region, word, order, has != 0);
      }
      atLeastBefore = pairsBefore;
      atLeastAfter = pairsAfter;
    }
  }

  /** Notes whether a word has free extents of exactly this order. */
  private void markWord(int region, int word, int order, boolean has) {
    long at = set(region, order) + (long) (word >>> 6) * Long.BYTES;
    if (has) {
      Memory.putLong(at, Memory.getLong(at) | 1L << word);
      orders[region] |= (short) (1 << order);
    } else {
      long rest = Memory.getLong(at) & ~(1L << word);
      Memory.putLong(at, rest);
      if (rest == 0 && firstWordWith(region, order) < 0) {
        orders[region] &= (short) ~(1 << order);
      }
    }
  }

  private long wordAddress(int region, int word) {
    return words + (long) region * WORDS_BYTES + (long) word * Long.BYTES;
  }

  /** Where free extents of exactly this order begin in a word of free blocks. */
  private static long exactly(long free, int order) {
    long atLeast = free;
    for (int k = 0; k < order; k++) {
      atLeast = pairs(atLeast, k);
    }
    return alone(atLeast, pairs(atLeast, order), order);
  }

  /** Where two free buddies of this order lie, of all the free ones. */
  private static long pairs(long atLeast, int order) {
    return atLeast & (atLeast >>> (1 << order)) & STARTS[order + 1];
  }

  /** Those free extents of an order whose buddy is taken. */
  private static long alone(long atLeast, long pairs, int order) {
    return atLeast & ~(pairs | pairs << (1 << order));
  }

  private static long mask(int bit, int order) {
    return ((1L << (1 << order)) - 1) << bit;
  }

  private static long[] starts() {
    long[] starts = new long[WORD_ORDER + 1];
    for (int order = 0; order <= WORD_ORDER; order++) {
      for (int bit = 0; bit < Long.SIZE; bit += 1 << order) {
        starts[order] |= 1L << bit;
      }
    }
    return starts;
  }

  private static long pages(long bytes) {
    return (bytes + Memory.PAGE_BYTES - 1) & -Memory.PAGE_BYTES;
  }
}
