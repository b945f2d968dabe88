package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;

/**
 * How a file's layout grows: over one chain at first, then over as many as the file has chunks,
 * until it uses the whole stripe; from there on by half of what it has. Small files touch few
 * chains, and the number of segments is logarithmic in the length. Pure functions.
 */
final class GrowthPolicy {

  /** Most chains of a stripe. */
  static final int MOST_STRIPE = 4096;

  /** Rounds over the whole stripe that a segment has at least. */
  private static final int LEAST_ROUNDS = 16;

  /**
   * Keep an inode record within what the store takes as a value. The segment that reaches one of
   * them covers all the chunks that are left.
   */
  private static final int MOST_CHAIN_IDS = 20_000;

  private static final int MOST_SEGMENTS = 256;

  /**
   * The next segment.
   *
   * @param chains how many, if they can be had
   * @param chunks how many it covers
   * @param fullChunks how many of them are to be reckoned with as written: not those of the hole
   *     before a far-away chunk
   */
  record Step(int chains, long chunks, long fullChunks) {

    /** What the segment is to hold. */
    long bytes(FileLayout layout) {
      return fullChunks * layout.chunkSizeBytes();
    }

    /** The layout with this segment, in whole rounds over the chains that could be had. */
    FileLayout applyTo(FileLayout layout, int[] chainIds) {
      long rounds = Math.ceilDiv(chunks, chainIds.length);
      long left = FileLayout.MOST_CHUNKS - layout.endChunk();
      return layout.with(Math.min(rounds * chainIds.length, left), chainIds);
    }
  }

  private GrowthPolicy() {}

  /** The segment to add so that a chunk that is not covered is. */
  static Step usual(FileLayout layout, int stripe, long chunk) {
    int chains = chains(layout, stripe, chunk);
    long covered = layout.endChunk();
    long full = covered < stripe ? chains : Math.max((long) LEAST_ROUNDS * stripe, covered / 2);
    return step(layout, chains, full, chunk);
  }

  /** The smallest segment with which a chunk is covered, for when there is no room for more. */
  static Step least(FileLayout layout, int stripe, long chunk) {
    int chains = chains(layout, stripe, chunk);
    return step(layout, chains, chains, chunk);
  }

  private static int chains(FileLayout layout, int stripe, long chunk) {
    long covered = layout.endChunk();
    return (int) Math.min(stripe, Math.max(covered, chunk + 1 - covered));
  }

  private static Step step(FileLayout layout, int chains, long full, long chunk) {
    long needed = chunk + 1 - layout.endChunk();
    long chunks = isLast(layout, chains) ? FileLayout.MOST_CHUNKS : Math.max(full, needed);
    return new Step(chains, chunks, full);
  }

  private static boolean isLast(FileLayout layout, int chains) {
    long chainIds = chains;
    for (FileLayout.Segment segment : layout.segments()) {
      chainIds += segment.chainIds().length;
    }
    return chainIds > MOST_CHAIN_IDS || layout.segments().size() >= MOST_SEGMENTS - 1;
  }
}
