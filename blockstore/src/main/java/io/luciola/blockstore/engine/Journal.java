package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.linux.Crc32c;

/**
 * The journal's writer: gathers entries into one record while the one before is on its way, so that
 * one write and one flush make many updates durable. At most one record is in flight: recovery
 * relies on it.
 */
final class Journal implements IoOwner, AutoCloseable {

  /** Learns which prepares a durable (or failed) record held. */
  interface Listener {
    void onRecordDurable(PrepareOp prepares);

    void onRecordFailed(PrepareOp prepares);
  }

  /** What prepares leave free in a record, for commits. */
  private static final int COMMIT_RESERVE_BYTES = 16 << 10;

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
  private int flyingBytes;

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

  long usedBytes() {
    return usedBytes;
  }

  boolean isIdle() {
    return !inFlight && gathering.isEmpty();
  }

  /** Whether commits wait for a group write, or for the end of their interval. */
  boolean isGathering() {
    return !gathering.isEmpty();
  }

  /** Takes no more entries until thawed; what was gathered is written. */
  void freeze() {
    frozen = true;
    urgent = true;
  }

  /** Everything before is in a checkpoint. */
  void thaw() {
    frozen = false;
    usedBytes = 0;
  }

  /** Ends the waiting of what was gathered. */
  void hurry() {
    urgent = true;
  }

  /** Adds an entry; false when the record is full or the journal frozen. */
  boolean addShort(
      int type, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    if (frozen || !gathering.fits(Entry.SHORT_BYTES, 0, 0)) {
      return false;
    }
    noteFirst();
    gathering.addShort(type, targetId, chunkHi, chunkLo, version, chainVersion);
    return true;
  }

  /** Adds a prepare; false when it has to wait for the next record. */
  boolean addPrepared(PrepareOp op) {
    PendingUpdate update = op.update;
    if (frozen
        || !gathering.fits(
            RecordBuilder.preparedBytes(update), update.journaledCount, COMMIT_RESERVE_BYTES)) {
      return false;
    }
    noteFirst();
    gathering.addPrepared(update, update.fresh ? update.extent : states.index.extent(op.slot));
    op.next = null;
    if (prepareHead == null) {
      prepareHead = op;
    } else {
      prepareTail.next = op;
    }
    prepareTail = op;
    return true;
  }

  /** Writes what was gathered when it is time. */
  int doWork(long timeNs) {
    nowNs = timeNs;
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
    flyingBytes = record.seal(MetadataHeader.JOURNAL_RECORD, owner, epoch, nextSequence);
    nextSequence++;
    inFlight = true;
    ioQueue.write(io, states.layout.journalOffset() + position, record.address(), flyingBytes);
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
    if (flushes && request.kind == Io.WRITE) {
      ioQueue.flush(io);
      return;
    }
    inFlight = false;
    long end = position + flyingBytes;
    long next = states.layout.journalNext(end);
    usedBytes += next == 0 ? states.layout.journalBytes() - position : flyingBytes;
    position = next;
    durableSequence = nextSequence - 1;
    PrepareOp prepares = flyingPrepares;
    flyingPrepares = null;
    listener.onRecordDurable(prepares);
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

  private void noteFirst() {
    if (gathering.isEmpty()) {
      gatheringSinceNs = nowNs;
    }
  }
}
