package io.luciola.craq;

import java.util.Arrays;

/**
 * Remembers the last update of each client channel, so that a repeat is answered and not done
 * again. Bounded: the channel that wrote longest ago makes room.
 */
class WriterTable {

  private static final int NONE = -1;

  private final int[] buckets;
  private final int[] nextInBucket;
  private final int[] older;
  private final int[] newer;
  private final long[] clientIds;
  private final int[] channels;
  private final long[] sequences;
  private final long[] versions;
  private final long[] digests;
  private final int[] lengths;
  private final long[] timesNs;
  private int size;
  private int newest = NONE;
  private int oldest = NONE;
  private long forgotUntilNs = Long.MIN_VALUE;

  WriterTable(int entries) {
    buckets = new int[Integer.highestOneBit(Math.max(1, entries - 1)) << 1];
    Arrays.fill(buckets, NONE);
    nextInBucket = new int[entries];
    older = new int[entries];
    newer = new int[entries];
    clientIds = new long[entries];
    channels = new int[entries];
    sequences = new long[entries];
    versions = new long[entries];
    digests = new long[entries];
    lengths = new int[entries];
    timesNs = new long[entries];
  }

  /** The entry of a channel, or -1. */
  int find(long clientId, int channel) {
    int entry = buckets[bucket(clientId, channel)];
    while (entry != NONE && (clientIds[entry] != clientId || channels[entry] != channel)) {
      entry = nextInBucket[entry];
    }
    return entry;
  }

  long sequence(int entry) {
    return sequences[entry];
  }

  /** Fills in what the remembered update answered. */
  void result(int entry, UpdateOp op) {
    op.resultVersion = versions[entry];
    op.resultDigest = digests[entry];
    op.resultLengthBytes = lengths[entry];
  }

  /** Remembers a finished update, unless its channel has finished a later one. */
  void record(UpdateOp op, long nowNs) {
    int entry = find(op.clientId, op.channel);
    if (entry == NONE) {
      entry = size < timesNs.length ? size++ : evictOldest();
      clientIds[entry] = op.clientId;
      channels[entry] = op.channel;
      int bucket = bucket(op.clientId, op.channel);
      nextInBucket[entry] = buckets[bucket];
      buckets[bucket] = entry;
    } else if (sequences[entry] > op.sequence) {
      return;
    } else {
      unlink(entry);
    }
    linkNewest(entry);
    sequences[entry] = op.sequence;
    versions[entry] = op.resultVersion;
    digests[entry] = op.resultDigest;
    lengths[entry] = op.resultLengthBytes;
    timesNs[entry] = nowNs;
  }

  /** Says that updates finished up to a time are not known here. */
  void forgetUntil(long timeNs) {
    forgotUntilNs = Math.max(forgotUntilNs, timeNs);
  }

  /** Whether an update first sent at a time may have been done without being known here. */
  boolean mayHaveForgotten(long firstSentNs) {
    return firstSentNs <= forgotUntilNs;
  }

  private int evictOldest() {
    int entry = oldest;
    forgetUntil(timesNs[entry]);
    unlink(entry);
    int bucket = bucket(clientIds[entry], channels[entry]);
    if (buckets[bucket] == entry) {
      buckets[bucket] = nextInBucket[entry];
    } else {
      int before = buckets[bucket];
      while (nextInBucket[before] != entry) {
        before = nextInBucket[before];
      }
      nextInBucket[before] = nextInBucket[entry];
    }
    return entry;
  }

  private void linkNewest(int entry) {
    older[entry] = newest;
    newer[entry] = NONE;
    if (newest == NONE) {
      oldest = entry;
    } else {
      newer[newest] = entry;
    }
    newest = entry;
  }

  private void unlink(int entry) {
    if (newer[entry] == NONE) {
      newest = older[entry];
    } else {
      older[newer[entry]] = older[entry];
    }
    if (older[entry] == NONE) {
      oldest = newer[entry];
    } else {
      newer[older[entry]] = newer[entry];
    }
  }

  private int bucket(long clientId, int channel) {
    long mixed = (clientId ^ ((long) channel << 32)) * 0x9E3779B97F4A7C15L + channel;
    mixed *= 0xBF58476D1CE4E5B9L;
    return (int) (mixed >>> 32) & (buckets.length - 1);
  }
}
