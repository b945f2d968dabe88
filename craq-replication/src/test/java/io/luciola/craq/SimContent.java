package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkUpdate;

/**
 * A chunk's content in the simulation: two slots of 8 bytes, each with a value of 24 bits, and the
 * length, all in a long.
 */
final class SimContent {

  static final long ABSENT = -1;

  private SimContent() {}

  static long of(int lengthBytes, long a, long b) {
    return ((long) lengthBytes << 48) | (a << 24) | b;
  }

  static int lengthBytes(long content) {
    return content == ABSENT ? 0 : (int) (content >>> 48);
  }

  static long digest(long content) {
    return (content + 1) * 0x9E3779B97F4A7C15L;
  }

  static long apply(long content, int kind, int offsetBytes, long data) {
    int length = lengthBytes(content);
    long a = content == ABSENT ? 0 : (content >>> 24) & 0xFFFFFF;
    long b = content == ABSENT ? 0 : content & 0xFFFFFF;
    return switch (kind) {
      case ChunkUpdate.WRITE ->
          offsetBytes == 0 ? of(Math.max(length, 8), data, b) : of(16, a, data);
      case ChunkUpdate.TRUNCATE ->
          of(offsetBytes, offsetBytes < 8 ? 0 : a, offsetBytes < 16 ? 0 : b);
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> data;
      case ChunkUpdate.REMOVE -> ABSENT;
      default -> throw new AssertionError("kind " + kind);
    };
  }
}
