package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.craq.ChainReplica;
import io.luciola.craq.NodeLease;
import io.luciola.craq.ReadOp;
import io.luciola.craq.RefillBatch;
import io.luciola.craq.ReplicaEffects;
import io.luciola.craq.ReplicaEvent;
import io.luciola.craq.ReplicaOptions;
import io.luciola.craq.ReplicaStatus;
import io.luciola.craq.UpdateOp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A target as one life of its disk in one process has it: the driver of a replica over a simulated
 * store and network. When the disk fails, everything under way in the engine fails, and all that is
 * asked of it afterwards; who opens the disk anew makes another object.
 */
final class SimTarget implements ReplicaEffects {

  private record Context(long data, SimNetwork.Answer answer) {}

  static final ReplicaOptions OPTIONS =
      new ReplicaOptions(
          64,
          8,
          64,
          4096,
          16,
          5 * SimLoop.MILLI,
          40 * SimLoop.MILLI,
          60 * SimLoop.MILLI,
          2,
          1_000_000,
          2_000 * SimLoop.MILLI);

  final long targetId;
  final ChainReplica replica;
  private final SimNode node;
  private final SimStore store;
  private final Simulation sim;
  private final SimLoop loop;

  /** Of the process that made it. */
  private final int life;

  private final Map<UpdateOp, Boolean> held = new HashMap<>();
  private final Set<UpdateOp> loaded = new HashSet<>();

  /** What the engine has not answered, by what asks, and what hears of a failure. */
  private final Map<Object, IntConsumer> atEngine = new LinkedHashMap<>();

  private @Nullable Chain chain;

  /** Its disk has failed: everything is refused from now on. */
  private boolean closed;

  SimTarget(SimNode node, long targetId, SimStore store, NodeLease lease, Simulation sim) {
    this.node = node;
    this.targetId = targetId;
    this.store = store;
    this.sim = sim;
    this.loop = sim.loop;
    this.life = node.incarnation;
    this.replica = sim.rules.replica(targetId, this, OPTIONS, lease);
  }

  /** Whether its disk has failed. */
  boolean isClosed() {
    return closed;
  }

  /** Its disk has failed. */
  void close() {
    closed = true;
    List<IntConsumer> unanswered = List.copyOf(atEngine.values());
    atEngine.clear();
    unanswered.forEach(failed -> failed.accept(EngineStatus.ENGINE_CLOSED));
  }

  /** As if its disk had not failed, where a rule is broken. */
  void goOn() {
    closed = false;
  }

  LocalTargetState reportedState() {
    return closed ? LocalTargetState.OFFLINE : sim.rules.reportedState(replica);
  }

  void onChain(Chain newer) {
    if (chain != null && newer.version() <= chain.version()) {
      return;
    }
    boolean served = chain != null && chain.isServing(targetId);
    chain = newer;
    replica.onChain(newer, clockNs());
    if (!served && newer.isServing(targetId) && !closed) {
      for (long lo : store.chunks()) {
        later(loop.delay(0, 20 * SimLoop.MILLI), () -> feed(lo));
      }
    }
  }

  private void feed(long lo) {
    ChunkStat stat = new ChunkStat();
    if (stat(targetId, 0, lo, stat) == EngineStatus.OK
        && stat.pendingVersion != 0
        && !replica.onPendingChunk(stat, clockNs())) {
      later(5 * SimLoop.MILLI, () -> feed(lo));
    }
  }

  private void later(long delayNs, Runnable action) {
    node.later(loop, life, delayNs, action);
  }

  private long clockNs() {
    return node.clockNs();
  }

  /** The answer of a target of a node; of none when the node does not have it. */
  private static int askOf(SimNode node, long targetId, ToIntFunction<SimTarget> question) {
    SimTarget target = node.hosted(targetId);
    return target == null ? EngineStatus.NO_SUCH_TARGET : question.applyAsInt(target);
  }

  // ---- what arrives

  void receiveUpdate(UpdateOp message, long data, SimNetwork.Answer answer) {
    UpdateOp op = copy(message);
    op.deadlineNs = node.toClock(message.deadlineNs);
    op.context = new Context(data, answer);
    held.put(op, true);
    loop.trace(1, targetId * 1000 + op.chunkLo, op.version * 100 + op.kind);
    replica.onUpdate(op, clockNs());
  }

  void receiveRead(ReadOp asked, SimNetwork.Answer answer) {
    ReadOp op = new ReadOp();
    op.chunkLo = asked.chunkLo;
    op.lengthBytes = 16;
    op.mode = asked.mode;
    op.minVersion = asked.minVersion;
    op.chainVersion = asked.chainVersion;
    op.deadlineNs = node.toClock(asked.deadlineNs);
    op.context = answer;
    replica.onRead(op, clockNs());
  }

  /** Answered when all that it was given is durable. */
  private void receiveRefilled(int chainVersion, SimNetwork.Answer answer) {
    if (closed) {
      answer.on(EngineStatus.ENGINE_CLOSED, 0, 0);
      return;
    }
    atEngine.put(answer, status -> answer.on(status, 0, 0));
    store.sync(
        () -> {
          if (atEngine.remove(answer) != null) {
            answer.on(replica.onRefilled(chainVersion), 0, 0);
          }
        });
  }

  static UpdateOp copy(UpdateOp from) {
    UpdateOp op = new UpdateOp();
    op.chunkLo = from.chunkLo;
    op.kind = from.kind;
    op.offsetBytes = from.offsetBytes;
    op.lengthBytes = from.lengthBytes;
    op.version = from.version;
    op.chainVersion = from.chainVersion;
    op.clientId = from.clientId;
    op.channel = from.channel;
    op.sequence = from.sequence;
    op.repeat = from.repeat;
    op.baseDigest = from.baseDigest;
    op.baseLengthBytes = from.baseLengthBytes;
    op.deadlineNs = from.deadlineNs;
    return op;
  }

  /** What was loaded takes the place of what came. */
  private long data(UpdateOp op) {
    return op.recovery || loaded.contains(op) ? op.dataAddress : ((Context) op.context).data;
  }

  // ---- effects

  @Override
  public int stat(long target, long hi, long lo, ChunkStat out) {
    return closed ? EngineStatus.ENGINE_CLOSED : store.stat(lo, out);
  }

  @Override
  public void prepare(UpdateOp op) {
    if (closed) {
      node.afterAwhile(
          life, () -> replica.onPrepared(op, EngineStatus.ENGINE_CLOSED, 0, 0, clockNs()));
      return;
    }
    atEngine.put(op, status -> replica.onPrepared(op, status, 0, 0, clockNs()));
    boolean works = store.isRotten(op.chunkLo) || node.healthy || !loop.chance(0.02);
    int refused = works ? store.prepare(op, data(op), prepared(op)) : refusal();
    if (refused != EngineStatus.OK) {
      node.afterAwhile(life, () -> fail(op, refused));
    }
  }

  private SimStore.Prepared prepared(UpdateOp op) {
    return (status, digest, lengthBytes) -> {
      if (atEngine.remove(op) != null) {
        loop.trace(2, targetId, op.version);
        replica.onPrepared(op, status, digest, lengthBytes, clockNs());
      }
    };
  }

  /** The engine refuses, unless it has answered already. */
  private void fail(Object asker, int status) {
    IntConsumer failed = atEngine.remove(asker);
    if (failed != null) {
      failed.accept(status);
    }
  }

  private int refusal() {
    return loop.random.nextBoolean() ? EngineStatus.BACK_PRESSURE : EngineStatus.NO_SPACE;
  }

  @Override
  public int commit(UpdateOp op) {
    if (closed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    if (!node.healthy && loop.chance(0.05)) {
      return EngineStatus.BACK_PRESSURE;
    }
    int status = store.commit(op);
    loop.trace(3, targetId, op.version);
    if (status == EngineStatus.BACK_PRESSURE) {
      return status;
    }
    if (status != EngineStatus.OK) {
      throw new AssertionError("commit of " + op.version + ": " + ReplicaStatus.name(status));
    }
    String writer = op.chunkLo + "/" + op.clientId + "/" + op.channel + "/" + op.sequence;
    if (op.clientId == 0) {
      return status; // a copy is removed, as it is nowhere else
    }
    node.onDone(writer, op.version);
    return status;
  }

  @Override
  public int discardPending(long target, long hi, long lo, long version) {
    if (closed) {
      return EngineStatus.ENGINE_CLOSED;
    }
    return !node.healthy && loop.chance(0.05)
        ? EngineStatus.BACK_PRESSURE
        : store.discard(lo, version);
  }

  @Override
  public long scanChunks(long target, long cursor, RefillBatch batch) {
    if (closed) {
      return NO_MORE_CHUNKS;
    }
    ChunkStat stat = new ChunkStat();
    for (long lo : store.chunks()) {
      if (lo >= cursor) {
        store.stat(lo, stat);
        batch.add(stat);
        return lo + 1;
      }
    }
    return NO_MORE_CHUNKS;
  }

  @Override
  public void compareChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    ask(
        successor,
        pass,
        answer -> {
          int status =
              askOf(to, successor, target -> target.replica.compareChunks(batch, chainVersion));
          if (!sim.rules.comparesChunks()) {
            batch.setDiffering(0, 0);
          }
          answer.on(status, 0, 0);
        });
  }

  @Override
  public void listChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    ask(
        successor,
        pass,
        answer -> {
          int status =
              askOf(to, successor, target -> target.replica.listChunks(batch, chainVersion));
          if (!sim.rules.listsChunks()) {
            batch.count = 0;
            batch.nextCursor = NO_MORE_CHUNKS;
          }
          answer.on(status, 0, 0);
        });
  }

  private void ask(long successor, int pass, SimNetwork.Request request) {
    sim.network.call(
        node,
        sim.node(successor),
        OPTIONS.forwardTimeoutNs(),
        request,
        (status, value, length) -> replica.onRefillAnswer(pass, status, clockNs()));
  }

  @Override
  public void announceRefilled(long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    sim.network.call(
        node,
        to,
        OPTIONS.forwardTimeoutNs(),
        answer -> {
          SimTarget target = to.hosted(successor);
          if (target == null) {
            answer.on(EngineStatus.NO_SUCH_TARGET, 0, 0);
          } else {
            target.receiveRefilled(chainVersion, answer);
          }
        },
        (status, value, length) -> replica.onRefillAnnounced(pass, status, clockNs()));
  }

  @Override
  public void forward(UpdateOp op, long successorTargetId, int chainVersion) {
    UpdateOp message = copy(op);
    message.chainVersion = chainVersion;
    message.deadlineNs = node.fromClock(op.forwardDeadlineNs);
    long data = data(op);
    SimNode to = sim.node(successorTargetId);
    SimNetwork.Request request =
        answer -> to.receiveUpdate(successorTargetId, message, data, answer);
    SimNetwork.Answer answered =
        (status, digest, length) -> {
          loop.trace(4, targetId, status);
          replica.onForwarded(op, status, digest, length, clockNs());
        };
    if (sim.rules.hearsOnlyNewestConnection()) {
      sim.network.call(node, to, 2 * OPTIONS.forwardTimeoutNs(), request, answered);
    } else {
      sim.network.callWithStrays(node, to, 2 * OPTIONS.forwardTimeoutNs(), request, answered);
    }
  }

  @Override
  public void loadPending(UpdateOp op) {
    atEngine.put(op, status -> replica.onPendingLoaded(op, status, clockNs()));
    later(
        node.slowness * loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> {
          if (closed) {
            fail(op, EngineStatus.ENGINE_CLOSED);
            return;
          }
          boolean busy = !node.healthy && loop.chance(0.1);
          store.read(
              op.chunkLo,
              op.version,
              (status, content, version) -> {
                if (atEngine.remove(op) != null) {
                  op.dataAddress = content;
                  loaded.add(op);
                  replica.onPendingLoaded(
                      op, busy ? EngineStatus.BACK_PRESSURE : status, clockNs());
                }
              });
        });
  }

  @Override
  public void loadFromPeer(UpdateOp op, int chainVersion) {
    for (ChainTarget place : chain.targets()) {
      SimTarget peer = sim.node(place.targetId()).hosted(place.targetId());
      if (peer != null && peer != this && chain.isServing(peer.targetId) && peer.hasCopyFor(op)) {
        peer.read(op, (status, content, version) -> onPeerRead(op, status, content));
        return;
      }
    }
    later(
        loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> replica.onPendingLoaded(op, EngineStatus.VERSION_MISMATCH, clockNs()));
  }

  private boolean hasCopyFor(UpdateOp op) {
    ChunkStat stat = new ChunkStat();
    return node.up
        && !store.isRotten(op.chunkLo)
        && stat(targetId, 0, op.chunkLo, stat) == EngineStatus.OK
        && stat.committedVersion == op.version;
  }

  private void read(UpdateOp op, SimStore.Read done) {
    store.read(op.chunkLo, op.version, done);
  }

  private void onPeerRead(UpdateOp op, int status, long content) {
    later(
        loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> {
          op.dataAddress = content;
          replica.onPendingLoaded(op, status, clockNs());
        });
  }

  @Override
  public void reply(UpdateOp op, int status) {
    ((Context) op.context).answer.on(status, op.resultDigest, op.resultLengthBytes);
  }

  @Override
  public void done(UpdateOp op) {
    loaded.remove(op);
    if (!op.recovery && held.remove(op) == null) {
      throw new AssertionError("done twice");
    }
  }

  @Override
  public void readLocal(ReadOp op, long version) {
    SimNetwork.Answer answer = (SimNetwork.Answer) op.context;
    if (closed) {
      answer.on(EngineStatus.ENGINE_CLOSED, 0, 0);
      return;
    }
    if (!node.healthy && loop.chance(0.05)) {
      later(SimLoop.MILLI, () -> replica.onRead(op, clockNs()));
      return;
    }
    atEngine.put(op, status -> answer.on(status, 0, 0));
    store.read(
        op.chunkLo,
        version,
        (status, content, shown) -> {
          if (atEngine.remove(op) != null) {
            onRead(op, status, content, shown);
          }
        });
  }

  private void onRead(ReadOp op, int status, long content, long shown) {
    SimNetwork.Answer answer = (SimNetwork.Answer) op.context;
    boolean damaged = status == EngineStatus.CHUNK_CORRUPT;
    if (damaged && sim.rules.detectsDamage()) {
      answer.on(status, 0, 0);
      later(SimLoop.MICRO, () -> replica.onCorruptChunk(0, op.chunkLo, clockNs()));
      return;
    }
    loop.trace(5, targetId, content ^ (damaged ? 1 : 0));
    boolean told = status == EngineStatus.OK || damaged;
    answer.on(
        told ? EngineStatus.OK : status, content ^ (damaged ? 1 : 0), (int) Math.max(shown, 0));
  }

  @Override
  public void queryTail(ReadOp op, long tailTargetId, int chainVersion) {
    SimNode tail = sim.node(tailTargetId);
    long lo = op.chunkLo;
    sim.network.call(
        node,
        tail,
        OPTIONS.forwardTimeoutNs(),
        answer -> {
          SimTarget target = tail.hosted(tailTargetId);
          long version =
              target == null
                  ? EngineStatus.NO_SUCH_TARGET
                  : target.replica.committedVersion(chainVersion, 0, lo);
          answer.on(version < 0 ? (int) version : ReplicaStatus.OK, version, 0);
        },
        (status, version, length) -> replica.onCommittedVersion(op, status, version, clockNs()));
  }

  @Override
  public void replyRead(ReadOp op, int status) {
    boolean absent = status == EngineStatus.NO_SUCH_CHUNK;
    ((SimNetwork.Answer) op.context).on(absent ? EngineStatus.OK : status, SimContent.ABSENT, 0);
  }

  @Override
  public void report(
      ReplicaEvent event, int chainId, long target, long peer, long hi, long lo, long version) {
    if (event == ReplicaEvent.DIVERGED) {
      sim.violation("target " + target + " diverged at version " + version + " of chunk " + lo);
    }
  }

  /** Looks over all chunks, as the scrub does. */
  void scrub() {
    if (node.up) {
      List.copyOf(store.rotten()).forEach(lo -> replica.onCorruptChunk(0, lo, clockNs()));
    }
  }

  /** What the replica owns still, which it must not at rest; null when that is nothing. */
  @Nullable String leftovers() {
    if (!replica.hasWork() && held.isEmpty()) {
      return null;
    }
    return "target "
        + targetId
        + " still holds "
        + replica.updates()
        + " updates, "
        + replica.reads()
        + " reads; "
        + held.size()
        + " ops not done";
  }
}
