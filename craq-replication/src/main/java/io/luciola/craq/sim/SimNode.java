package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node with one target: the driver of a replica over a simulated store and network. */
final class SimNode extends SimNetwork.Party implements ReplicaEffects {

  private record Context(long data, SimNetwork.Answer answer) {}

  private static final long HEARTBEAT_NS = Simulation.MEMBERSHIP.failureTimeoutNs() / 8;
  private static final long CALL_NS = Simulation.MEMBERSHIP.failureTimeoutNs();

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
  final SimStore store;
  boolean healthy;

  /** Its device has failed: everything is refused until a restart. */
  boolean diskFailed;

  /** How much longer the engine takes than usual. */
  int slowness = 1;

  ChainReplica replica;
  private final Simulation sim;
  private final SimLoop loop;
  private final double clockRate;
  private final boolean synchronous;
  private final Map<UpdateOp, Boolean> held = new HashMap<>();
  private final Set<UpdateOp> loaded = new HashSet<>();
  private final Map<String, Long> versionsOfWriters = new HashMap<>();
  private Chain chain;
  private NodeLease lease;
  private long process;
  private long heartbeats;

  /** Of the primary, as far as it is known. */
  private long term;

  private int ticket;

  private boolean registered;
  private int mgmtd;
  private long grantedUntilNs;
  private int grantedUnder;

  SimNode(long targetId, Simulation sim, boolean synchronous, double clockRate) {
    this.targetId = targetId;
    this.sim = sim;
    this.loop = sim.loop;
    this.clockRate = clockRate;
    this.synchronous = synchronous;
    this.store =
        sim.usesEngine
            ? new EngineStore(loop, targetId, this::clockNs)
            : new ModelStore(loop, this::afterAwhile, sim.rules.preparesAreDurable());
  }

  /** The node's own clock. */
  private long clockNs() {
    return (long) (loop.nowNs() * clockRate);
  }

  private long toClock(long timeNs) {
    return clockNs() + timeNs - loop.nowNs();
  }

  private long fromClock(long clockTimeNs) {
    return loop.nowNs() + clockTimeNs - clockNs();
  }

  /** Starts a new process. */
  void start(Chain current) {
    up = true;
    diskFailed = false;
    process = loop.random.nextLong(1, Long.MAX_VALUE);
    registered = false;
    heartbeats = 0;
    term = 0;
    ticket = 0;
    grantedUntilNs = 0;
    if (sim.mgmtds.isEmpty()) {
      lease = NodeLease.unlimited();
      live();
      later(loop, incarnation, loop.delay(0, 3 * SimLoop.MILLI), () -> onChain(current));
    } else {
      lease = sim.rules.lease();
      live();
    }
  }

  private void live() {
    incarnation++;
    chain = null;
    held.clear();
    loaded.clear();
    replica = sim.rules.replica(targetId, this, OPTIONS, lease);
    tick(incarnation);
    if (!sim.mgmtds.isEmpty()) {
      talk(incarnation);
    }
  }

  /** Heartbeats go out whether or not the last one was answered. */
  private void talk(int life) {
    later(
        loop,
        life,
        loop.delay(SimLoop.MILLI, 2 * HEARTBEAT_NS),
        () -> {
          if (registered) {
            beat();
          } else {
            register();
          }
          talk(life);
        });
  }

  private void register() {
    SimMgmtd asked = sim.mgmtds.get(mgmtd);
    long sender = process;
    long inTerm = term;
    int withTicket = ticket;
    sim.network.callWithStrays(
        this,
        asked,
        CALL_NS,
        answer -> asked.register((int) targetId, sender, inTerm, withTicket, answer),
        (status, value, length) -> {
          registered |= status == ReplicaStatus.OK;
          if (status == SimMgmtd.OTHER_TERM) {
            term = Math.max(term, value);
            ticket = length;
          } else if (status != ReplicaStatus.OK) {
            leave(asked);
          }
        });
  }

  private void beat() {
    SimMgmtd asked = sim.mgmtds.get(mgmtd);
    LocalTargetState state =
        diskFailed ? LocalTargetState.OFFLINE : sim.rules.reportedState(replica);
    int version = sim.rules.reportedVersion(replica, sim.chain);
    long sender = process;
    long sequence = ++heartbeats;
    long inTerm = term;
    long sentNs = clockNs();
    sim.network.callWithStrays(
        this,
        asked,
        CALL_NS,
        answer -> asked.heartbeat((int) targetId, sender, inTerm, sequence, state, version, answer),
        (status, value, newestVersion) -> {
          if (status == SimMgmtd.OTHER_TERM) {
            if (value > term) {
              term = value;
              beat();
            }
          } else if (status == ReplicaStatus.OK || status == SimMgmtd.WITHDRAW) {
            onHeard(asked, status == SimMgmtd.WITHDRAW, sentNs, value, newestVersion);
          } else {
            leave(asked);
          }
        });
  }

  /** Asks the next one from now on, unless that was done already. */
  private void leave(SimMgmtd asked) {
    if (sim.mgmtds.get(mgmtd) == asked) {
      mgmtd = (mgmtd + 1) % sim.mgmtds.size();
    }
  }

  private void onHeard(
      SimMgmtd asked, boolean withdrawn, long sentNs, long leaseNs, int newestVersion) {
    if (withdrawn) {
      sim.rules.withdraw(replica);
    }
    if (leaseNs > 0) {
      grantedUntilNs = sim.rules.leaseBeginNs(sentNs, clockNs()) + leaseNs;
      grantedUnder = newestVersion;
      countLease();
    }
    if (chain == null || chain.version() < newestVersion) {
      sim.network.call(
          this,
          asked,
          CALL_NS,
          answer -> {
            Chain newest = asked.shown();
            onItsWay.put(newest.version(), newest);
            answer.on(ReplicaStatus.OK, 0, newest.version());
          },
          (status, value, version) -> {
            if (status == ReplicaStatus.OK) {
              onChain(onItsWay.get(version));
            }
          });
    }
  }

  private final Map<Integer, Chain> onItsWay = new HashMap<>();

  private void countLease() {
    if (chain != null && chain.version() >= grantedUnder) {
      lease.extendTo(grantedUntilNs);
    }
  }

  /** Whether it would answer readers now, as one that serves in a chain. */
  boolean couldServe() {
    return up
        && !diskFailed
        && chain != null
        && chain.isServing(targetId)
        && replica.localState() != LocalTargetState.OFFLINE
        && lease.holds(clockNs());
  }

  /** Its device fails: what was not durable may be lost, and nothing is answered any more. */
  void failDisk() {
    diskFailed = true;
    store.crash(false);
    sim.network.hangUp(this);
    live();
  }

  private void feed(long lo, int life) {
    ChunkStat stat = new ChunkStat();
    if (store.stat(lo, stat) == EngineStatus.OK
        && stat.pendingVersion != 0
        && !replica.onPendingChunk(stat, clockNs())) {
      later(loop, life, 5 * SimLoop.MILLI, () -> feed(lo, life));
    }
  }

  void onChain(Chain newer) {
    if (!up || (chain != null && newer.version() <= chain.version())) {
      return;
    }
    boolean served = chain != null && chain.isServing(targetId);
    chain = newer;
    if (diskFailed) {
      return;
    }
    replica.onChain(newer, clockNs());
    countLease();
    if (!served && newer.isServing(targetId)) {
      int life = incarnation;
      for (long lo : store.chunks()) {
        later(loop, life, loop.delay(0, 20 * SimLoop.MILLI), () -> feed(lo, life));
      }
    }
  }

  void crash() {
    up = false;
    store.crash(sim.rules.losesDurableRecords());
    if (!sim.rules.keepsPending()) {
      store.discardAllPending();
    }
    sim.network.hangUp(this);
  }

  private void tick(int life) {
    later(
        loop,
        life,
        5 * SimLoop.MILLI,
        () -> {
          if (!diskFailed) {
            replica.onTick(clockNs());
          }
          tick(life);
        });
  }

  // ---- what arrives

  void receiveUpdate(UpdateOp message, long data, SimNetwork.Answer answer) {
    if (diskFailed) {
      answer.on(EngineStatus.ENGINE_CLOSED, 0, 0);
      return;
    }
    UpdateOp op = copy(message);
    op.deadlineNs = toClock(message.deadlineNs);
    op.context = new Context(data, answer);
    held.put(op, true);
    loop.trace(1, targetId * 1000 + op.chunkLo, op.version * 100 + op.kind);
    replica.onUpdate(op, clockNs());
  }

  void receiveRead(ReadOp asked, SimNetwork.Answer answer) {
    if (diskFailed) {
      answer.on(EngineStatus.ENGINE_CLOSED, 0, 0);
      return;
    }
    ReadOp op = new ReadOp();
    op.chunkLo = asked.chunkLo;
    op.lengthBytes = 16;
    op.mode = asked.mode;
    op.minVersion = asked.minVersion;
    op.chainVersion = asked.chainVersion;
    op.deadlineNs = toClock(asked.deadlineNs);
    op.context = answer;
    replica.onRead(op, clockNs());
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
    boolean works = store.isRotten(op.chunkLo) || healthy || !loop.chance(0.02);
    int refused = works ? store.prepare(op, data(op), prepared(op)) : refusal();
    if (refused != EngineStatus.OK) {
      afterAwhile(() -> replica.onPrepared(op, refused, 0, 0, clockNs()));
    }
  }

  private SimStore.Prepared prepared(UpdateOp op) {
    return (status, digest, lengthBytes) -> {
      loop.trace(2, targetId, op.version);
      replica.onPrepared(op, status, digest, lengthBytes, clockNs());
    };
  }

  private int refusal() {
    return loop.random.nextBoolean() ? EngineStatus.BACK_PRESSURE : EngineStatus.NO_SPACE;
  }

  /** Answers of the engine come later, or (in some seeds) at times before the call returns. */
  private void afterAwhile(Runnable action) {
    if (synchronous && loop.chance(0.3)) {
      action.run();
    } else {
      later(loop, incarnation, slowness * loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI), action);
    }
  }

  @Override
  public int commit(UpdateOp op) {
    if (!healthy && loop.chance(0.05)) {
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
          int status = to.orClosed(to.replica.compareChunks(batch, chainVersion));
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
          int status = to.orClosed(to.replica.listChunks(batch, chainVersion));
          if (!sim.rules.listsChunks()) {
            batch.count = 0;
            batch.nextCursor = NO_MORE_CHUNKS;
          }
          answer.on(status, 0, 0);
        });
  }

  private void ask(long successor, int pass, SimNetwork.Request request) {
    sim.network.call(
        this,
        sim.node(successor),
        OPTIONS.forwardTimeoutNs(),
        request,
        (status, value, length) -> replica.onRefillAnswer(pass, status, clockNs()));
  }

  @Override
  public void announceRefilled(long successor, int chainVersion, int pass) {
    SimNode to = sim.node(successor);
    sim.network.call(
        this,
        to,
        OPTIONS.forwardTimeoutNs(),
        answer -> {
          to.store.sync(() -> answer.on(to.orClosed(to.replica.onRefilled(chainVersion)), 0, 0));
        },
        (status, value, length) -> replica.onRefillAnnounced(pass, status, clockNs()));
  }

  @Override
  public void forward(UpdateOp op, long successorTargetId, int chainVersion) {
    UpdateOp message = copy(op);
    message.chainVersion = chainVersion;
    message.deadlineNs = fromClock(op.forwardDeadlineNs);
    long data = data(op);
    SimNode to = sim.node(successorTargetId);
    SimNetwork.Request request = answer -> to.receiveUpdate(message, data, answer);
    SimNetwork.Answer answered =
        (status, digest, length) -> {
          loop.trace(4, targetId, status);
          replica.onForwarded(op, status, digest, length, clockNs());
        };
    if (sim.rules.hearsOnlyNewestConnection()) {
      sim.network.call(this, to, 2 * OPTIONS.forwardTimeoutNs(), request, answered);
    } else {
      sim.network.callWithStrays(this, to, 2 * OPTIONS.forwardTimeoutNs(), request, answered);
    }
  }

  @Override
  public void loadPending(UpdateOp op) {
    int life = incarnation;
    later(
        loop,
        life,
        slowness * loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
        () -> {
          boolean busy = !healthy && loop.chance(0.1);
          store.read(
              op.chunkLo,
              op.version,
              (status, content, version) -> {
                op.dataAddress = content;
                loaded.add(op);
                replica.onPendingLoaded(op, busy ? EngineStatus.BACK_PRESSURE : status, clockNs());
              });
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
          && sim.node(peer).up
          && !sim.node(peer).store.isRotten(op.chunkLo)
          && sim.node(peer).store.stat(op.chunkLo, stat) == EngineStatus.OK
          && stat.committedVersion == op.version) {
        status = EngineStatus.OK;
        loadFrom(sim.node(peer), op);
      }
    }
    if (status != EngineStatus.OK) {
      int answer = status;
      later(
          loop,
          incarnation,
          loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
          () -> replica.onPendingLoaded(op, answer, clockNs()));
    }
  }

  private void loadFrom(SimNode peer, UpdateOp op) {
    int life = incarnation;
    peer.store.read(
        op.chunkLo,
        op.version,
        (status, content, version) ->
            later(
                loop,
                life,
                loop.delay(10 * SimLoop.MICRO, SimLoop.MILLI),
                () -> {
                  op.dataAddress = content;
                  replica.onPendingLoaded(op, status, clockNs());
                }));
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
      later(loop, incarnation, SimLoop.MILLI, () -> replica.onRead(op, clockNs()));
      return;
    }
    int life = incarnation;
    store.read(
        op.chunkLo,
        version,
        (status, content, shown) -> {
          boolean damaged = status == EngineStatus.CHUNK_CORRUPT;
          if (damaged && sim.rules.detectsDamage()) {
            ((SimNetwork.Answer) op.context).on(status, 0, 0);
            later(
                loop, life, SimLoop.MICRO, () -> replica.onCorruptChunk(0, op.chunkLo, clockNs()));
            return;
          }
          loop.trace(5, targetId, content ^ (damaged ? 1 : 0));
          boolean told = status == EngineStatus.OK || damaged;
          ((SimNetwork.Answer) op.context)
              .on(
                  told ? EngineStatus.OK : status,
                  content ^ (damaged ? 1 : 0),
                  (int) Math.max(shown, 0));
        });
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
          answer.on(tail.orClosed(version < 0 ? (int) version : ReplicaStatus.OK), version, 0);
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

  private int orClosed(int status) {
    return diskFailed ? EngineStatus.ENGINE_CLOSED : status;
  }

  /** Looks over all chunks, as the scrub does. */
  void scrub() {
    if (up) {
      List.copyOf(store.rotten()).forEach(lo -> replica.onCorruptChunk(0, lo, clockNs()));
    }
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
