package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.craq.history.ChunkContent;

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

  static long first(long content) {
    return (content >>> 24) & 0xFFFFFF;
  }

  static long second(long content) {
    return content & 0xFFFFFF;
  }

  static ChunkContent toChunkContent(long content) {
    if (content == ABSENT) {
      return ChunkContent.ABSENT;
    }
    int length = lengthBytes(content);
    ChunkContent slots = ChunkContent.EMPTY;
    slots = length < 8 ? slots : slots.append(8, first(content));
    return length < 16 ? slots : slots.append(8, second(content));
  }

  static long digest(long content) {
    return (content + 1) * 0x9E3779B97F4A7C15L;
  }

  static long apply(long content, int kind, int offsetBytes, long data) {
    int length = lengthBytes(content);
    long a = content == ABSENT ? 0 : first(content);
    long b = content == ABSENT ? 0 : second(content);
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
