package io.luciola.craq;

/**
 * One read on its way through a replica. The driver owns it again when the replica calls {@link
 * ReplicaEffects#readLocal} or {@link ReplicaEffects#replyRead}; exactly one of them comes.
 */
public final class ReadOp {

  /** Returns the last update acknowledged to anybody, or a later one. */
  public static final int LINEARIZABLE = 0;

  /** Upper 8 bytes of the chunk id. */
  public long chunkHi;

  /** Lower 8 bytes of the chunk id. */
  public long chunkLo;

  /** Where in the chunk. */
  public int offsetBytes;

  /** How much. */
  public int lengthBytes;

  /** {@link #LINEARIZABLE}, the only one. */
  public int mode;

  /** The reader's chain version. */
  public int chainVersion;

  /** When the reader stops waiting, on the clock of {@code nowNs}. */
  public long deadlineNs;

  /** Where the bytes go; the replica never touches it. */
  public long dataAddress;

  /** Driver's context: the connection. */
  public long connection;

  /** Driver's context: the request's tag. */
  public long tag;

  /** Driver's context: anything else. */
  public Object context;

  // The replica's own: what the chunk looked like when the tail was asked, and the retries.

  long seenCommittedVersion;
  long seenPendingVersion;
  long seenClientId;
  int seenChannel;
  long seenSequence;
  int seenChainVersion;
  long retryNs;
  long backoffNs;
  ReadOp next;
}
