package io.luciola.fio.engine.blockstore;

import io.luciola.blockstore.linux.Memory;
import java.util.SplittableRandom;

/** Random content for laying out chunks. */
final class ChunkFiller {

  private final long address;
  private final int lengthBytes;
  private final SplittableRandom random;

  ChunkFiller(long address, int lengthBytes, long seed) {
    this.address = address;
    this.lengthBytes = lengthBytes;
    this.random = new SplittableRandom(seed);
  }

  void fill() {
    for (int at = 0; at < lengthBytes; at += Long.BYTES) {
      Memory.putLong(address + at, random.nextLong());
    }
  }
}
