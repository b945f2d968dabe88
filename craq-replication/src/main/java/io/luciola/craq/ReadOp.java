package io.luciola.craq;

/**
 * One read on its way through a replica. The driver owns it again when the replica calls {@link
 * ReplicaEffects#readLocal} or {@link ReplicaEffects#replyRead}; exactly one of them comes.
 */
public final class ReadOp {

  /** Returns the last update acknowledged to anybody, or a later one. */
  public static final int LINEARIZABLE = 0;

  /**
   * Returns what the replica knows to be committed. Another replica may know of more: a later read
   * elsewhere may show something older.
   */
  public static final int COMMITTED_LOCAL = 1;

  /**
   * Returns nothing older than {@link #minVersion}, and what {@link #LINEARIZABLE} returns where
   * the replica does not know of that. So a client that asks for what it last saw (and, where it
   * saw no chunk, for the version after) never goes back.
   */
  public static final int MONOTONIC = 2;

  /** Upper 8 bytes of the chunk id. */
  public long chunkHi;

  /** Lower 8 bytes of the chunk id. */
  public long chunkLo;

  /** Where in the chunk. */
  public int offsetBytes;

  /** How much. */
  public int lengthBytes;

  /** {@link #LINEARIZABLE}, {@link #COMMITTED_LOCAL} or {@link #MONOTONIC}. */
  public int mode;

  /** The version that a {@link #MONOTONIC} read must show at least; 0 for any. */
  public long minVersion;

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
