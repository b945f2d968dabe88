package io.luciola.cluster.storage;

/**
 * Tells whether a chunk was committed since a moment, without a table of chunks: sometimes it says
 * so of a chunk that was not.
 */
final class CommitMarks {

  private static final int PLACES = 4096;

  private final long[] lastAt = new long[PLACES];
  private long now;

  /** The moment to ask {@link #changedSince} with later. */
  long now() {
    return now;
  }

  void mark(long targetId, long chunkHi, long chunkLo) {
    lastAt[place(targetId, chunkHi, chunkLo)] = ++now;
  }

  boolean changedSince(long moment, long targetId, long chunkHi, long chunkLo) {
    return lastAt[place(targetId, chunkHi, chunkLo)] > moment;
  }

  private static int place(long targetId, long chunkHi, long chunkLo) {
    long mixed = (targetId * 31 + chunkHi) * 31 + chunkLo;
    mixed *= 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 52);
  }
}
