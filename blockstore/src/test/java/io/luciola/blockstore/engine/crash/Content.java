package io.luciola.blockstore.engine.crash;

import io.luciola.blockstore.engine.ChunkUpdate;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What updates do to bytes. */
final class Content {

  private static final byte[] EMPTY = new byte[0];

  private Content() {}

  /** Bytes that only this seed gives; seed 0 gives zeros. */
  static byte[] of(long seed, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    if (seed != 0) {
      new SplittableRandom(seed).nextBytes(bytes);
    }
    return bytes;
  }

  /** The content after a change; null when there is none. */
  static byte[] after(byte[] before, Change change, byte[] data) {
    byte[] old = before == null ? EMPTY : before;
    return switch (change.kind()) {
      case ChunkUpdate.WRITE -> written(old, change.offset(), data);
      case ChunkUpdate.TRUNCATE -> Arrays.copyOf(old, change.offset());
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> data;
      case ChunkUpdate.PUNCH -> written(old, change.offset(), new byte[change.length()]);
      case ChunkUpdate.REMOVE -> null;
      default -> throw new IllegalArgumentException("kind " + change.kind());
    };
  }

  private static byte[] written(byte[] old, int offset, byte[] data) {
    byte[] content = Arrays.copyOf(old, Math.max(old.length, offset + data.length));
    System.arraycopy(data, 0, content, offset, data.length);
    return content;
  }
}
