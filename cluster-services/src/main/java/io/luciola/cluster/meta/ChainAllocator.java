package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;

/** Chooses the chains of new files. Safe for any number of threads. */
@FunctionalInterface
public interface ChainAllocator {

  /**
   * The layout for one new file.
   *
   * @throws ChainsUnavailableException when there is no chain to put files on
   */
  FileLayout layoutForNewFile();

  /** No chain table is known yet, or it has no chains. */
  final class ChainsUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what is missing. */
    public ChainsUnavailableException(String message) {
      super(message);
    }
  }
}
