package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;

/**
 * Some chunks of a target, as far as it takes to tell whether another replica has the same: asked
 * of a target that is being refilled, and answered in {@link #differs}. Reused.
 */
public final class RefillBatch {

  /** Most chunks in a batch. */
  public static final int CAPACITY = 128;

  /** Upper 8 bytes of the chunk ids. */
  public final long[] chunkHi = new long[CAPACITY];

  /** Lower 8 bytes of the chunk ids. */
  public final long[] chunkLo = new long[CAPACITY];

  /** Committed versions; 0 where only an update is pending. */
  public final long[] version = new long[CAPACITY];

  /** Digests of the committed content. */
  public final long[] digest = new long[CAPACITY];

  /** Lengths of the committed content. */
  public final int[] lengthBytes = new int[CAPACITY];

  /** Who wrote the committed version: clients. */
  public final long[] clientId = new long[CAPACITY];

  /** Who wrote the committed version: channels. */
  public final int[] channel = new int[CAPACITY];

  /** Who wrote the committed version: sequences. */
  public final long[] sequence = new long[CAPACITY];

  /** The answer: whether the other replica has something else. */
  public final boolean[] differs = new boolean[CAPACITY];

  /** Chunks in the batch. */
  public int count;

  /** Where to go on, see {@link ReplicaEffects#scanChunks}. */
  public long nextCursor;

  /** Whether there is no room for another chunk. */
  public boolean isFull() {
    return count == CAPACITY;
  }

  /** Adds a chunk. */
  public void add(ChunkStat stat) {
    chunkHi[count] = stat.chunkHi;
    chunkLo[count] = stat.chunkLo;
    version[count] = stat.committedVersion;
    digest[count] = stat.committedDigest;
    lengthBytes[count] = stat.committedLengthBytes;
    clientId[count] = stat.committedClientId;
    channel[count] = stat.committedChannel;
    sequence[count] = stat.committedSequence;
    differs[count] = false;
    count++;
  }

  /** The answer for 64 chunks from an index on, a bit for each. */
  public long differing(int from) {
    long bits = 0;
    for (int i = from; i < Math.min(count, from + Long.SIZE); i++) {
      bits |= differs[i] ? 1L << (i - from) : 0;
    }
    return bits;
  }

  /** Sets the answer from two times 64 bits. */
  public void setDiffering(long first64, long second64) {
    for (int i = 0; i < count; i++) {
      long bits = i < Long.SIZE ? first64 : second64;
      differs[i] = (bits >>> (i % Long.SIZE) & 1) != 0;
    }
  }

  /** Whether a chunk is just that, with nothing pending. */
  boolean isSame(int index, ChunkStat stat) {
    return stat.pendingVersion == 0
        && stat.committedVersion == version[index]
        && stat.committedDigest == digest[index]
        && stat.committedLengthBytes == lengthBytes[index]
        && stat.committedClientId == clientId[index]
        && stat.committedChannel == channel[index]
        && stat.committedSequence == sequence[index];
  }
}
