package io.luciola.blockstore.engine;

import io.luciola.blockstore.agent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * A chunk store on one block device. The thread that calls {@link #doWork()} owns it and makes
 * every other call too; nothing blocks, nothing locks.
 *
 * <p>Each chunk has a committed version and at most one pending version. {@link #prepare} makes an
 * update durable as pending; {@link #commit} makes it the committed one. An acknowledged prepare or
 * commit survives any crash; after a crash an update is wholly there or not at all; a read returns
 * bytes whose checksums were verified, or an error.
 */
public interface ChunkEngine extends Agent, AutoCloseable {

  /** Version argument of {@link #read}: whatever is committed. */
  long COMMITTED = 0;

  /** Size of the blocks which are checksummed, and the alignment of read buffers. */
  int BLOCK_BYTES = 4096;

  /**
   * Creates a target, or changes the budget of an existing one; durable when this returns.
   *
   * @return {@link EngineStatus#OK} or why not; TARGET_BEING_REMOVED while chunks of the target
   *     that had the id before are still there: try again
   */
  int createTarget(long targetId, long budgetBytes);

  /**
   * Removes a target with all its chunks; durably begun when this returns, so that a crash does not
   * undo it. From then on the target is unknown to every call; what is in flight ends as it would
   * have. {@link #doWork} removes the chunks little by little and gives their space back. Until all
   * are gone, {@link #createTarget} refuses the id with TARGET_BEING_REMOVED.
   *
   * @return {@link EngineStatus#OK} or why not: NO_SUCH_TARGET, also when it is being removed,
   *     ENGINE_CLOSED or DEVICE_ERROR
   */
  int removeTarget(long targetId);

  /**
   * Sets how fast everything on the device is read and verified in the background.
   *
   * @param bytesPerSecond not negative; 0 stops it
   */
  void setScrubRate(long bytesPerSecond);

  /** Ids of all targets on the device, but those that are being removed. */
  long[] targetIds();

  /**
   * Bytes of chunk capacity that the target occupies, pending updates included; -1 when there is no
   * such target.
   */
  long usedBytes(long targetId);

  /** Bytes of chunk capacity which the device can still give to new chunks. */
  long freeBytes();

  /**
   * What the device has and what its targets use; null when the engine is closed. Allocates; not
   * for the data path.
   */
  @Nullable EngineUsage usage();

  /**
   * Fills in what is known of a chunk: {@link EngineStatus#OK}, NO_SUCH_CHUNK or NO_SUCH_TARGET.
   */
  int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat);

  /**
   * Reads part of a chunk; completes with {@link Listener#onRead} when it returned OK.
   *
   * <p>The first byte asked for arrives at {@code address + (offsetBytes % BLOCK_BYTES)}: whole
   * blocks are read and verified.
   *
   * @param version {@link #COMMITTED}, or the pending version, or one that is at most the committed
   *     one (then the committed one is read); otherwise VERSION_MISMATCH
   * @param address a {@link #BLOCK_BYTES}-aligned buffer with room for every block that the range
   *     touches; untouched by the caller until completion
   * @return OK, NO_SUCH_CHUNK, NO_SUCH_TARGET, VERSION_MISMATCH, BAD_ARGUMENT, BACK_PRESSURE or
   *     ENGINE_CLOSED
   */
  int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long version,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag);

  /**
   * Makes an update durable as the chunk's pending version; completes with {@link
   * Listener#onPrepared} when it returned OK.
   *
   * @return OK, or the refusal; a refused update changed nothing
   */
  int prepare(ChunkUpdate update, long tag);

  /**
   * Makes updates of several different chunks pending in one step: after a crash all of them are
   * pending or none is. Completes with one {@link Listener#onPrepared}, digest 0 and as length the
   * number of updates, when it returned OK.
   *
   * @param updates the first {@code count} of them; not kept
   * @return OK, or the refusal of the first update that cannot be made; BAD_ARGUMENT when they do
   *     not fit into one journal record or name a chunk twice. A refused batch changed nothing
   */
  int prepareAll(ChunkUpdate[] updates, int count, long tag);

  /**
   * Makes the pending versions of several chunks the committed ones, all or none, as {@link
   * #commit} does for one; target, chunk, version and chain version of each update are looked at.
   *
   * @return OK, or the refusal of the first that cannot be committed; BAD_ARGUMENT when they do not
   *     fit into one journal record or name a chunk twice. Of a refused batch none was committed
   */
  int commitAll(ChunkUpdate[] updates, int count);

  /**
   * Makes the pending version the committed one, at once and visible to the next call. It becomes
   * durable with the next group commit, or by {@link #sync}; a crash before that leaves it pending,
   * never half.
   *
   * @return OK, NO_SUCH_CHUNK, NO_SUCH_TARGET, VERSION_MISMATCH, BACK_PRESSURE or ENGINE_CLOSED
   */
  int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion);

  /** Drops the pending version; durability as for {@link #commit}. */
  int discardPending(long targetId, long chunkHi, long chunkLo, long version);

  /**
   * Completes with {@link Listener#onSynced} when every commit made before this call is durable.
   */
  int sync(long tag);

  /**
   * Visits all chunks of a target in ascending id order, as of now. Allocates; not for the data
   * path.
   */
  void forEachChunk(long targetId, ChunkVisitor visitor);

  /** Cursor behind the last chunk, see {@link #visitChunks}. */
  long NO_MORE_CHUNKS = -1;

  /**
   * Visits some of a target's chunks, in no order, for as long as that takes little time. Over all
   * calls from the first to the last each chunk that is there all the while is visited once; of
   * those that come and go meanwhile some are missed. Allocates nothing.
   *
   * @param cursor 0 to begin with, then what the last call returned
   * @param limit most chunks to visit, at least 1
   * @return where to go on, or {@link #NO_MORE_CHUNKS}
   */
  long visitChunks(long targetId, long cursor, int limit, ChunkVisitor visitor);

  /**
   * Why a fault of the device has ended updates for good, in words; null while it has not. What is
   * in flight ends all the same, and reads go on as far as the device carries them out.
   */
  default @Nullable String failure() {
    return null;
  }

  /**
   * Tells the device of the memory that most reads and updates use, so that they cost less: see
   * {@link io.luciola.blockstore.device.BlockDevice#registerMemory}. Once, by the owner.
   *
   * @return whether it makes a difference
   */
  default boolean registerMemory(long address, long lengthBytes) {
    return false;
  }

  /**
   * A file descriptor that becomes readable when there is device work to collect; -1 where there is
   * none. Valid to sleep on after a {@link #doWork()} that returned 0, for {@link #sleepLimitNs}.
   */
  int completionFd();

  /**
   * After a {@link #doWork()} that returned 0, how long the owner may sleep at most before it calls
   * again although nothing else happened: commits wait that long for company. {@link
   * Long#MAX_VALUE} when nothing waits for time to pass; 0 or more.
   */
  default long sleepLimitNs() {
    return Long.MAX_VALUE;
  }

  /** Makes all durable, waits for what is in flight and closes the device. */
  @Override
  void close();

  /** Receives completions, out of {@link ChunkEngine#doWork()}; may call the engine. */
  interface Listener {
    /**
     * An update is pending, or failed.
     *
     * @param status OK, or why the update is not pending (nothing changed then)
     * @param digest of the whole chunk at the pending version
     * @param lengthBytes of the chunk at the pending version
     */
    void onPrepared(long tag, int status, long digest, int lengthBytes);

    /**
     * A read ended.
     *
     * @param status bytes that could be read, less than asked for at the chunk's end, 0 beyond it;
     *     or a negative error
     * @param version the version that was read
     */
    void onRead(long tag, int status, long version);

    /**
     * Everything committed before the matching {@link ChunkEngine#sync} is durable, or the status
     * says why not.
     */
    void onSynced(long tag, int status);

    /**
     * A block on the device does not match its checksum: reads and updates that need it are refused
     * with CHUNK_CORRUPT until the chunk is replaced from another replica. Called each time it is
     * met, by reads, updates and scrubbing alike.
     *
     * @param offsetBytes of the block in the chunk
     * @param deviceOffsetBytes of the block on the device
     */
    default void onCorrupt(
        long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {}
  }

  /** Receives chunks, each in one reused object. */
  @FunctionalInterface
  interface ChunkVisitor {
    /** Called once per chunk; the object is only valid during the call. */
    void onChunk(ChunkStat stat);
  }
}
