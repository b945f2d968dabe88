package io.luciola.blockstore.engine;

/**
 * What is known of a chunk without reading the device; filled in by {@link ChunkEngine#stat},
 * reusable.
 */
public final class ChunkStat {

  /** Upper 8 bytes of the chunk id. */
  public long chunkHi;

  /** Lower 8 bytes of the chunk id. */
  public long chunkLo;

  /** Last committed version; 0 when nothing was ever committed. */
  public long committedVersion;

  /** Length at the committed version. */
  public int committedLengthBytes;

  /**
   * Order-independent digest of the committed content's block checksums; equal content has equal
   * digests.
   */
  public long committedDigest;

  /** Chain version of the committed update. */
  public int committedChainVersion;

  /** Writer of the committed version: client. */
  public long committedClientId;

  /** Writer of the committed version: channel. */
  public int committedChannel;

  /** Writer of the committed version: sequence. */
  public long committedSequence;

  /** Pending (prepared, durable) version; 0 when there is none. */
  public long pendingVersion;

  /** {@link ChunkUpdate} kind of the pending update. */
  public int pendingKind;

  /** Length at the pending version. */
  public int pendingLengthBytes;

  /** Digest at the pending version. */
  public long pendingDigest;

  /** Chain version of the pending update. */
  public int pendingChainVersion;

  /** Writer of the pending version: client. */
  public long pendingClientId;

  /** Writer of the pending version: channel. */
  public int pendingChannel;

  /** Writer of the pending version: sequence. */
  public long pendingSequence;

  /** Space the chunk has now, or will have with the pending update if it has none yet. */
  public int capacityBytes;

  /** Takes over all fields of another one. */
  public void copyFrom(ChunkStat other) {
    chunkHi = other.chunkHi;
    chunkLo = other.chunkLo;
    committedVersion = other.committedVersion;
    committedLengthBytes = other.committedLengthBytes;
    committedDigest = other.committedDigest;
    committedChainVersion = other.committedChainVersion;
    committedClientId = other.committedClientId;
    committedChannel = other.committedChannel;
    committedSequence = other.committedSequence;
    pendingVersion = other.pendingVersion;
    pendingKind = other.pendingKind;
    pendingLengthBytes = other.pendingLengthBytes;
    pendingDigest = other.pendingDigest;
    pendingChainVersion = other.pendingChainVersion;
    pendingClientId = other.pendingClientId;
    pendingChannel = other.pendingChannel;
    pendingSequence = other.pendingSequence;
    capacityBytes = other.capacityBytes;
  }
}
