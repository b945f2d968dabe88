package io.luciola.chaintable.allocation;

import io.luciola.chaintable.FileLayout;
import org.jspecify.annotations.Nullable;

/**
 * How a file's layout grows: over one chain at first, then over as many as the file has chunks,
 * until it uses the whole stripe; from there on by half of what it has. Small files touch few
 * chains, and the number of segments is logarithmic in the length. Where space is short, segments
 * are as short as there is room.
 */
public final class FileGrowth {

  /** Most chains of a stripe. */
  public static final int MOST_STRIPE = 4096;

  /** Rounds over the whole stripe that a segment has at least. */
  private static final int LEAST_ROUNDS = 16;

  /**
   * A segment takes no more than this part of a chain's room, unless it is a single chunk: it may
   * be written much later, when others have used the room.
   */
  private static final int ROOM_PER_SHARE = 4;

  /**
   * Keeps an inode record within what the store takes as a value: most chain ids of all segments,
   * each of which counts as some more. The segment that reaches it covers all chunks that are left.
   */
  private static final int MOST_CHAIN_IDS = 20_000;

  private static final int IDS_PER_SEGMENT = 4;

  /** Gives chains. */
  @FunctionalInterface
  public interface ChainSource {

    /**
     * Chains for the next segment of a file.
     *
     * @param count how many at most, positive
     * @param recent chains of the file's newest chunks, oldest first; as many as the stripe less
     *     count; others are preferred
     * @param shareBytes what each of them is to hold of the segment
     * @param roomBytes what each of them must have room for; at least {@code shareBytes}
     * @return different chains, fewer when there are not enough with room; none when there is none
     */
    int[] chains(int count, int[] recent, long shareBytes, long roomBytes);
  }

  private FileGrowth() {}

  /**
   * A layout that covers a chunk.
   *
   * @param stripe most chains of a run of chunks, up to {@link #MOST_STRIPE}; not more than there
   *     are, or segments are shorter than they could be
   * @return the layout, or a longer one that begins with it; null when no chain has room
   */
  public static @Nullable FileLayout grow(
      FileLayout layout, int stripe, long chunk, ChainSource source) {
    FileLayout longer = layout;
    while (longer != null && longer.endChunk() <= chunk) {
      longer = withSegment(longer, stripe, chunk, source);
    }
    return longer;
  }

  private static @Nullable FileLayout withSegment(
      FileLayout layout, int stripe, long chunk, ChainSource source) {
    long covered = layout.endChunk();
    long needed = chunk + 1 - covered;
    long most = Math.max((long) LEAST_ROUNDS * stripe, covered / 2);
    boolean sparse = needed > most;
    // The first chunks are on different chains until the stripe is used.
    long left = sparse || covered >= stripe ? stripe : stripe - covered;
    int chains = (int) Math.min(left, Math.max(covered, needed));
    long usual = covered < stripe ? chains : most;
    int[] recent = layout.lastChains(stripe - chains);
    for (long rounds = Math.ceilDiv(usual, chains); rounds > 0; rounds /= 2) {
      long shareBytes = rounds * layout.chunkSizeBytes();
      long roomBytes = rounds == 1 ? shareBytes : shareBytes * ROOM_PER_SHARE;
      int[] given = source.chains(chains, recent, shareBytes, roomBytes);
      if (given.length > 0) {
        // What lies before a far-away chunk is a hole: it is covered, but takes no space.
        long wanted = sparse ? needed : 0;
        long longest = Math.max(Math.ceilDiv(wanted, given.length), rounds) * given.length;
        long rest = FileLayout.MOST_CHUNKS - covered;
        return layout.with(isLast(layout, chains) ? rest : Math.min(longest, rest), given);
      }
    }
    return null;
  }

  private static boolean isLast(FileLayout layout, int chains) {
    long chainIds = (long) chains + IDS_PER_SEGMENT;
    for (FileLayout.Segment segment : layout.segments()) {
      chainIds += (long) segment.chainIds().length + IDS_PER_SEGMENT;
    }
    return chainIds > MOST_CHAIN_IDS;
  }
}
