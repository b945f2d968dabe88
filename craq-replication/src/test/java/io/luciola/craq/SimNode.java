package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node with one target: the driver of a replica over a simulated store and network. */
final class SimNode extends SimNetwork.Party implements ReplicaEffects {

  /** Makes a replica; planted bugs come in here. */
  interface ReplicaFactory {
    ChainReplica create(
        long targetId, ReplicaEffects effects, ReplicaOptions options, NodeLease lease);
  }

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
  final SimStore store = new SimStore();
  final Map<ReplicaEvent, Integer> reports = new EnumMap<>(ReplicaEvent.class);
  boolean healthy;
  ChainReplica replica;
  private final Simulation sim;
  private final SimLoop loop;
  private final ReplicaFactory factory;
  private final boolean synchronous;
  private final Map<UpdateOp, Boolean> held = new HashMap<>();
  private final Set<UpdateOp> loaded = new HashSet<>();
  private final Map<String, Long> versionsOfWriters = new HashMap<>();
  private Chain chain;
  private NodeLease lease;

  SimNode(long targetId, Simulation sim, ReplicaFactory factory, boolean synchronous) {
    this.targetId = targetId;
    this.sim = sim;
    this.loop = sim.loop;
    this.factory = factory;
    this.synchronous = synchronous;
  }

  void start(Chain current) {
    up = true;
    incarnation++;
    chain = null;
    held.clear();
    loaded.clear();
    int life = incarnation;
    if (sim.manager == null) {
      lease = NodeLease.unlimited();
      later(life, loop.delay(0, 3 * SimLoop.MILLI), () -> onChain(current));
    } else {
      lease = new NodeLease();
      beat(life);
    }
    replica = factory.create(targetId, this, OPTIONS, lease);
    tick(life);
  }

  /** Heartbeats go out whether or not the last one was answered. */
  private void beat(int life) {
    later(
        life,
        loop.delay(SimLoop.MILLI, 2 * SimManager.HEARTBEAT_NS),
        () -> {
          sim.manager.receive(this, life, replica.localState(), replica.chainVersion());
          beat(life);
        });
  }

  /** A heartbeat of this node was answered. */
  void onHeartbeatAnswered(long leaseUntilNs, Chain current) {
    onChain(current);
    lease.extendTo(leaseUntilNs);
  }

  private void feed(long lo, int life) {
    ChunkStat stat = new ChunkStat();
    if (store.stat(lo, stat) == EngineStatus.OK
        && stat.pendingVersion != 0
        && !replica.onPendingChunk(stat, loop.nowNs())) {
      later(life, 5 * SimLoop.MILLI, () -> feed(lo, life));
    }
  }

  void onChain(Chain newer) {
    if (!up || (chain != null && newer.version() <= chain.version())) {
      return;
    }
    boolean served = chain != null && chain.isServing(targetId);
    chain = newer;
    replica.onChain(newer, loop.nowNs());
    if (!served && newer.isServing(targetId)) {
      int life = incarnation;
      for (long lo : List.copyOf(store.chunks().keySet())) {
        later(life, loop.delay(0, 20 * SimLoop.MILLI), () -> feed(lo, life));
      }
    }
  }

  void crash(boolean brokenDisk) {
    up = false;
    store.crash(loop, brokenDisk);
    sim.network.hangUp(this);
  }

  private void tick(int life) {
    later(
        life,
        5 * SimLoop.MILLI,
        () -> {
          replica.onTick(loop.nowNs());
          tick(life);
        });
  }

  private void later(int life, long delayNs, Runnable action) {
    loop.after(
        delayNs,
        () -> {
          if (up && incarnation == life) {
            action.run();
          }
        });
  }

  // ---- what arrives

  void receiveUpdate(UpdateOp message, long data, SimNetwork.Answer answer) {
    UpdateOp op = copy(message);
    op.context = new Context(data, answer);
    held.put(op, true);
    loop.trace(1, targetId * 1000 + op.chunkLo, op.version * 100 + op.kind);
    replica.onUpdate(op, loop.nowNs());
  }

  void receiveRead(long lo, int chainVersion, long deadlineNs, SimNetwork.Answer answer) {
    ReadOp op = new ReadOp();
    op.chunkLo = lo;
    op.lengthBytes = 16;
    op.chainVersion = chainVersion;
    op.deadlineNs = deadlineNs;
    op.context = answer;
    replica.onRead(op, loop.nowNs());
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
    return store.stat(lo, out);
  }

  @Override
  public void prepare(UpdateOp op) {
    int refused = healthy || !loop.chance(0.02) ? store.prepare(op, data(op)) : refusal();
    if (refused <= 0) {
      afterAwhile(() -> replica.onPrepared(op, refused, 0, 0, loop.nowNs()));
      return;
    }
    afterAwhile(
        () -> {
          SimStore.Chunk chunk = store.prepared(refused);
          loop.trace(2, targetId, op.version);
          replica.onPrepared(
              op,
              EngineStatus.OK,
              SimContent.digest(chunk.pending),
              SimContent.lengthBytes(chunk.pending),
              loop.nowNs());
        });
  }

  private int refusal() {
    return loop.random.nextBoolean() ? EngineStatus.BACK_PRESSURE : EngineStatus.NO_SPACE;
  }

  /** Answers of the engine come later, or (in some seeds) at times before the call returns. */
  private void afterAwhile(Runnable action) {
    if (synchronous && loop.chance(0.3)) {
      action.run();
    } else {
      later(incarnation, loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI), action);
    }
  }

  @Override
  public int commit(UpdateOp op) {
    if (!healthy && loop.chance(0.05)) {
      return EngineStatus.BACK_PRESSURE;
    }
    int status = store.commit(op);
    loop.trace(3, targetId, op.version);
    if (status != EngineStatus.OK) {
      throw new AssertionError("commit of " + op.version + ": " + ReplicaStatus.name(status));
    }
    String writer = op.chunkLo + "/" + op.clientId + "/" + op.channel + "/" + op.sequence;
    if (op.clientId == 0) {
      return status; // a copy is removed, as it is nowhere else
    }
    Long earlier = versionsOfWriters.putIfAbsent(writer, op.version);
    if (earlier != null && earlier != op.version) {
      sim.violation("update " + writer + " was done as " + earlier + " and as " + op.version);
    }
    return status;
  }

  @Override
  public int discardPending(long target, long hi, long lo, long version) {
    return !healthy && loop.chance(0.05) ? EngineStatus.BACK_PRESSURE : store.discard(lo, version);
  }

  @Override
  public long scanChunks(long target, long cursor, RefillBatch batch) {
    ChunkStat stat = new ChunkStat();
    for (long lo : store.chunks().keySet()) {
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
    ask(successor, pass, answer -> answer.on(to.replica.compareChunks(batch, chainVersion), 0, 0));
  }

  @Override
  public void listChunks(RefillBatch batch, long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    ask(successor, pass, answer -> answer.on(to.replica.listChunks(batch, chainVersion), 0, 0));
  }

  private void ask(long successor, int pass, SimNetwork.Request request) {
    sim.network.call(
        this,
        sim.node(successor),
        OPTIONS.forwardTimeoutNs(),
        request,
        (status, value, length) -> replica.onRefillAnswer(pass, status, loop.nowNs()));
  }

  @Override
  public void announceRefilled(long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    sim.network.call(
        this,
        to,
        OPTIONS.forwardTimeoutNs(),
        answer -> {
          to.store.sync();
          answer.on(to.replica.onRefilled(chainVersion), 0, 0);
        },
        (status, value, length) -> replica.onRefillAnnounced(pass, status, loop.nowNs()));
  }

  @Override
  public void forward(UpdateOp op, long successorTargetId, int chainVersion) {
    UpdateOp message = copy(op);
    message.chainVersion = chainVersion;
    message.deadlineNs = op.forwardDeadlineNs;
    long data = data(op);
    SimNode to = sim.node(successorTargetId);
    sim.network.call(
        this,
        to,
        2 * OPTIONS.forwardTimeoutNs(),
        answer -> to.receiveUpdate(message, data, answer),
        (status, digest, length) -> {
          loop.trace(4, targetId, status);
          replica.onForwarded(op, status, digest, length, loop.nowNs());
        });
  }

  @Override
  public void loadPending(UpdateOp op) {
    int life = incarnation;
    later(
        life,
        loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> {
          boolean busy = !healthy && loop.chance(0.1);
          op.dataAddress = store.read(op.chunkLo, op.version);
          loaded.add(op);
          replica.onPendingLoaded(
              op, busy ? EngineStatus.BACK_PRESSURE : EngineStatus.OK, loop.nowNs());
        });
  }

  @Override
  public void loadFromPeer(UpdateOp op, int chainVersion) {
    ChunkStat stat = new ChunkStat();
    int status = EngineStatus.VERSION_MISMATCH;
    for (int i = 0; i < chain.targets().size() && status != EngineStatus.OK; i++) {
      long peer = chain.targets().get(i).targetId();
      if (peer != targetId
          && chain.isServing(peer)
          && sim.node(peer).store.stat(op.chunkLo, stat) == EngineStatus.OK
          && stat.committedVersion == op.version) {
        op.dataAddress = sim.node(peer).store.read(op.chunkLo, op.version);
        status = EngineStatus.OK;
      }
    }
    int answer = status;
    later(
        incarnation,
        loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> replica.onPendingLoaded(op, answer, loop.nowNs()));
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
    if (!healthy && loop.chance(0.05)) {
      later(incarnation, SimLoop.MILLI, () -> replica.onRead(op, loop.nowNs()));
      return;
    }
    long content = store.read(op.chunkLo, version);
    loop.trace(5, targetId, content);
    ((SimNetwork.Answer) op.context).on(EngineStatus.OK, content, 0);
  }

  @Override
  public void queryTail(ReadOp op, long tailTargetId, int chainVersion) {
    SimNode tail = sim.node(tailTargetId);
    long lo = op.chunkLo;
    sim.network.call(
        this,
        tail,
        OPTIONS.forwardTimeoutNs(),
        answer -> {
          long version = tail.replica.committedVersion(chainVersion, 0, lo);
          answer.on(version < 0 ? (int) version : ReplicaStatus.OK, version, 0);
        },
        (status, version, length) -> replica.onCommittedVersion(op, status, version, loop.nowNs()));
  }

  @Override
  public void replyRead(ReadOp op, int status) {
    boolean absent = status == EngineStatus.NO_SUCH_CHUNK;
    ((SimNetwork.Answer) op.context).on(absent ? EngineStatus.OK : status, SimContent.ABSENT, 0);
  }

  @Override
  public void report(
      ReplicaEvent event, int chainId, long target, long peer, long hi, long lo, long version) {
    reports.merge(event, 1, Integer::sum);
    if (event == ReplicaEvent.DIVERGED) {
      sim.violation("target " + target + " diverged at version " + version + " of chunk " + lo);
    }
  }

  int heldByDriver() {
    return held.size();
  }

  /** What the replica must own at rest. */
  List<String> leftovers() {
    List<String> found = new ArrayList<>();
    if (replica.hasWork() || !held.isEmpty()) {
      found.add(
          "target "
              + targetId
              + " still holds "
              + replica.updates()
              + " updates, "
              + replica.reads()
              + " reads; "
              + held.size()
              + " ops not done");
    }
    return found;
  }
}
