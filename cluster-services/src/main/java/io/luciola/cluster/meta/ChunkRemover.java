package io.luciola.cluster.meta;

import io.luciola.chaintable.FileLayout;
import java.io.IOException;

/** Removes the chunks of a file that nobody can reach any more. */
@FunctionalInterface
public interface ChunkRemover {

  /**
   * Removes all chunks of an inode; those already gone are no error. Called from one thread at a
   * time, and again after a failure or a restart.
   *
   * @param reachBytes the largest length that Meta ever heard of for this file; a writer that died
   *     may have written a little further
   * @throws IOException when some may be left; the call is repeated later
   */
  void removeChunks(long inode, FileLayout layout, long reachBytes) throws IOException;
}
