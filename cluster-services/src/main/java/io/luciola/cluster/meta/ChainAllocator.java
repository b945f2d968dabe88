package io.luciola.cluster.meta;

/** Chooses chains for the next part of a file. Safe for any number of threads. */
public interface ChainAllocator {

  /** Chunk size and most chains for new files whose directory says nothing. */
  LayoutDefaults defaults();

  /** How many chains there are; 0 while none is known. */
  int count();

  /**
   * Chains for the next segment of a file.
   *
   * @param count how many at most, positive
   * @param recent chains of the file's newest chunks, oldest first; as many as the stripe less
   *     count; others are preferred
   * @param shareBytes what each of them is to hold of the segment
   * @param roomBytes what each of them must have room for; at least {@code shareBytes}
   * @return different chains, fewer when there are not enough with room; none when there is none
   * @throws ChainsUnavailableException when no chain is known yet
   */
  int[] chains(int count, int[] recent, long shareBytes, long roomBytes);

  /** No chain table is known yet: it may come. */
  final class ChainsUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what is missing. */
    public ChainsUnavailableException(String message) {
      super(message);
    }
  }
}
