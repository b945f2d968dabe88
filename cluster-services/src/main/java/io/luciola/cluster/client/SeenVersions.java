package io.luciola.cluster.client;

/**
 * Which version of a chunk a data path has seen last, for reads that must not go back. Of a fixed
 * size: a chunk may be forgotten, never be remembered with another's version.
 */
final class SeenVersions {

  /** Nothing is known of the chunk. */
  static final long UNKNOWN = 0;

  private final long[] chunkHi;
  private final long[] chunkLo;
  private final long[] versions;

  /**
   * Knows nothing.
   *
   * @param entries a power of two
   */
  SeenVersions(int entries) {
    chunkHi = new long[entries];
    chunkLo = new long[entries];
    versions = new long[entries];
  }

  /** The version seen last; {@link #UNKNOWN} when none was, or it is forgotten. */
  long of(long hi, long lo) {
    int place = place(hi, lo);
    return chunkHi[place] == hi && chunkLo[place] == lo ? versions[place] : UNKNOWN;
  }

  /** Takes note of a version; another chunk may be forgotten for it. */
  void saw(long hi, long lo, long version) {
    int place = place(hi, lo);
    boolean same = chunkHi[place] == hi && chunkLo[place] == lo;
    if (!same || version > versions[place]) {
      chunkHi[place] = hi;
      chunkLo[place] = lo;
      versions[place] = version;
    }
  }

  /** The chunk does not exist, or may have been made anew with versions from 1 on. */
  void forget(long hi, long lo) {
    int place = place(hi, lo);
    if (chunkHi[place] == hi && chunkLo[place] == lo) {
      versions[place] = UNKNOWN;
    }
  }

  private int place(long hi, long lo) {
    long mixed = (hi * 0x9E3779B97F4A7C15L ^ lo) * 0xBF58476D1CE4E5B9L;
    return (int) (mixed >>> 33) & versions.length - 1;
  }
}
