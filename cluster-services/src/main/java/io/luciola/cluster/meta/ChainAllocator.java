package io.luciola.cluster.meta;

/** Chooses chains for the next part of a file. Safe for any number of threads. */
public interface ChainAllocator {

  /** Chunk size and most chains for new files whose directory says nothing. */
  LayoutDefaults defaults();

  /**
   * Chains for the next segment of a file.
   *
   * @param count how many at most, positive; fewer are given when there are fewer
   * @param recent chains of the file's newest chunks, oldest first; as many as the stripe less
   *     count; others are preferred
   * @param segmentBytes what the segment is to hold altogether; a chain without room for its share
   *     is not taken
   * @throws ChainsUnavailableException when there is no chain to put files on, or none with room
   */
  int[] chains(int count, int[] recent, long segmentBytes);

  /** No chains can be had. */
  final class ChainsUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
      /** No chain table is known yet, or it has no chains: it may come. */
      NO_CHAIN_TABLE,
      /** No chain has room: the file system is full. */
      NO_SPACE
    }

    private final Reason reason;

    /** Says what is missing. */
    public ChainsUnavailableException(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
      return reason;
    }
  }
}
