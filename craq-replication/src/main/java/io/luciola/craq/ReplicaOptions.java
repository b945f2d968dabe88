package io.luciola.craq;

/**
 * Bounds and times of a replica.
 *
 * @param maxUpdates updates held at once, waiting ones included; beyond: OVERLOADED
 * @param maxWaitersPerChunk updates waiting for one chunk; beyond: CHUNK_BUSY
 * @param maxReads reads waiting for the tail's answer; beyond: OVERLOADED
 * @param maxChunkBytes largest chunk; longer ranges: BAD_REQUEST
 * @param writerTableEntries client channels whose last update is remembered
 * @param retryMinNs first wait before an effect is tried again; doubles up to {@code retryMaxNs}
 * @param retryMaxNs longest such wait
 * @param forwardTimeoutNs within which a successor is to answer a forwarded update
 * @param maxRefills chunks on their way to a target that is being refilled
 * @param refillBytesPerSecond bytes of chunks that are brought up to date at such a target, sent or
 *     found there
 * @param repeatWindowNs how long after its first sending a client may repeat an update
 */
public record ReplicaOptions(
    int maxUpdates,
    int maxWaitersPerChunk,
    int maxReads,
    int maxChunkBytes,
    int writerTableEntries,
    long retryMinNs,
    long retryMaxNs,
    long forwardTimeoutNs,
    int maxRefills,
    long refillBytesPerSecond,
    long repeatWindowNs) {

  /**
   * 1024 updates, 64 per chunk, 4096 reads; retries from 100 ms to 1 s; answers within 2 s; refills
   * of 16 chunks at a time, 256 MiB/s.
   */
  public static final ReplicaOptions DEFAULTS =
      new ReplicaOptions(
          1024,
          64,
          4096,
          64 << 20,
          4096,
          100_000_000L,
          1_000_000_000L,
          2_000_000_000L,
          16,
          256L << 20,
          120_000_000_000L);

  /** Checks the ranges. */
  public ReplicaOptions {
    if (maxUpdates < 1 || maxWaitersPerChunk < 1 || maxReads < 1 || writerTableEntries < 1) {
      throw new IllegalArgumentException("bounds of a replica are at least 1");
    }
    if (maxChunkBytes < 1) {
      throw new IllegalArgumentException("the largest chunk has at least 1 byte");
    }
    if (maxRefills < 1 || refillBytesPerSecond < 1) {
      throw new IllegalArgumentException("a refill moves at least 1 chunk and 1 byte per second");
    }
    if (retryMinNs < 1 || retryMaxNs < retryMinNs || forwardTimeoutNs < 1 || repeatWindowNs < 0) {
      throw new IllegalArgumentException(
          "need 0 < retryMinNs <= retryMaxNs, forwardTimeoutNs > 0 and repeatWindowNs >= 0");
    }
  }

  /** How much of the rate of refills may be used at once, after a time with little to send. */
  long refillBurstNs() {
    return 20_000_000L;
  }
}
