package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.linux.Crc32c;

/**
 * The journal's writer: gathers entries into one record while the one before is on its way, so that
 * one write and one flush make many updates durable. At most one record is in flight: recovery
 * relies on it. The journal is a ring; a checkpoint frees what lies before it.
 */
final class Journal implements IoOwner, AutoCloseable {

  /** Learns which prepares a durable (or failed) record held. */
  interface Listener {
    void onRecordDurable(PrepareOp prepares);

    void onRecordFailed(PrepareOp prepares);
  }

  /** What prepares leave free in a record, for commits. */
  private static final int COMMIT_RESERVE_BYTES = 16 << 10;

  /** The record that is gathered, and what may stay unused before the ring's end. */
  private static final int GATHERING_RECORDS = 2;

  /** What prepares leave free in the ring, so that what is pending can always be ended. */
  private static final int RESERVED_RECORDS = 2;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Io io;
  private final boolean flushes;
  private final long owner;
  private final long commitIntervalNs;
  private RecordBuilder gathering;
  private RecordBuilder flying;
  private long epoch;
  private Listener listener;
  private PrepareOp prepareHead;
  private PrepareOp prepareTail;
  private PrepareOp flyingPrepares;
  private boolean inFlight;
  private boolean urgent;
  private boolean frozen;
  private long gatheringSinceNs;
  private long nowNs;
  private long nextSequence;
  private long durableSequence;
  private long position;
  private long usedBytes;
  private boolean flyingHasDirectData;

  Journal(
      ChunkStates states,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc,
      boolean flushes,
      long owner,
      long commitIntervalNs) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.flushes = flushes;
    this.owner = owner;
    this.commitIntervalNs = commitIntervalNs;
    io = ioQueue.register(this);
    gathering = new RecordBuilder(states, crc);
    flying = new RecordBuilder(states, crc);
  }

  void setListener(Listener journalListener) {
    listener = journalListener;
  }

  /** Where the next record goes, and what it is called. */
  void start(long recordEpoch, long startPosition, long firstSequence) {
    epoch = recordEpoch;
    position = startPosition;
    nextSequence = firstSequence;
    durableSequence = firstSequence - 1;
    usedBytes = 0;
  }

  /** Sequence number of the record that is being gathered. */
  long gatheringSequence() {
    return nextSequence;
  }

  /** Every record up to this one is durable. */
  long durableSequence() {
    return durableSequence;
  }

  /** The record whose durability makes durable all that was added so far. */
  long lastSequence() {
    return gathering.isEmpty() ? nextSequence - 1 : nextSequence;
  }

  long position() {
    return position;
  }

  /** Bytes of the ring that recovery would need now. */
  long usedBytes() {
    return usedBytes;
  }

  /** Whether it is time for a checkpoint. */
  boolean isHalfFull() {
    return usedBytes > (states.layout.journalBytes() - reserveBytes()) / 2;
  }

  boolean isIdle() {
    return !inFlight && gathering.isEmpty();
  }

  /** How long it is until what was gathered is written, if nothing else happens. */
  long sleepLimitNs() {
    return inFlight || gathering.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, gatheringSinceNs + commitIntervalNs - nowNs);
  }

  /** Takes no more entries until thawed; what was gathered is written. */
  void freeze() {
    frozen = true;
    urgent = true;
  }

  /** Takes entries again. */
  void thaw() {
    frozen = false;
  }

  /** A checkpoint holds: so many of the oldest bytes may be overwritten. */
  void release(long bytes) {
    usedBytes -= bytes;
  }

  /** Ends the waiting of what was gathered. */
  void hurry() {
    urgent = true;
  }

  /** Whether so many short entries can be added now: all go into one record. */
  boolean fitsShort(int count) {
    return !frozen
        && hasSpace(GATHERING_RECORDS)
        && gathering.fits(count * Entry.SHORT_BYTES, 0, 0);
  }

  /** Adds a target's entry; the caller has asked {@link #fitsShort}. */
  void addTarget(long targetId, long budgetBytes, boolean lossy) {
    noteFirst();
    gathering.addTarget(targetId, budgetBytes, lossy);
  }

  /**
   * Adds that a target's removal began or ended, an entry of type REMOVING or REMOVED; the caller
   * has asked {@link #fitsShort}.
   */
  void addRemoval(int type, long targetId) {
    noteFirst();
    gathering.addRemoval(type, targetId);
  }

  /** Adds the end of a pending update; the caller has asked {@link #fitsShort}. */
  void addEnd(int type, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    noteFirst();
    gathering.addEnd(type, targetId, chunkHi, chunkLo, version, chainVersion);
  }

  /** Adds a prepare; false when it has to wait for the next record or for a checkpoint. */
  boolean addPrepared(PrepareOp op) {
    PendingUpdate update = op.update;
    if (!fitsPrepared(RecordBuilder.preparedBytes(update), update.journaledCount)) {
      return false;
    }
    add(op, 0);
    return true;
  }

  /** Adds all prepares of a batch to one record, or none. */
  boolean addPrepared(PrepareBatch batch) {
    if (!fitsPrepared(batch.entryBytes(), batch.journaledCount())) {
      return false;
    }
    int number = gathering.nextBatch();
    for (int i = 0; i < batch.size(); i++) {
      add(batch.op(i), number);
    }
    return true;
  }

  /** Whether prepares of this size fit into a record at all. */
  boolean canHold(int entryBytes, int journaledBlocks) {
    return RecordHeader.recordBytes(entryBytes, journaledBlocks)
        <= states.layout.recordBytes() - COMMIT_RESERVE_BYTES;
  }

  /** Whether so many short entries fit into a record at all. */
  boolean canHoldShort(int count) {
    return RecordHeader.recordBytes(count * Entry.SHORT_BYTES, 0) <= states.layout.recordBytes();
  }

  /** The time of the last {@link #doWork}. */
  long nowNs() {
    return nowNs;
  }

  /** Learns what time it is, and writes what was gathered when that is due. */
  int doWork(long timeNs) {
    nowNs = timeNs;
    return write();
  }

  /** Writes what was gathered when that is due. */
  int write() {
    if (inFlight || gathering.isEmpty()) {
      return 0;
    }
    if (health.isFailed()) {
      failGathered();
      return 1;
    }
    if (prepareHead == null && !urgent && nowNs - gatheringSinceNs < commitIntervalNs) {
      return 0;
    }
    RecordBuilder record = gathering;
    gathering = flying;
    flying = record;
    gathering.clear();
    flyingPrepares = prepareHead;
    prepareHead = null;
    prepareTail = null;
    urgent = frozen;
    int length = record.seal(MetadataHeader.JOURNAL_RECORD, owner, epoch, nextSequence);
    long offset = states.layout.journalOffset() + position;
    long next = states.layout.journalNext(position + length);
    usedBytes += next == 0 ? states.layout.journalBytes() - position : length;
    position = next;
    nextSequence++;
    inFlight = true;
    flyingHasDirectData = record.hasDirectData();
    if (mustFlush()) {
      ioQueue.write(io, offset, record.address(), length);
    } else {
      ioQueue.writeDurably(io, offset, record.address(), length);
    }
    return 1;
  }

  @Override
  public void onIo(Io request, int error) {
    if (error != 0) {
      inFlight = false;
      health.fail("the journal's " + (request.kind == Io.FLUSH ? "flush" : "write"), error);
      PrepareOp prepares = flyingPrepares;
      flyingPrepares = null;
      listener.onRecordFailed(prepares);
      failGathered();
      return;
    }
    if (request.kind == Io.WRITE && mustFlush()) {
      ioQueue.flush(io);
      return;
    }
    inFlight = false;
    durableSequence = nextSequence - 1;
    PrepareOp prepares = flyingPrepares;
    flyingPrepares = null;
    listener.onRecordDurable(prepares);
  }

  /**
   * Whether a flush must follow the record: it makes durable the record and the data that went
   * straight to its place. A record without such data needs only itself to be durable.
   */
  private boolean mustFlush() {
    return flushes && flyingHasDirectData;
  }

  /** Ends the prepares that wait for a record which will never be written. */
  private void failGathered() {
    PrepareOp prepares = prepareHead;
    prepareHead = null;
    prepareTail = null;
    gathering.clear();
    listener.onRecordFailed(prepares);
  }

  @Override
  public void close() {
    gathering.close();
    flying.close();
  }

  private boolean fitsPrepared(int entryBytes, int journaledBlocks) {
    return !frozen
        && hasSpace(GATHERING_RECORDS + RESERVED_RECORDS)
        && gathering.fits(entryBytes, journaledBlocks, COMMIT_RESERVE_BYTES);
  }

  private boolean hasSpace(int records) {
    long free = states.layout.journalBytes() - usedBytes;
    return free >= (long) records * states.layout.recordBytes();
  }

  private long reserveBytes() {
    return (long) (GATHERING_RECORDS + RESERVED_RECORDS) * states.layout.recordBytes();
  }

  private void add(PrepareOp op, int batch) {
    noteFirst();
    gathering.addPrepared(op.update, batch);
    op.next = null;
    if (prepareHead == null) {
      prepareHead = op;
    } else {
      prepareTail.next = op;
    }
    prepareTail = op;
  }

  private void noteFirst() {
    if (gathering.isEmpty()) {
      gatheringSinceNs = nowNs;
    }
  }
}
