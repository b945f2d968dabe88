package io.luciola.cluster.meta;

import io.luciola.blockstore.linux.Errno;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPath;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Removes chunks over the data path; makes a path for each file, because files die on any thread.
 */
final class DataPathChunkRemover implements ChunkRemover {

  private final Supplier<? extends DataPath> dataPaths;

  DataPathChunkRemover(Supplier<? extends DataPath> dataPaths) {
    this.dataPaths = dataPaths;
  }

  @Override
  public void removeChunks(long inode, FileLayout layout, long reachBytes) throws IOException {
    long reach = reachBytes + leewayBytes(layout);
    try (DataPath data = dataPaths.get()) {
      int result = data.cutNow(layout, inode, reach, 0);
      if (result < 0) {
        throw new IOException(
            "chunks of inode " + inode + " could not be removed: " + Errno.describe(-result));
      }
    }
  }

  /** A writer that died may have written one round over its chains beyond what it told. */
  private static long leewayBytes(FileLayout layout) {
    return layout.segments().isEmpty()
        ? 0
        : (long) layout.chunkSizeBytes() * layout.segments().getLast().chainIds().length;
  }
}
