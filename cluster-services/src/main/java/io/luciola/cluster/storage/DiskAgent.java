package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.handoff.EngineClient;
import io.luciola.blockstore.engine.handoff.HandoffListener;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.transport.EventPoll;
import io.luciola.cluster.transport.EventSource;
import io.luciola.craq.ReadOp;
import io.luciola.craq.RefillBatch;
import io.luciola.craq.UpdateOp;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's dealings with one engine: submits, holds back what the engine has no room for yet, takes
 * completions to the requests, and takes the disk out of service when its engine fails.
 *
 * <p>The engine may have a thread of its own. What a replica has to know of a chunk at once is then
 * asked for before the replica gets the request, so that this thread need not wait for the answer;
 * for the few other questions it waits.
 */
final class DiskAgent implements HandoffListener {

  private static final Logger LOG = LoggerFactory.getLogger(DiskAgent.class);

  /** In an engine's read tag: the read is of a pending version, for a write request. */
  private static final long FOR_WRITE = 1L << 62;

  final Disk disk;
  private ChunkEngine engine;

  /** The engine, when it has a thread of its own. */
  private @Nullable EngineClient remote;

  private final NodeContext context;
  private final HostedTargets targets;
  private final ReadAnswers answers;
  private final Replies replies;
  private final DeltaReceiver deltas;
  private final DiskCare care;
  private final ChunkUpdate update = new ChunkUpdate();
  private final ArrayDeque<WriteRequest> stalledPrepares = new ArrayDeque<>();
  private final ArrayDeque<WriteRequest> stalledLoads = new ArrayDeque<>();
  private final ArrayDeque<WriteRequest> stalledRefills = new ArrayDeque<>();
  private final ArrayDeque<ReadRequest> stalledReads = new ArrayDeque<>();

  /** Requests which the replica has not seen, because the engine had no room to be asked. */
  private final ArrayDeque<Request> unasked = new ArrayDeque<>();

  private final KnownChunk known = new KnownChunk();
  private final CommitMarks commits = new CommitMarks();

  /** Ends the node's sleep when the engine has completions. */
  private @Nullable EventPoll poll;

  private int completionFd = -1;

  /** Nothing is asked of the engine any more. */
  private boolean failed;

  /** Nothing comes from it either. */
  private boolean gone;

  private int inEngine;

  DiskAgent(
      Disk disk,
      NodeContext context,
      HostedTargets targets,
      ReadAnswers answers,
      Replies replies,
      DeltaReceiver deltas,
      DiskCare care) {
    this.disk = disk;
    this.care = care;
    this.context = context;
    this.targets = targets;
    this.answers = answers;
    this.replies = replies;
    this.deltas = deltas;
  }

  /** Called by the thread that drives the node, before anything else. */
  void start(EventPoll sleep) {
    engine = disk.connect(this);
    remote = engine instanceof EngineClient client ? client : null;
    poll = sleep;
    completionFd = engine.completionFd();
    if (completionFd >= 0) {
      // Completions are collected in doWork; the descriptor only ends the sleep.
      sleep.add(completionFd, EventSource.READABLE, events -> 0);
    }
    care.onConnected(disk, engine);
  }

  /** Whether completions end the node's sleep. */
  boolean announcesCompletions() {
    return completionFd >= 0;
  }

  boolean works() {
    return !failed;
  }

  /** Whether it has failed, and nothing of it is left in use. */
  boolean isClosed() {
    return gone && disk.isClosed();
  }

  /** Whether the engine has something to complete, or something waits for room in it. */
  boolean isBusy() {
    return inEngine > 0
        || !stalledPrepares.isEmpty()
        || !stalledLoads.isEmpty()
        || !stalledRefills.isEmpty()
        || !stalledReads.isEmpty()
        || !unasked.isEmpty();
  }

  int doWork() {
    if (gone) {
      return 0;
    }
    int work;
    try {
      work = engine.doWork();
    } catch (RuntimeException e) {
      abandon(e);
      return 1;
    }
    String failure = engine.failure();
    if (failure == null && remote != null && remote.isEngineClosed() && remote.inFlight() == 0) {
      abandon(new IllegalStateException("its engine's thread has ended; see above"));
      return 1;
    }
    return work + (failure == null ? retryStalled() : leave(failure));
  }

  int createTarget(long targetId, long budgetBytes) {
    return failed ? EngineStatus.ENGINE_CLOSED : engine.createTarget(targetId, budgetBytes);
  }

  void setScrubRate(StorageSettings settings) {
    if (!failed) {
      engine.setScrubRate(
          settings.scrubBytesPerSecond(EngineOptions.DEFAULT_SCRUB_BYTES_PER_SECOND));
    }
  }

  long usedBytes(long targetId) {
    return failed ? 0 : engine.usedBytes(targetId);
  }

  int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    if (failed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    return known.is(targetId, chunkHi, chunkLo)
        ? known.stat(stat)
        : engine.stat(targetId, chunkHi, chunkLo, stat);
  }

  void forEachChunk(long targetId, ChunkEngine.ChunkVisitor visitor) {
    if (!failed) {
      engine.forEachChunk(targetId, visitor);
    }
  }

  /** Hands a read or update to its replica, now or when what the engine knows is here. */
  void begin(Request request) {
    if (remote == null) {
      deliver(request);
    } else if (!unasked.isEmpty() || !tryAsk(request)) {
      unasked.add(request);
    }
  }

  void read(ReadRequest request, long version) {
    ReadOp op = request.op;
    int status =
        failed
            ? EngineStatus.ENGINE_CLOSED
            : engine.read(
                request.target.targetId,
                op.chunkHi,
                op.chunkLo,
                version,
                op.offsetBytes,
                op.lengthBytes,
                request.buffer,
                request.index);
    if (status == EngineStatus.OK) {
      request.atEngine = true;
      inEngine++;
    } else if (status == EngineStatus.BACK_PRESSURE) {
      stalledReads.add(request);
    } else {
      answers.onStatus(request, status);
    }
  }

  void prepare(WriteRequest request) {
    if (stalledPrepares.isEmpty() && tryPrepare(request)) {
      return;
    }
    stalledPrepares.add(request);
  }

  int commit(UpdateOp op, long targetId) {
    if (failed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    int status = engine.commit(targetId, op.chunkHi, op.chunkLo, op.version, op.chainVersion);
    if (status == EngineStatus.OK && remote != null) {
      commits.mark(targetId, op.chunkHi, op.chunkLo);
      known.forget();
    }
    return status;
  }

  int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    if (failed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    int status = engine.discardPending(targetId, chunkHi, chunkLo, version);
    if (status == EngineStatus.OK && remote != null) {
      commits.mark(targetId, chunkHi, chunkLo);
      known.forget();
    }
    return status;
  }

  /** Adds chunks to a batch; as {@code ChunkEngine.visitChunks}. */
  long scanChunks(long targetId, long cursor, RefillBatch batch) {
    return failed
        ? ChunkEngine.NO_MORE_CHUNKS
        : engine.visitChunks(targetId, cursor, RefillBatch.CAPACITY - batch.count, batch::add);
  }

  /** As {@code ChunkEngine.visitChunks}. */
  long visitChunks(long targetId, long cursor, int limit, ChunkEngine.ChunkVisitor visitor) {
    return failed
        ? ChunkEngine.NO_MORE_CHUNKS
        : engine.visitChunks(targetId, cursor, limit, visitor);
  }

  /** The predecessor says that the request's target is refilled: answered when all is durable. */
  void makeDurable(WriteRequest request) {
    int status = failed ? EngineStatus.ENGINE_CLOSED : engine.sync(FOR_WRITE | request.index);
    if (status == EngineStatus.OK) {
      request.syncing = true;
      request.atEngine = true;
      inEngine++;
    } else {
      durable(request, status);
    }
  }

  private void durable(WriteRequest request, int status) {
    int answer =
        status == EngineStatus.OK
            ? request.target.replica.onRefilled(request.op.chainVersion)
            : status;
    replies.status(request.inbound, request.opcode, request.askerTag, answer);
    context.release(request);
  }

  /** Reads the whole version into a buffer of the pool. */
  void loadPending(WriteRequest request) {
    if (!tryLoad(request)) {
      (request.op.isCopy() ? stalledRefills : stalledLoads).add(request);
    }
  }

  /**
   * Reads the beginning of what is committed into the request's second buffer; ends, when it
   * returned OK, at the {@link DeltaReceiver}.
   */
  int readBase(WriteRequest request, int lengthBytes) {
    if (failed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    int status =
        engine.read(
            request.target.targetId,
            request.op.chunkHi,
            request.op.chunkLo,
            ChunkEngine.COMMITTED,
            0,
            lengthBytes,
            request.side,
            FOR_WRITE | request.index);
    if (status == EngineStatus.OK) {
      request.atEngine = true;
      request.readsBase = true;
      inEngine++;
    }
    return status;
  }

  private void onBaseRead(WriteRequest request, int status, long version) {
    request.atEngine = false;
    request.readsBase = false;
    deltas.onRead(request, status, version);
  }

  void close() {
    disk.close();
  }

  /** How long the engine may go without being called. */
  long sleepLimitNs() {
    return gone ? Long.MAX_VALUE : engine.sleepLimitNs();
  }

  // ---- completions

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    WriteRequest request = context.writes.at((int) tag);
    request.atEngine = false;
    inEngine--;
    request.target.replica.onPrepared(request.op, status, digest, lengthBytes, context.nowNs);
  }

  @Override
  public void onRead(long tag, int status, long version) {
    inEngine--;
    if ((tag & FOR_WRITE) != 0) {
      WriteRequest write = context.writes.at((int) tag);
      if (write.readsBase) {
        onBaseRead(write, status, version);
      } else {
        onLoaded(write, status);
      }
      return;
    }
    ReadRequest request = context.reads.at((int) tag);
    request.atEngine = false;
    answers.onRead(request, status, version);
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    if (gone) {
      return; // another thread closes the engine, and replicas belong to this node's
    }
    // The engine has logged where.
    HostedTarget target = targets.find(targetId);
    if (target != null) {
      target.replica.onCorruptChunk(chunkHi, chunkLo, context.nowNs);
    }
  }

  @Override
  public void onSynced(long tag, int status) {
    inEngine--;
    WriteRequest request = context.writes.at((int) tag);
    request.atEngine = false;
    request.syncing = false;
    durable(request, status);
  }

  @Override
  public void onStat(long tag, int status, ChunkStat stat) {
    inEngine--;
    boolean forWrite = (tag & FOR_WRITE) != 0;
    Request request = forWrite ? context.writes.at((int) tag) : context.reads.at((int) tag);
    request.asking = false;
    long targetId = request.target.targetId;
    // What was committed after the question was put is not in the answer.
    if (!commits.changedSince(
        request.askedAtCommit, targetId, request.chunkHi(), request.chunkLo())) {
      known.set(targetId, request.chunkHi(), request.chunkLo(), status, stat);
    }
    try {
      deliver(request);
    } finally {
      known.forget();
    }
  }

  @Override
  public void onCommitRefused(long targetId, long chunkHi, long chunkLo, long version, int status) {
    if (status != EngineStatus.ENGINE_CLOSED) {
      LOG.error(
          "{}: target {} chunk {} could not commit version {}: {}; the replica will find it"
              + " pending",
          disk.name(),
          targetId,
          String.format("%016x%016x", chunkHi, chunkLo),
          version,
          EngineStatus.name(status));
    }
  }

  // ---- helpers

  private void deliver(Request request) {
    if (request instanceof ReadRequest read) {
      read.target.replica.onRead(read.op, context.nowNs);
    } else if (request instanceof WriteRequest write) {
      write.target.replica.onUpdate(write.op, context.nowNs);
    }
  }

  /** False when the engine has no room for the question. */
  private boolean tryAsk(Request request) {
    if (failed) {
      deliver(request);
      return true;
    }
    long tag = request instanceof WriteRequest ? FOR_WRITE | request.index : request.index;
    int status = remote.askStat(request.target.targetId, request.chunkHi(), request.chunkLo(), tag);
    if (status == EngineStatus.BACK_PRESSURE) {
      return false;
    }
    if (status == EngineStatus.OK) {
      request.asking = true;
      request.askedAtCommit = commits.now();
      inEngine++;
    } else {
      deliver(request); // the replica will hear the same
    }
    return true;
  }

  private int retryStalled() {
    int work = 0;
    while (!unasked.isEmpty() && tryAsk(unasked.peek())) {
      unasked.poll();
      work++;
    }
    while (!stalledPrepares.isEmpty() && tryPrepare(stalledPrepares.peek())) {
      stalledPrepares.poll();
      work++;
    }
    work += retryLoads(stalledLoads) + retryLoads(stalledRefills);
    for (int left = stalledReads.size(); left > 0; left--) {
      ReadRequest request = stalledReads.poll();
      // Versions may have moved while it waited: the replica decides anew.
      begin(request);
    }
    return work;
  }

  private int retryLoads(ArrayDeque<WriteRequest> stalled) {
    int work = 0;
    while (!stalled.isEmpty() && tryLoad(stalled.peek())) {
      stalled.poll();
      work++;
    }
    return work;
  }

  private boolean tryPrepare(WriteRequest request) {
    UpdateOp op = request.op;
    int status = failed ? EngineStatus.ENGINE_CLOSED : engine.prepare(fill(request), request.index);
    if (status == EngineStatus.BACK_PRESSURE) {
      return false;
    }
    if (status == EngineStatus.OK) {
      request.atEngine = true;
      inEngine++;
    } else {
      request.target.replica.onPrepared(op, status, 0, 0, context.nowNs);
    }
    return true;
  }

  private ChunkUpdate fill(WriteRequest request) {
    UpdateOp op = request.op;
    update.targetId = request.target.targetId;
    update.chunkHi = op.chunkHi;
    update.chunkLo = op.chunkLo;
    update.kind = op.kind;
    update.offsetBytes = op.offsetBytes;
    update.lengthBytes = op.lengthBytes;
    update.dataAddress = op.dataAddress;
    update.dataCrc32c = op.dataCrc32c;
    update.version = op.version;
    update.chainVersion = op.chainVersion;
    update.capacityBytes = op.capacityBytes;
    update.clientId = op.clientId;
    update.channel = op.channel;
    update.sequence = op.sequence;
    return update;
  }

  private boolean tryLoad(WriteRequest request) {
    UpdateOp op = request.op;
    if (op.lengthBytes == 0) {
      loaded(request, EngineStatus.OK);
      return true;
    }
    if (op.lengthBytes > context.buffers.maxBufferBytes()) {
      LOG.error(
          "target {}: a chunk of {} bytes does not fit buffers of {} bytes; raise maxBufferBytes",
          request.target.targetId,
          op.lengthBytes,
          context.buffers.maxBufferBytes());
      loaded(request, EngineStatus.BAD_ARGUMENT);
      return true;
    }
    if (failed) {
      loaded(request, EngineStatus.ENGINE_CLOSED);
      return true;
    }
    if (!request.whole) {
      if (op.isCopy() && !context.hasRoomForRefill(op.lengthBytes)) {
        return false;
      }
      long buffer = context.buffers.acquire(op.lengthBytes);
      if (buffer == BufferPool.EXHAUSTED) {
        return false;
      }
      if (request.buffer != Request.NO_BUFFER) {
        context.buffers.release(request.buffer);
      }
      request.buffer = buffer;
      request.whole = true;
      if (op.isCopy()) {
        context.countRefill(request, op.lengthBytes);
      }
    }
    int status =
        engine.read(
            request.target.targetId,
            op.chunkHi,
            op.chunkLo,
            op.version,
            0,
            op.lengthBytes,
            request.buffer,
            FOR_WRITE | request.index);
    if (status == EngineStatus.BACK_PRESSURE) {
      return false;
    }
    if (status == EngineStatus.OK) {
      request.atEngine = true;
      request.loading = true;
      inEngine++;
    } else {
      loaded(request, status);
    }
    return true;
  }

  private void onLoaded(WriteRequest request, int status) {
    request.atEngine = false;
    request.loading = false;
    UpdateOp op = request.op;
    if (status >= 0 && status < op.lengthBytes) {
      loaded(request, EngineStatus.VERSION_MISMATCH);
    } else {
      loaded(request, Math.min(status, EngineStatus.OK));
    }
  }

  private void loaded(WriteRequest request, int status) {
    UpdateOp op = request.op;
    if (status == EngineStatus.OK) {
      op.dataAddress = request.buffer;
      op.dataCrc32c = answers.checksum(request.buffer, op.lengthBytes);
    }
    request.target.replica.onPendingLoaded(op, status, context.nowNs);
  }

  /** An engine on another thread may still use buffers: what it has must end before they go. */
  private void drainRemote() {
    while (remote != null) {
      try {
        remote.close();
        return;
      } catch (RuntimeException e) {
        LOG.error("{}: a completion could not be dealt with", disk.name(), e);
      }
    }
  }

  /**
   * The device has failed: nothing more is asked of it. What it has ends by itself, since its
   * buffers are in use until then; after that it is closed, so that a drive can be taken out.
   */
  private int leave(String failure) {
    if (!failed) {
      LOG.error(
          "{} failed: {}; its targets are out of service. When the disk works again, or another one"
              + " is in its place: luciola admin add-disk --node {}",
          disk.name(),
          failure,
          context.nodeId);
      fail(failure);
      retryStalled();
    }
    if (inEngine > 0 || (remote != null && remote.inFlight() > 0)) {
      return 0;
    }
    forget();
    disk.closeAside();
    return 1;
  }

  private void fail(String reason) {
    if (!failed) {
      failed = true;
      care.onFailed(disk, reason);
    }
  }

  /** What the engine may still have to say is not listened to. */
  private void forget() {
    gone = true;
    if (completionFd >= 0) {
      poll.remove(completionFd);
    }
  }

  /** The engine itself has failed: what it had is ended for it. */
  private void abandon(RuntimeException cause) {
    LOG.error(
        "{} failed: its targets are out of service until the node is restarted",
        disk.name(),
        cause);
    fail(String.valueOf(cause.getMessage()));
    forget();
    drainRemote();
    inEngine = 0;
    retryStalled();
    for (int i = 0; i < context.writes.size(); i++) {
      WriteRequest request = context.writes.at(i);
      if (request.inUse && request.atEngine && request.target.disk == this) {
        request.atEngine = false;
        if (request.syncing) {
          request.syncing = false;
          durable(request, EngineStatus.ENGINE_CLOSED);
        } else if (request.readsBase) {
          onBaseRead(request, EngineStatus.ENGINE_CLOSED, 0);
        } else if (request.loading) {
          request.loading = false;
          loaded(request, EngineStatus.ENGINE_CLOSED);
        } else {
          request.target.replica.onPrepared(
              request.op, EngineStatus.ENGINE_CLOSED, 0, 0, context.nowNs);
        }
      }
    }
    for (int i = 0; i < context.reads.size(); i++) {
      ReadRequest request = context.reads.at(i);
      if (request.inUse && request.atEngine && request.target.disk == this) {
        request.atEngine = false;
        answers.onStatus(request, EngineStatus.ENGINE_CLOSED);
      }
    }
  }
}
