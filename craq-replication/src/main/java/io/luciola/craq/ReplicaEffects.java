package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;

/**
 * What a replica does to the world; implemented by the driver. Called by the thread that drives the
 * replica. The driver may deliver the answer to an effect before the effect's method returns.
 */
public interface ReplicaEffects {

  /** Cursor behind the last chunk of a target. */
  long NO_MORE_CHUNKS = ChunkEngine.NO_MORE_CHUNKS;

  /** What the engine knows of a chunk; results as {@code ChunkEngine.stat}. */
  int stat(long targetId, long chunkHi, long chunkLo, ChunkStat out);

  /**
   * Makes an update durable as pending, with its {@code version} and {@code chainVersion}; ends in
   * {@link ChainReplica#onPrepared}.
   */
  void prepare(UpdateOp op);

  /**
   * Makes the pending version {@code op.version} of the chunk the committed one, at once; results
   * as {@code ChunkEngine.commit}.
   */
  int commit(UpdateOp op);

  /** Drops a pending version, at once; results as {@code ChunkEngine.discardPending}. */
  int discardPending(long targetId, long chunkHi, long chunkLo, long version);

  /**
   * Sends an update to the successor: kind, range and data of the op, its {@code version}, writer
   * and base, the given chain version, and {@code forwardDeadlineNs} as the deadline. Of an INSTALL
   * the driver may ask what the successor has, and send only what it lacks. Ends in {@link
   * ChainReplica#onForwarded}, exactly once.
   *
   * <p>What one target forwards to another arrives in the order of these calls, or not at all;
   * never late, behind a later one. A driver on streams therefore closes the connection before it
   * answers TRANSPORT, and a receiver drops what is left of a peer's older connections.
   */
  void forward(UpdateOp op, long successorTargetId, int chainVersion);

  /**
   * Reads the whole content ({@code lengthBytes}) of the chunk's version {@code op.version},
   * pending or (of a refill or repair) committed, into a buffer which takes the place of what the
   * op had, and sets {@code dataAddress} and {@code dataCrc32c}; ends in {@link
   * ChainReplica#onPendingLoaded}. The buffer is the driver's to free at {@link #done}.
   */
  void loadPending(UpdateOp op);

  /**
   * Gets the whole content of a repair's chunk from another serving replica, into a buffer as
   * {@link #loadPending} does: of version {@code op.version}, {@code op.resultLengthBytes} long,
   * with the digest {@code op.resultDigest}. All serving replicas are asked in turn. Ends in {@link
   * ChainReplica#onPendingLoaded}, with VERSION_MISMATCH when none has just that.
   */
  void loadFromPeer(UpdateOp op, int chainVersion);

  /**
   * Answers the sender, with the op's result fields when OK. Called at most once per op, never for
   * recovery ops; the op may live on. A sender that is gone is no error.
   */
  void reply(UpdateOp op, int status);

  /** The replica needs the op and its data no more; called exactly once per op, last. */
  void done(UpdateOp op);

  /**
   * Reads from the engine and answers the reader, with whatever the engine says.
   *
   * @param version for {@code ChunkEngine.read}: COMMITTED, or the version the tail committed. To
   *     be read before the driver makes another call to the replica or the engine; else the driver
   *     hands the op to {@link ChainReplica#onRead} again
   */
  void readLocal(ReadOp op, long version);

  /**
   * Asks the tail for {@link ChainReplica#committedVersion} of the op's chunk; ends in {@link
   * ChainReplica#onCommittedVersion}, exactly once, with TRANSPORT when there is no answer.
   */
  void queryTail(ReadOp op, long tailTargetId, int chainVersion);

  /** Answers a reader without data; the op is the driver's again. */
  void replyRead(ReadOp op, int status);

  /**
   * Adds chunks of the target, also merely pending ones, to a batch, as many as are cheap to find
   * at a time; a chunk that is there all the time is found once, others may be missed.
   *
   * @param cursor 0 to begin with, then what the last call returned
   * @return where to go on, or {@link #NO_MORE_CHUNKS}
   */
  long scanChunks(long targetId, long cursor, RefillBatch batch);

  /**
   * Has the successor {@link ChainReplica#compareChunks compare} chunks; ends in {@link
   * ChainReplica#onRefillAnswer} with the given pass, at most once, never before this returns.
   */
  void compareChunks(RefillBatch batch, long successorTargetId, int chainVersion, int pass);

  /**
   * Has the successor {@link ChainReplica#listChunks list} its chunks from the batch's cursor on;
   * ends like {@link #compareChunks}.
   */
  void listChunks(RefillBatch batch, long successorTargetId, int chainVersion, int pass);

  /**
   * Tells the successor that it is {@link ChainReplica#onRefilled complete}, once what it has is
   * durable; ends in {@link ChainReplica#onRefillAnnounced}, like {@link #compareChunks}.
   */
  void announceRefilled(long successorTargetId, int chainVersion, int pass);

  /**
   * How fast a refill may bring chunks up to date now, in bytes per second.
   *
   * @param otherwise what the replica's options say
   */
  default double refillBytesPerSecond(long otherwise) {
    return otherwise;
  }

  /**
   * Tells the operator.
   *
   * @param peerTargetId the other target; 0 when there is none
   * @param chunkHi with {@code chunkLo} the chunk; 0 when it is not about one
   * @param version the chunk version; 0 when it is not about one
   */
  void report(
      ReplicaEvent event,
      int chainId,
      long targetId,
      long peerTargetId,
      long chunkHi,
      long chunkLo,
      long version);
}
