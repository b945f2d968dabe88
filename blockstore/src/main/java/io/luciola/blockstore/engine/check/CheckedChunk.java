package io.luciola.blockstore.engine.check;

import org.jspecify.annotations.Nullable;

/** A chunk as the walk over the device comes to know it. */
final class CheckedChunk {

  final ChunkName name;
  final int target;

  /** 0 when nothing was ever committed. */
  long version;

  long extent;
  int order;
  int lengthBytes;
  long digest;
  int chainVersion;
  int writer;
  @Nullable CheckedUpdate pending;

  CheckedChunk(ChunkName name, int target) {
    this.name = name;
    this.target = target;
  }

  boolean exists() {
    return version > 0 || pending != null;
  }

  static int blocks(int lengthBytes) {
    return (lengthBytes + 4095) / 4096;
  }
}
