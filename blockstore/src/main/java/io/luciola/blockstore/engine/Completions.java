package io.luciola.blockstore.engine;

import java.util.ArrayDeque;
import java.util.Arrays;

/** Ended operations, to be told to the listener when the engine is in a state to be called. */
final class Completions {

  private static final int PREPARED = 0;
  private static final int READ = 1;
  private static final int SYNCED = 2;
  private static final int CORRUPT = 3;

  private record CorruptBlock(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffset) {

    void tell(ChunkEngine.Listener listener) {
      listener.onCorrupt(targetId, chunkHi, chunkLo, offsetBytes, deviceOffset);
    }
  }

  private int[] kinds = new int[256];
  private long[] tags = new long[256];
  private int[] statuses = new int[256];
  private long[] values = new long[256];
  private int[] lengths = new int[256];
  private final ArrayDeque<CorruptBlock> corruptBlocks = new ArrayDeque<>();
  private int size;

  void prepared(long tag, int status, long digest, int lengthBytes) {
    add(PREPARED, tag, status, digest, lengthBytes);
  }

  void read(long tag, int status, long version) {
    add(READ, tag, status, version, 0);
  }

  void synced(long tag, int status) {
    add(SYNCED, tag, status, 0, 0);
  }

  void corrupt(long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffset) {
    corruptBlocks.add(new CorruptBlock(targetId, chunkHi, chunkLo, offsetBytes, deviceOffset));
    add(CORRUPT, 0, 0, 0, 0);
  }

  /** Tells the listener of all that ended up to now, also if it makes more end. */
  int deliver(ChunkEngine.Listener listener) {
    int delivered = 0;
    while (delivered < size) {
      int at = delivered++;
      switch (kinds[at]) {
        case PREPARED -> listener.onPrepared(tags[at], statuses[at], values[at], lengths[at]);
        case READ -> listener.onRead(tags[at], statuses[at], values[at]);
        case CORRUPT -> corruptBlocks.remove().tell(listener);
        default -> listener.onSynced(tags[at], statuses[at]);
      }
    }
    size = 0;
    return delivered;
  }

  private void add(int kind, long tag, int status, long value, int length) {
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, size * 2);
      tags = Arrays.copyOf(tags, size * 2);
      statuses = Arrays.copyOf(statuses, size * 2);
      values = Arrays.copyOf(values, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
    }
    kinds[size] = kind;
    tags[size] = tag;
    statuses[size] = status;
    values[size] = value;
    lengths[size] = length;
    size++;
  }
}
