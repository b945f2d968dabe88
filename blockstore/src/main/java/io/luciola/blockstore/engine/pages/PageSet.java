package io.luciola.blockstore.engine.pages;

/** A set of page numbers. */
final class PageSet {

  private final long[] words;
  private int size;

  PageSet(int pages) {
    words = new long[(pages + 63) >>> 6];
  }

  int size() {
    return size;
  }

  boolean contains(int page) {
    return (words[page >>> 6] & (1L << page)) != 0;
  }

  /** Adds a page that is not in the set. */
  void add(int page) {
    words[page >>> 6] |= 1L << page;
    size++;
  }

  /** Removes a page that is in the set. */
  void remove(int page) {
    words[page >>> 6] &= ~(1L << page);
    size--;
  }

  /** The least page from here on, or -1. */
  int next(int from) {
    int at = from >>> 6;
    if (at >= words.length) {
      return -1;
    }
    long word = words[at] & (-1L << from);
    while (word == 0) {
      if (++at == words.length) {
        return -1;
      }
      word = words[at];
    }
    return (at << 6) + Long.numberOfTrailingZeros(word);
  }
}
