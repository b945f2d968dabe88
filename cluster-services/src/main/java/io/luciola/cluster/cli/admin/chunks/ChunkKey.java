package io.luciola.cluster.cli.admin.chunks;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.chaintable.ChunkId;

/** The id of a chunk, for maps; as text {@code inode:index}. */
record ChunkKey(long hi, long lo) implements Comparable<ChunkKey> {

  static ChunkKey of(ChunkStat chunk) {
    return new ChunkKey(chunk.chunkHi, chunk.chunkLo);
  }

  long inode() {
    return ChunkId.inode(hi, lo);
  }

  int index() {
    return ChunkId.chunkIndex(lo);
  }

  @Override
  public int compareTo(ChunkKey other) {
    int byHi = Long.compareUnsigned(hi, other.hi);
    return byHi != 0 ? byHi : Long.compareUnsigned(lo, other.lo);
  }

  @Override
  public String toString() {
    return ChunkId.toString(hi, lo);
  }
}
