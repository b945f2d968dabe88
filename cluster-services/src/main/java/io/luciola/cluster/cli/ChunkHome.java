package io.luciola.cluster.cli;

import io.luciola.cluster.meta.proto.FoundInode;
import java.util.List;

/** Where a file's layout has its chunks. */
final class ChunkHome {

  /** Chain of chunks of what has no layout. */
  static final int NONE = 0;

  private ChunkHome() {}

  static int chainOf(FoundInode inode, int chunkIndex) {
    List<Integer> chains = inode.getLayout().getChainIdsList();
    return chains.isEmpty()
        ? NONE
        : chains.get(Integer.remainderUnsigned(chunkIndex, chains.size()));
  }
}
