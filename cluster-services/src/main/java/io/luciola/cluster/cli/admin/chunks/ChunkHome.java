package io.luciola.cluster.cli.admin.chunks;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.LayoutMessages;
import io.luciola.cluster.meta.proto.FoundInode;

/** Where a file's layout has its chunks. */
final class ChunkHome {

  /** Chain of chunks of what has no layout. */
  static final int NONE = 0;

  /** Chain of chunks that the file's layout does not reach: nobody can have written them. */
  static final int BEYOND = -1;

  private ChunkHome() {}

  static int chainOf(FoundInode inode, int chunkIndex) {
    if (!inode.hasLayout()) {
      return NONE;
    }
    FileLayout layout = LayoutMessages.of(inode.getLayout());
    return layout.covers(chunkIndex) ? layout.chainOf(chunkIndex) : BEYOND;
  }
}
