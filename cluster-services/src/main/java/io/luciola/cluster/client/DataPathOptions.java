package io.luciola.cluster.client;

import io.luciola.cluster.transport.TcpOptions;

/**
 * Bounds and times of a data path.
 *
 * @param maxOperations most requests in flight; BACK_PRESSURE beyond
 * @param maxPieces most chunk I/Os on the wire; longer requests wait for each other
 * @param maxPieceBytes most bytes of one chunk I/O; longer ones are cut
 * @param deadlineNs how long a request is tried before it fails
 * @param readTimeoutNs how long one replica may take for a read before another is asked
 * @param silenceNs how long a node may say nothing while something is asked of it, before the
 *     connection is given up
 * @param retryMinNs first wait before a retry; doubles up to {@code retryMaxNs}
 * @param retryMaxNs longest such wait
 * @param tcp bounds of the connections
 */
public record DataPathOptions(
    int maxOperations,
    int maxPieces,
    int maxPieceBytes,
    long deadlineNs,
    long readTimeoutNs,
    long silenceNs,
    long retryMinNs,
    long retryMaxNs,
    TcpOptions tcp) {

  /** 256 requests, 256 pieces of up to 1 MiB, 5 s, 1 s per replica, 1 s of silence. */
  public static final DataPathOptions DEFAULTS =
      new DataPathOptions(
          256,
          256,
          1 << 20,
          5_000_000_000L,
          1_000_000_000L,
          1_000_000_000L,
          2_000_000L,
          100_000_000L,
          TcpOptions.DEFAULT);

  /** Checks the ranges. */
  public DataPathOptions {
    if (maxOperations < 1 || maxPieces < 1 || maxPieces > 1 << 16) {
      throw new IllegalArgumentException("a data path needs 1 request and 1 to 65536 pieces");
    }
    if (maxPieceBytes < 4096 || maxPieceBytes > tcp.maxPayloadBytes()) {
      throw new IllegalArgumentException(
          "a piece has from 4096 bytes to the transport's largest payload, not " + maxPieceBytes);
    }
    if (maxPieces > tcp.sendQueueFrames() - 1) {
      throw new IllegalArgumentException("the send queue must have room for all pieces and a ping");
    }
    if (deadlineNs < 1
        || readTimeoutNs < 1
        || silenceNs < 1
        || retryMinNs < 1
        || retryMaxNs < retryMinNs) {
      throw new IllegalArgumentException("times are positive, and retryMinNs <= retryMaxNs");
    }
  }

  /** The same with another deadline. */
  public DataPathOptions withDeadlineNs(long otherDeadlineNs) {
    return new DataPathOptions(
        maxOperations,
        maxPieces,
        maxPieceBytes,
        otherDeadlineNs,
        readTimeoutNs,
        silenceNs,
        retryMinNs,
        retryMaxNs,
        tcp);
  }

  /** The same with other bounds on what is in flight. */
  public DataPathOptions withLimits(int operations, int pieces) {
    return new DataPathOptions(
        operations,
        pieces,
        maxPieceBytes,
        deadlineNs,
        readTimeoutNs,
        silenceNs,
        retryMinNs,
        retryMaxNs,
        tcp);
  }
}
