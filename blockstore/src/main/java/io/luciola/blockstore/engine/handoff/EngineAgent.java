package io.luciola.blockstore.engine.handoff;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.luciola.blockstore.agent.BlockingIdleStrategy;
import io.luciola.blockstore.agent.Doorbell;
import io.luciola.blockstore.agent.SleepableAgent;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns an engine: takes the clients' requests out of one ring, drives the engine, and gives each
 * client its completions.
 *
 * <p>Requests are begun in the order of the ring, with one exception: what the engine has no room
 * for waits beside the line when it is a read, a prepare or a sync, and holds the line up when it
 * is a commit or discard. So a commit is in force for everything that was asked for after it, and
 * prepares that wait for commits do not hold them up.
 *
 * <p>An engine that throws is closed, and its clients end their requests with ENGINE_CLOSED.
 */
final class EngineAgent implements SleepableAgent, ChunkEngine.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(EngineAgent.class);

  /** Requests taken per round, so that completions are not kept waiting. */
  private static final int TAKE_LIMIT = 256;

  /** Sleep while requests wait for room that no descriptor announces. */
  private static final long HELD_SLEEP_NS = 1_000_000;

  private static final EngineClient[] NO_CLIENTS = {};

  private final EngineSource source;
  private final Doorbell doorbell;
  private final RingBuffer<RequestSlot> requests;
  private final EventPoller<RequestSlot> poller;
  private final EventPoller.Handler<RequestSlot> onRequest = this::onRequest;
  private final CompletableFuture<ChunkEngine> opened = new CompletableFuture<>();
  private final InEngine inEngine = new InEngine();
  private final RequestLine heldReads = new RequestLine();
  private final RequestLine heldPrepares = new RequestLine();
  private final RequestLine heldSyncs = new RequestLine();

  private final Object clientsLock = new Object();
  private volatile EngineClient[] clients = NO_CLIENTS;
  private volatile boolean terminated;

  /** The engine is being closed, or is. */
  private volatile boolean ending;

  /** What the engine said of its device's failure, or threw; null while it works. */
  private volatile @Nullable String failure;

  private @Nullable ChunkEngine engine;

  /** A commit which the engine had no room for: nothing behind it is begun. */
  private @Nullable Request blocked;

  private int taken;

  /** Clients that got completions since they were last woken. */
  private EngineClient[] toWake = new EngineClient[16];

  private int toWakeCount;

  EngineAgent(EngineSource source, int ringCapacity, Doorbell doorbell) {
    this.source = source;
    this.doorbell = doorbell;
    requests =
        RingBuffer.createMultiProducer(RequestSlot::new, ringCapacity, new BusySpinWaitStrategy());
    poller = requests.newPoller();
    requests.addGatingSequences(poller.getSequence());
  }

  // ---- any thread

  /** Completes when the engine is open, or could not be opened. */
  CompletableFuture<ChunkEngine> opened() {
    return opened;
  }

  /** Whether the engine is closed and no more completions will come. */
  boolean isTerminated() {
    return terminated;
  }

  /** Whether nothing is begun any more; what the engine has may still complete. */
  boolean isEnding() {
    return ending || terminated;
  }

  /** See {@link ChunkEngine#failure}. */
  @Nullable String failure() {
    return failure;
  }

  /** Hands a request over; false when the ring is full. */
  boolean offer(Request request) {
    long sequence;
    try {
      sequence = requests.tryNext();
    } catch (InsufficientCapacityException full) {
      return false;
    }
    requests.get(sequence).request = request;
    requests.publish(sequence);
    doorbell.ring();
    return true;
  }

  void attach(EngineClient client) {
    synchronized (clientsLock) {
      EngineClient[] more = Arrays.copyOf(clients, clients.length + 1);
      more[clients.length] = client;
      clients = more;
    }
  }

  void detach(EngineClient client) {
    synchronized (clientsLock) {
      clients = Arrays.stream(clients).filter(each -> each != client).toArray(EngineClient[]::new);
    }
  }

  // ---- the owning thread

  @Override
  public void onStart() {
    try {
      engine = source.opener().apply(this);
      opened.complete(engine);
    } catch (RuntimeException | Error failed) {
      terminated = true;
      opened.completeExceptionally(failed);
    }
  }

  @Override
  public int doWork() {
    ChunkEngine open = engine;
    if (terminated || open == null) {
      return 0;
    }
    int work;
    try {
      work = retryHeld(open);
      work += takeRequests(open);
      work += open.doWork();
    } catch (RuntimeException failed) {
      LOG.error(
          "{} failed and is closed; what was asked of it ends with ENGINE_CLOSED",
          roleName(),
          failed);
      failure = "its engine has failed, see the log: " + failed.getMessage();
      terminate();
      return 1;
    }
    wakeClients();
    return work + announceFailure(open);
  }

  /** Clients that sleep are to know at once that the device has failed. */
  private int announceFailure(ChunkEngine open) {
    String now = open.failure();
    if (now == null || failure != null) {
      return 0;
    }
    synchronized (clientsLock) {
      failure = now;
      for (EngineClient client : clients) {
        client.wakeAnyway();
      }
    }
    return 1;
  }

  @Override
  public int wakeUpFd() {
    return terminated || engine == null ? -1 : engine.completionFd();
  }

  @Override
  public long sleepLimitNs() {
    if (terminated) {
      return BlockingIdleStrategy.MAX_SLEEP_NS;
    }
    if (blocked == null && requests.getCursor() > poller.getSequence().get()) {
      return 0;
    }
    ChunkEngine open = engine;
    if (open == null || (inEngine.size() > 0 && wakeUpFd() < 0)) {
      return 0;
    }
    boolean held =
        blocked != null || !heldReads.isEmpty() || !heldPrepares.isEmpty() || !heldSyncs.isEmpty();
    long limitNs = held ? HELD_SLEEP_NS : BlockingIdleStrategy.MAX_SLEEP_NS;
    return Math.min(limitNs, open.sleepLimitNs());
  }

  /** Closes the engine; completions of what it had in flight still reach the clients. */
  @Override
  public void onClose() {
    if (!terminated) {
      terminate();
    }
  }

  @Override
  public String roleName() {
    return source.roleName();
  }

  private void terminate() {
    ending = true; // a device that has failed may take its time to close
    try {
      if (engine != null) {
        engine.close();
      }
    } catch (RuntimeException failed) {
      LOG.error("{} could not be closed in order", roleName(), failed);
    } finally {
      synchronized (clientsLock) {
        terminated = true;
        for (EngineClient client : clients) {
          client.wakeAnyway();
        }
      }
    }
  }

  // ---- requests

  private int takeRequests(ChunkEngine open) {
    taken = 0;
    Request waiting = blocked;
    if (waiting != null) {
      if (!begin(open, waiting)) {
        return 0;
      }
      blocked = null;
      taken++;
    }
    try {
      poller.poll(onRequest);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a ring's handler threw a checked exception", e);
    }
    return taken;
  }

  private boolean onRequest(RequestSlot slot, long sequence, boolean endOfBatch) {
    taken++;
    if (!begin(engine, slot.request)) {
      blocked = slot.request;
      return false;
    }
    return taken < TAKE_LIMIT;
  }

  /** Begins a request; false when it must be tried again before any other. */
  private boolean begin(ChunkEngine open, Request request) {
    switch (request.kind) {
      case READ -> beginOrHold(open, request, heldReads);
      case PREPARE, PREPARE_ALL -> beginOrHold(open, request, heldPrepares);
      case SYNC -> beginOrHold(open, request, heldSyncs);
      case COMMIT, DISCARD, COMMIT_ALL -> {
        int status = end(open, request);
        if (status == EngineStatus.BACK_PRESSURE) {
          return false;
        }
        finish(request, status, 0, 0);
      }
      default -> finish(request, ask(open, request), request.answer, 0);
    }
    return true;
  }

  private void beginOrHold(ChunkEngine open, Request request, RequestLine held) {
    if (!held.isEmpty() || !tryBegin(open, request)) {
      held.add(request);
    }
  }

  private int retryHeld(ChunkEngine open) {
    return retryHeld(open, heldReads) + retryHeld(open, heldPrepares) + retryHeld(open, heldSyncs);
  }

  private int retryHeld(ChunkEngine open, RequestLine held) {
    int begun = 0;
    while (!held.isEmpty()) {
      Request request = held.peek();
      if (!tryBegin(open, request)) {
        break;
      }
      held.removeFirst();
      begun++;
    }
    return begun;
  }

  /** False when the engine has no room. */
  private boolean tryBegin(ChunkEngine open, Request request) {
    int tag = inEngine.put(request);
    int status =
        switch (request.kind) {
          case READ ->
              open.read(
                  request.targetId,
                  request.chunkHi,
                  request.chunkLo,
                  request.version,
                  request.offsetBytes,
                  request.lengthBytes,
                  request.value,
                  tag);
          case PREPARE -> open.prepare(request.update, tag);
          case PREPARE_ALL -> open.prepareAll(request.batch, request.batchCount, tag);
          default -> open.sync(tag);
        };
    if (status == EngineStatus.OK) {
      return true;
    }
    inEngine.take(tag);
    if (status == EngineStatus.BACK_PRESSURE) {
      return false;
    }
    finish(request, status, 0, 0);
    return true;
  }

  private static int end(ChunkEngine open, Request request) {
    return switch (request.kind) {
      case COMMIT ->
          open.commit(
              request.targetId,
              request.chunkHi,
              request.chunkLo,
              request.version,
              request.chainVersion);
      case DISCARD ->
          open.discardPending(request.targetId, request.chunkHi, request.chunkLo, request.version);
      default -> open.commitAll(request.batch, request.batchCount);
    };
  }

  private static int ask(ChunkEngine open, Request request) {
    return switch (request.kind) {
      case STAT -> open.stat(request.targetId, request.chunkHi, request.chunkLo, request.stat);
      case CREATE_TARGET -> open.createTarget(request.targetId, request.value);
      case REMOVE_TARGET -> open.removeTarget(request.targetId);
      case SCRUB_RATE -> {
        open.setScrubRate(request.value);
        yield EngineStatus.OK;
      }
      case TARGET_IDS -> {
        request.answerIds = open.targetIds();
        yield EngineStatus.OK;
      }
      case USED_BYTES -> {
        request.answer = open.usedBytes(request.targetId);
        yield EngineStatus.OK;
      }
      case FREE_BYTES -> {
        request.answer = open.freeBytes();
        yield EngineStatus.OK;
      }
      case USAGE -> {
        request.answerUsage = open.usage();
        yield EngineStatus.OK;
      }
      case FOR_EACH_CHUNK -> {
        try {
          open.forEachChunk(request.targetId, request.visitor);
        } catch (RuntimeException visitorFailed) {
          request.failure = visitorFailed;
        }
        yield EngineStatus.OK;
      }
      case VISIT_CHUNKS -> {
        try {
          request.answer =
              open.visitChunks(
                  request.targetId, request.value, request.lengthBytes, request.visitor);
        } catch (RuntimeException visitorFailed) {
          request.failure = visitorFailed;
        }
        yield EngineStatus.OK;
      }
      default ->
          throw new IllegalStateException("no request of kind " + request.kind + " can be made");
    };
  }

  // ---- completions

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    finish(inEngine.take(tag), status, digest, lengthBytes);
  }

  @Override
  public void onRead(long tag, int status, long version) {
    finish(inEngine.take(tag), status, version, 0);
  }

  @Override
  public void onSynced(long tag, int status) {
    finish(inEngine.take(tag), status, 0, 0);
  }

  @Override
  public void onCorrupt(
      long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffsetBytes) {
    for (EngineClient client : clients) {
      if (client.reportCorrupt(targetId, chunkHi, chunkLo, offsetBytes, deviceOffsetBytes)) {
        willWake(client);
      }
    }
  }

  private void finish(Request request, int status, long answer, int lengthBytes) {
    request.answer(status, answer, lengthBytes);
    EngineClient client = request.client;
    client.reply(request);
    willWake(client);
  }

  private void willWake(EngineClient client) {
    if (!client.toBeWoken) {
      client.toBeWoken = true;
      if (toWakeCount == toWake.length) {
        toWake = Arrays.copyOf(toWake, toWakeCount * 2);
      }
      toWake[toWakeCount++] = client;
    }
  }

  private void wakeClients() {
    for (int i = 0; i < toWakeCount; i++) {
      toWake[i].toBeWoken = false;
      toWake[i].wake();
    }
    toWakeCount = 0;
  }
}
