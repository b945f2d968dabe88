package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.agent.Doorbell;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage;
import io.luciola.blockstore.engine.handoff.Request.Kind;
import org.jspecify.annotations.Nullable;

/**
 * An engine as a thread sees it that does not own it. Belongs to one thread, which makes all calls
 * and gets all completions out of {@link #doWork()}; each thread that uses an engine connects a
 * client of its own.
 *
 * <p>It keeps the contract of {@link ChunkEngine}, with these differences:
 *
 * <ul>
 *   <li>{@link #read}, {@link #prepare}, {@link #prepareAll} and {@link #sync} answer OK when the
 *       request is on its way, BACK_PRESSURE when {@link ClientOptions#maxInFlight()} are or the
 *       engine's ring is full; all else that the engine has to say comes with the completion. What
 *       the engine has no room for waits there.
 *   <li>{@link #commit}, {@link #commitAll} and {@link #discardPending} are posted: they answer OK
 *       when the request is on its way, and are in force for everything this client asks for
 *       afterwards. What the engine refuses comes to {@link HandoffListener#onCommitRefused}.
 *       Several clients may use one engine, but not for updates of the same chunk.
 *   <li>{@link #stat}, {@link #createTarget}, {@link #removeTarget}, {@link #setScrubRate}, {@link
 *       #targetIds}, {@link #usedBytes}, {@link #freeBytes}, {@link #usage} and {@link
 *       #forEachChunk} wait for the engine's answer. {@link #askStat} is the one that does not
 *       wait.
 *   <li>Memory of a request is the engine's until the completion, also when the caller would rather
 *       give up.
 * </ul>
 *
 * <p>When the engine is closed or its thread ends, everything under way ends with ENGINE_CLOSED,
 * and so does every later call. No completion is lost: the reply ring has room for all.
 */
public final class EngineClient implements ChunkEngine {

  static final int NO_SLOT = -1;

  private final EngineAgent agent;
  private final HandoffListener listener;
  private final ClientOptions options;
  private final @Nullable Doorbell doorbell;
  private final Request[] requests;
  private final int[] free;
  private int freeCount;

  /** The request of calls that wait; there is one at a time. */
  private final Request call = new Request(this, NO_SLOT);

  private boolean callAnswered;
  private final ReplyRing replies;
  private final CorruptReports reports = new CorruptReports(this);

  /** Answers that are here and not yet delivered, oldest first. */
  private final Request[] arrived;

  private int arrivedFirst;
  private int arrivedCount;
  private boolean closed;

  /** Agent only: is in the list of those to wake. */
  boolean toBeWoken;

  EngineClient(EngineAgent agent, ClientOptions options, HandoffListener listener) {
    this.agent = agent;
    this.options = options;
    this.listener = listener;
    doorbell = options.sleeps() ? new Doorbell() : null;
    int most = options.maxInFlight();
    requests = new Request[most];
    free = new int[most];
    for (int slot = most - 1; slot >= 0; slot--) {
      requests[slot] = new Request(this, slot);
      free[freeCount++] = slot;
    }
    int mostReplies = most + CorruptReports.CAPACITY + 1;
    replies = new ReplyRing(mostReplies, this::onReply);
    arrived = new Request[mostReplies];
    agent.attach(this);
  }

  /** Requests asked for and not yet delivered. */
  public int inFlight() {
    return requests.length - freeCount;
  }

  /** Whether the engine is gone: what is under way ends with the next {@link #doWork()}. */
  public boolean isEngineClosed() {
    return agent.isTerminated();
  }

  // ---- requests that complete later

  @Override
  public int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long version,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.READ;
    request.tag = tag;
    request.setChunk(targetId, chunkHi, chunkLo);
    request.version = version;
    request.offsetBytes = offsetBytes;
    request.lengthBytes = lengthBytes;
    request.value = address;
    return post(request);
  }

  @Override
  public int prepare(ChunkUpdate update, long tag) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.PREPARE;
    request.tag = tag;
    request.update.copyFrom(update);
    return post(request);
  }

  @Override
  public int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.PREPARE_ALL;
    request.tag = tag;
    request.setBatch(updates, count);
    return post(request);
  }

  @Override
  public int sync(long tag) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.SYNC;
    request.tag = tag;
    return post(request);
  }

  @Override
  public int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    return end(Kind.COMMIT, targetId, chunkHi, chunkLo, version, chainVersion);
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    return end(Kind.DISCARD, targetId, chunkHi, chunkLo, version, 0);
  }

  @Override
  public int commitAll(ChunkUpdate[] updates, int count) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.COMMIT_ALL;
    request.setBatch(updates, count);
    return post(request);
  }

  /**
   * Asks what is known of a chunk; completes with {@link HandoffListener#onStat} when it returned
   * OK. The answer holds for the moment when the engine came to the request: after all that this
   * client asked for before, and before all it asked for later.
   *
   * @return OK, BACK_PRESSURE or ENGINE_CLOSED
   */
  public int askStat(long targetId, long chunkHi, long chunkLo, long tag) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = Kind.STAT;
    request.tag = tag;
    request.setChunk(targetId, chunkHi, chunkLo);
    return post(request);
  }

  // ---- calls that wait

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    call.kind = Kind.STAT;
    call.setChunk(targetId, chunkHi, chunkLo);
    awaitCall();
    if (call.status == EngineStatus.OK) {
      stat.copyFrom(call.stat);
    }
    return call.status;
  }

  @Override
  public int createTarget(long targetId, long budgetBytes) {
    call.kind = Kind.CREATE_TARGET;
    call.targetId = targetId;
    call.value = budgetBytes;
    awaitCall();
    return call.status;
  }

  @Override
  public int removeTarget(long targetId) {
    call.kind = Kind.REMOVE_TARGET;
    call.targetId = targetId;
    awaitCall();
    return call.status;
  }

  /** {@inheritDoc} Waits until the engine goes by it. */
  @Override
  public void setScrubRate(long bytesPerSecond) {
    call.kind = Kind.SCRUB_RATE;
    call.value = bytesPerSecond;
    awaitCall();
  }

  /** {@inheritDoc} None when the engine is closed. */
  @Override
  public long[] targetIds() {
    call.kind = Kind.TARGET_IDS;
    call.answerIds = new long[0];
    awaitCall();
    return call.answerIds;
  }

  /** {@inheritDoc} -1 also when the engine is closed. */
  @Override
  public long usedBytes(long targetId) {
    call.kind = Kind.USED_BYTES;
    call.targetId = targetId;
    awaitCall();
    return call.status == EngineStatus.OK ? call.answer : -1;
  }

  /** {@inheritDoc} 0 when the engine is closed. */
  @Override
  public long freeBytes() {
    call.kind = Kind.FREE_BYTES;
    awaitCall();
    return call.status == EngineStatus.OK ? call.answer : 0;
  }

  @Override
  public @Nullable EngineUsage usage() {
    call.kind = Kind.USAGE;
    call.answerUsage = null;
    awaitCall();
    return call.answerUsage;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The visitor runs on the engine's thread while this one waits: it must not call the client.
   */
  @Override
  public void forEachChunk(long targetId, ChunkVisitor visitor) {
    call.kind = Kind.FOR_EACH_CHUNK;
    awaitVisit(targetId, visitor);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The visitor runs on the engine's thread while this one waits: it must not call the client.
   */
  @Override
  public long visitChunks(long targetId, long cursor, int limit, ChunkVisitor visitor) {
    call.kind = Kind.VISIT_CHUNKS;
    call.value = cursor;
    call.lengthBytes = limit;
    awaitVisit(targetId, visitor);
    return call.status == EngineStatus.OK ? call.answer : NO_MORE_CHUNKS;
  }

  private void awaitVisit(long targetId, ChunkVisitor visitor) {
    call.targetId = targetId;
    call.visitor = visitor;
    awaitCall();
    call.visitor = null;
    RuntimeException failure = call.failure;
    call.failure = null;
    if (failure != null) {
      throw failure;
    }
  }

  // ---- the client's agent

  /** Delivers completions to the listener; returns how many. */
  @Override
  public int doWork() {
    if (closed) {
      return 0;
    }
    if (doorbell != null) {
      doorbell.disarm();
    }
    collect();
    int delivered = deliver();
    if (delivered == 0 && doorbell != null) {
      doorbell.arm();
      // What came between the look and the arming did not ring.
      collect();
      delivered = deliver();
    }
    return delivered;
  }

  /**
   * {@inheritDoc}
   *
   * <p>-1 for a client that does not sleep.
   */
  @Override
  public int completionFd() {
    return doorbell == null ? -1 : doorbell.fd();
  }

  /**
   * Sleeps until there may be completions or the time is over; not at all when the last {@link
   * #doWork()} delivered something, or the client does not sleep.
   */
  public void await(int timeoutMs) {
    if (doorbell != null) {
      doorbell.await(timeoutMs);
    }
  }

  @Override
  public @Nullable String failure() {
    return agent.failure();
  }

  @Override
  public String roleName() {
    return agent.roleName() + "-client";
  }

  @Override
  public void onClose() {
    close();
  }

  /**
   * Waits for what is in flight, delivering completions, and disconnects. The engine stays open:
   * {@link EngineRunner} closes it.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    while (inFlight() > 0) {
      options.waiting().idle(doWork());
    }
    closed = true;
    agent.detach(this);
    if (doorbell != null) {
      doorbell.close();
    }
  }

  // ---- the engine's agent

  void reply(Request request) {
    replies.publish(request);
  }

  /** Whether there was room for the report. */
  boolean reportCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    Request report = reports.next();
    if (report == null) {
      return false;
    }
    report.setChunk(targetId, chunkHi, chunkLo);
    report.offsetBytes = offsetBytes;
    report.value = deviceOffsetBytes;
    replies.publish(report);
    return true;
  }

  void wake() {
    if (doorbell != null) {
      doorbell.ring();
    }
  }

  void wakeAnyway() {
    if (doorbell != null) {
      doorbell.ringAnyway();
    }
  }

  // ---- helpers

  private int refusal() {
    return closed || agent.isTerminated() ? EngineStatus.ENGINE_CLOSED : EngineStatus.BACK_PRESSURE;
  }

  private @Nullable Request takeSlot() {
    if (freeCount == 0 || closed || agent.isTerminated()) {
      return null;
    }
    return requests[free[--freeCount]];
  }

  private int post(Request request) {
    if (!agent.offer(request)) {
      free[freeCount++] = request.slot;
      return refusal();
    }
    request.inFlight = true;
    return EngineStatus.OK;
  }

  private int end(
      Kind kind, long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    Request request = takeSlot();
    if (request == null) {
      return refusal();
    }
    request.kind = kind;
    request.setChunk(targetId, chunkHi, chunkLo);
    request.version = version;
    request.chainVersion = chainVersion;
    return post(request);
  }

  private void awaitCall() {
    callAnswered = false;
    call.status = EngineStatus.ENGINE_CLOSED;
    if (closed) {
      return;
    }
    boolean posted = false;
    int waits = 0;
    while (!agent.isEnding()) {
      if (!posted) {
        posted = agent.offer(call);
      }
      replies.drain();
      if (callAnswered) {
        break;
      }
      options.waiting().idle(0);
      waits++;
    }
    replies.drain(); // the engine's last words, when it is gone
    if (waits > 0) {
      options.waiting().idle(1);
    }
    if (arrivedCount > 0 && doorbell != null) {
      // Taken off the ring and not delivered: the thread must not sleep on that.
      doorbell.ringAnyway();
    }
  }

  private void collect() {
    boolean gone = agent.isTerminated();
    replies.drain();
    if (gone && arrivedCount < inFlight()) {
      endUnanswered();
    }
  }

  /** The engine is gone and all its answers are here: the other requests end without. */
  private void endUnanswered() {
    for (Request request : requests) {
      if (request.inFlight) {
        request.answer(EngineStatus.ENGINE_CLOSED, 0, 0);
        onReply(request);
      }
    }
  }

  private void onReply(Request request) {
    if (request == call) {
      callAnswered = true;
      return;
    }
    request.inFlight = false;
    int at = arrivedFirst + arrivedCount++;
    arrived[at < arrived.length ? at : at - arrived.length] = request;
  }

  /** Delivers what has arrived, not what arrives during that. */
  private int deliver() {
    int count = arrivedCount;
    for (int i = 0; i < count; i++) {
      Request request = arrived[arrivedFirst];
      arrivedFirst = arrivedFirst + 1 == arrived.length ? 0 : arrivedFirst + 1;
      arrivedCount--;
      deliver(request);
    }
    return count;
  }

  /** Frees the request first, so that the listener can ask for more. */
  private void deliver(Request request) {
    long tag = request.tag;
    int status = request.status;
    switch (request.kind) {
      case READ -> {
        release(request);
        listener.onRead(tag, status, request.answer);
      }
      case PREPARE, PREPARE_ALL -> {
        release(request);
        listener.onPrepared(tag, status, request.answer, request.answerLengthBytes);
      }
      case SYNC -> {
        release(request);
        listener.onSynced(tag, status);
      }
      case COMMIT, DISCARD -> {
        release(request);
        if (status != EngineStatus.OK) {
          listener.onCommitRefused(
              request.targetId, request.chunkHi, request.chunkLo, request.version, status);
        }
      }
      case COMMIT_ALL -> {
        try {
          for (int i = 0; i < request.batchCount && status != EngineStatus.OK; i++) {
            ChunkUpdate update = request.batch[i];
            listener.onCommitRefused(
                update.targetId, update.chunkHi, update.chunkLo, update.version, status);
          }
        } finally {
          release(request);
        }
      }
      case STAT -> {
        // The listener looks at the stat, so the request is its until then.
        try {
          listener.onStat(tag, status, request.stat);
        } finally {
          release(request);
        }
      }
      case CORRUPT -> {
        try {
          listener.onCorrupt(
              request.targetId,
              request.chunkHi,
              request.chunkLo,
              request.offsetBytes,
              request.value);
        } finally {
          reports.oldestDelivered();
        }
      }
      default -> throw new IllegalStateException("an answer to " + request.kind);
    }
  }

  private void release(Request request) {
    free[freeCount++] = request.slot;
  }
}
