package io.luciola.craq;

/**
 * One update on its way through a replica. The driver takes it from its pool, fills it in and hands
 * it to {@link ChainReplica#onUpdate}; from then on the replica owns it, until {@link
 * ReplicaEffects#done}. Ops with {@link #recovery} set are the replica's own.
 */
public final class UpdateOp {

  // What is asked for; all but version and chainVersion stay as they came.

  /** Upper 8 bytes of the chunk id. */
  public long chunkHi;

  /** Lower 8 bytes of the chunk id. */
  public long chunkLo;

  /** One of {@link io.luciola.blockstore.engine.ChunkUpdate}'s kinds. */
  public int kind;

  /** Where in the chunk; the new length for TRUNCATE. */
  public int offsetBytes;

  /** How much data. */
  public int lengthBytes;

  /** CRC32C of the data. */
  public int dataCrc32c;

  /** 0 from a client: the head gives it one. Positive from the predecessor. */
  public long version;

  /** Chain version in the message; the replica sets it to the one under which it prepares. */
  public int chainVersion;

  /** Capacity of the chunk if it has to be created. */
  public int capacityBytes;

  /** Who writes: the client. */
  public long clientId;

  /** Who writes: the client's channel. A channel has at most one update outstanding. */
  public int channel;

  /** Who writes: the sequence number in the channel, growing; a repeat has the same one. */
  public long sequence;

  /**
   * Whether the client has sent this update before. Lets a head that has forgotten the client (it
   * restarted) refuse what may have been done already, instead of doing it twice.
   */
  public boolean repeat;

  /** When the sender stops waiting, on the clock of {@code nowNs}. */
  public long deadlineNs;

  /**
   * Digest of what the update builds on, the chunk at the version before; for REPLACE and INSTALL
   * of what the chunk is to become. Set by the replica before {@link ReplicaEffects#forward}, to be
   * sent along: a target that is being refilled takes nothing on another ground.
   */
  public long baseDigest;

  /** Length of what the update builds on or, for REPLACE and INSTALL, of what it makes. */
  public int baseLengthBytes;

  // What came out; valid in reply.

  /** Digest of the whole chunk at {@link #resultVersion}; 0 after REMOVE. */
  public long resultDigest;

  /** Length of the chunk at {@link #resultVersion}. */
  public int resultLengthBytes;

  /** Version which the update made. */
  public long resultVersion;

  // For the driver alone, except forwardDeadlineNs which the replica sets.

  /**
   * Set before {@link ReplicaEffects#forward}: until when the successor is to answer, to be sent as
   * the {@link #deadlineNs} of the message. The client's own deadline may be long over by then.
   */
  public long forwardDeadlineNs;

  /** Whether the op came from the replica's pool; {@code done} then frees only what hangs on it. */
  public boolean recovery;

  /** Whether the op copies what is committed here to the successor, and commits nothing here. */
  public boolean refill;

  /** Whether the op makes a chunk that is corrupt here a copy of another replica's. */
  public boolean repair;

  /** Whether the op only drops what a repair of an earlier life left pending. */
  boolean unfinishedRepair;

  /** Of a repair: whether the chunk was found corrupt, so that it has to come from elsewhere. */
  boolean foundCorrupt;

  /** Of a repair: how often no other replica had the version. */
  int attempts;

  /** Whether a repair was made for this update before: there is no second one. */
  boolean repairTried;

  /** The pass of {@link Refill} which made the op. */
  int refillPass;

  /** Where the data is; the replica never reads it. */
  public long dataAddress;

  /** Driver's context: the connection. */
  public long connection;

  /** Driver's context: the request's tag. */
  public long tag;

  /** Driver's context: anything else. */
  public Object context;

  // The replica's own.

  ChunkProgress progress;
  UpdateOp next;
  boolean fromClient;
  boolean replied;

  /** Whether it copies a chunk, here or to the successor, for nobody in particular. */
  public boolean isCopy() {
    return refill || repair;
  }

  /** Whether two updates are the same request of the same client. */
  boolean sameWriter(long otherClientId, int otherChannel, long otherSequence) {
    return clientId == otherClientId && channel == otherChannel && sequence == otherSequence;
  }
}
