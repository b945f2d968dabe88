package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.Agent;
import io.luciola.blockstore.memory.BufferPool;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.cluster.config.StorageSettings;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.cluster.service.NodeGrant;
import io.luciola.cluster.transport.EventPoll;
import io.luciola.cluster.transport.TcpTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage node: one agent that owns a listening socket, the connections to other nodes, its
 * disks' engines and the chain replicas on them.
 *
 * <p>All methods belong to the thread that drives it, except {@link #wakeUp()}, {@link #port()},
 * {@link #usage()}, {@link #stopServing()} and {@link #ask}, which any thread may call.
 */
public final class StorageNode implements Agent, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StorageNode.class);

  private static final long TICK_NS = 10_000_000;
  private static final long USAGE_NS = 1_000_000_000;
  private static final long IDLE_NS = 100_000_000;

  /** After work, engines may have group writes to do which nothing announces. */
  private static final long AFTERGLOW_NS = 20_000_000;

  private static final long AFTERGLOW_SLEEP_NS = 2_000_000;

  private final LongSupplier clock;
  private final ClusterView cluster;
  private final EventPoll poll;
  private final NodeContext context;
  private final HostedTargets targets = new HostedTargets();
  private final List<DiskAgent> disks = new ArrayList<>();
  private final Errands errands = new Errands();
  private final DiskCare care;
  private final Function<Disk, DiskAgent> agents;
  private final PeerLinks peers;
  private final DeltaReceiver deltas;
  private final RequestIntake intake;
  private final TargetHosting hosting;
  private final int port;

  private @Nullable NodeGrant grant;
  private boolean completionsAnnounced;
  private int failedDisks;
  private long nextTickNs;
  private long nextUsageNs;
  private long lastWorkNs;
  private volatile List<TargetUsage> usage = List.of();
  private volatile boolean stopRequested;
  private final CompletableFuture<Void> servesNoMore = new CompletableFuture<>();
  private StorageSettings settings = StorageSettings.DEFAULTS;
  private boolean closed;

  /** Held while buffers are shared with a disk, and while they go. */
  private final Object buffersLock = new Object();

  private boolean buffersGone;

  /**
   * Binds the address; nothing is served before {@link #doWork()}.
   *
   * @param nodeId its number in the routing map
   * @param host the address to listen on; empty for every address
   * @param port the port, 0 for any free one
   * @param disks the node owns them from now on, and closes their engines
   * @param care looks after the disks
   * @param cluster asked in every round of work
   * @param nanoClock a clock that never goes back
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  public StorageNode(
      int nodeId,
      String host,
      int port,
      List<Disk> disks,
      DiskCare care,
      ClusterView cluster,
      StorageOptions options,
      LongSupplier nanoClock) {
    this.clock = nanoClock;
    this.care = care;
    this.cluster = cluster;
    poll = new EventPoll();
    TcpTransport transport = new TcpTransport(poll, options.tcp());
    BufferPool buffers = new BufferPool(options.bufferPoolBytes(), options.maxBufferBytes());
    transport.registerMemory(buffers.regionAddress(), buffers.capacityBytes());
    context = new NodeContext(nodeId, options, buffers, transport, cluster);
    context.nowNs = nanoClock.getAsLong();
    Replies replies = new Replies();
    ReadAnswers answers = new ReadAnswers(context, replies);
    peers = new PeerLinks(context);
    RefillLinks refills = new RefillLinks(context, peers);
    deltas = new DeltaReceiver(context, replies);
    intake = new RequestIntake(context, targets, replies, deltas);
    ReplicaEventLog log = new ReplicaEventLog(peers);
    agents = disk -> new DiskAgent(disk, context, targets, answers, replies, deltas, care);
    disks.forEach(disk -> this.disks.add(agents.apply(disk)));
    hosting =
        new TargetHosting(
            context,
            targets,
            this.disks,
            target -> new ReplicaDriver(target, context, peers, refills, replies, answers, log));
    try {
      this.port = transport.listen(host, port, intake);
    } catch (RuntimeException e) {
      transport.close();
      poll.close();
      buffers.close();
      throw e;
    }
    disks.forEach(this::shareBuffers);
  }

  /**
   * Tells a disk's device of the node's buffers, which may take a moment; for any thread, before
   * the disk is taken in.
   *
   * @throws CancellationException when the node has ended, and its buffers with it
   */
  void shareBuffers(Disk disk) {
    synchronized (buffersLock) {
      if (buffersGone) {
        throw new CancellationException("the node has ended");
      }
      disk.registerMemory(context.buffers.regionAddress(), context.buffers.capacityBytes());
    }
  }

  /** The port that the data plane is served on. */
  public int port() {
    return port;
  }

  /**
   * The targets that the node is to hold, as of about a second ago; what changes their states is in
   * it at once.
   */
  public List<TargetUsage> usage() {
    return usage;
  }

  /** What refills by this node have moved so far. */
  RefillTotals refillTotals() {
    return context.refillTotals;
  }

  /** What became of chunks that were found corrupt so far. */
  RepairTotals repairTotals() {
    return context.repairTotals;
  }

  /** Requests that are in progress, those included that its replicas make on their own account. */
  int requestsUnderWay() {
    return context.reads.inUse() + context.writes.inUse() + context.refills.inUse();
  }

  /** Whether there is a replica of the target. */
  boolean holds(long targetId) {
    return targets.find(targetId) != null;
  }

  /** Connects the disks: from now on their engines belong to this thread, or to their own. */
  @Override
  public void onStart() {
    disks.forEach(disk -> disk.start(poll));
    onDisks();
  }

  /** Takes in one more disk, or one in the place of another that has failed. */
  void addDisk(Disk disk) {
    disks.removeIf(DiskAgent::isClosed);
    DiskAgent agent = agents.apply(disk);
    disks.add(agent);
    agent.start(poll);
    agent.setScrubRate(settings);
    onDisks();
    hosting.follow();
    publishUsage();
  }

  private void onDisks() {
    completionsAnnounced = disks.stream().allMatch(DiskAgent::announcesCompletions);
  }

  /**
   * Has the node's thread find something out, or do something, in its next round of work. For any
   * thread.
   *
   * @return completes by that thread; with a CancellationException when the node has ended
   */
  public <T> CompletableFuture<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = errands.add(question);
    wakeUp();
    return answer;
  }

  @Override
  public int doWork() {
    context.nowNs = clock.getAsLong();
    int work = followRouting();
    followGrant();
    followSettings();
    work += errands.run();
    if (stopRequested && !servesNoMore.isDone()) {
      context.lease.revoke();
      servesNoMore.complete(null);
    }
    work += poll.poll();
    work += driveDisks();
    deltas.advance();
    if (context.nowNs >= nextTickNs) {
      nextTickNs = context.nowNs + TICK_NS;
      tick();
    }
    work += context.transport.flush();
    if (intake.hasPaused()) {
      intake.resumePaused();
    }
    if (work > 0) {
      lastWorkNs = context.nowNs;
    }
    return work;
  }

  /** Sleeps until there is something to do, or something to look after. */
  public void idle() {
    long limitNs = sleepNs();
    for (int i = 0; i < disks.size(); i++) {
      limitNs = Math.min(limitNs, disks.get(i).sleepLimitNs());
    }
    poll.sleep(limitNs);
  }

  /**
   * Makes the node refuse to serve from its next round of work on, for good, and waits for that
   * round or for the node's end. Any other thread may call this while the owning thread works.
   */
  public void stopServing() {
    stopRequested = true;
    wakeUp();
    servesNoMore.join();
  }

  /** Ends the sleep of the owning thread. Any thread may call this. */
  public void wakeUp() {
    poll.wakeUp();
  }

  @Override
  public String roleName() {
    return "storage-" + context.nodeId;
  }

  /** Stops serving, makes all durable and closes the engines. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.closing = true;
    errands.close();
    context.transport.close();
    servesNoMore.complete(null);
    for (DiskAgent disk : disks) {
      disk.close();
    }
    poll.close();
    synchronized (buffersLock) {
      buffersGone = true;
      context.buffers.close();
    }
    hosting.close();
    LOG.info("{} stopped", roleName());
  }

  private int driveDisks() {
    int work = 0;
    int failed = 0;
    for (int i = 0; i < disks.size(); i++) {
      work += disks.get(i).doWork();
      failed += disks.get(i).works() ? 0 : 1;
    }
    if (failed != failedDisks) {
      failedDisks = failed;
      publishUsage();
    }
    return work;
  }

  private long sleepNs() {
    if (!completionsAnnounced) {
      for (int i = 0; i < disks.size(); i++) {
        if (disks.get(i).isBusy()) {
          return 0; // such devices complete at once
        }
      }
    }
    if (context.nowNs - lastWorkNs < AFTERGLOW_NS || deltas.isWaiting()) {
      return AFTERGLOW_SLEEP_NS;
    }
    for (int i = 0; i < targets.size(); i++) {
      if (targets.at(i).hasWork()) {
        return TICK_NS;
      }
    }
    return IDLE_NS;
  }

  private int followRouting() {
    RoutingTable newest = cluster.routing();
    if (newest == context.routing || newest.version() < context.routing.version()) {
      return 0;
    }
    context.routing = newest;
    hosting.follow();
    peers.onRouting();
    publishUsage();
    return 1;
  }

  @SuppressWarnings("ReferenceEquality") // asked in every round of work
  private void followGrant() {
    NodeGrant newest = cluster.grant();
    if (newest == grant || newest.routingVersion() > context.routing.version()) {
      return;
    }
    grant = newest;
    context.lease.extendTo(newest.leaseUntilNs());
    for (int i = 0; i < targets.size(); i++) {
      targets.at(i).onGrant(newest);
    }
    for (long targetId : newest.withdrawnTargets()) {
      HostedTarget target = targets.find(targetId);
      if (target != null) {
        target.replica.withdraw();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // asked in every round of work
  private void followSettings() {
    StorageSettings newest = cluster.settings();
    if (newest != settings) {
      settings = newest;
      context.refillBytesPerSecond =
          newest.refillBytesPerSecond(context.options.replica().refillBytesPerSecond());
      for (DiskAgent disk : disks) {
        disk.setScrubRate(newest);
      }
    }
  }

  private void tick() {
    boolean statesChanged = false;
    for (int i = 0; i < targets.size(); i++) {
      targets.at(i).onTick(context.nowNs);
      statesChanged |= targets.at(i).takeStateChange();
    }
    peers.onTick();
    hosting.onTick();
    if (statesChanged || context.nowNs >= nextUsageNs) {
      nextUsageNs = context.nowNs + USAGE_NS;
      publishUsage();
    }
  }

  private TargetUsage usageOf(TargetPlacement placement) {
    long targetId = placement.targetId();
    HostedTarget target = targets.find(targetId);
    if (hosting.holdsSpare(placement)) {
      return new TargetUsage(targetId, LocalTargetState.ONLINE, 0, 0, Chain.NO_TARGET);
    }
    if (target == null) {
      Chain chain = context.routing.chain(placement.chainId());
      int version = chain == null ? 0 : chain.version();
      return new TargetUsage(targetId, LocalTargetState.OFFLINE, version, 0, Chain.NO_TARGET);
    }
    return new TargetUsage(
        targetId,
        target.disk.works() ? target.replica.localState() : LocalTargetState.OFFLINE,
        target.replica.chainVersion(),
        target.usedBytes(),
        target.replica.divergedSuccessor());
  }

  /** What is said of targets and disks from now on is as it is now. */
  void publishUsage() {
    usage = context.routing.targetsOn(context.nodeId).stream().map(this::usageOf).toList();
    care.look(context.routing);
    long nowNs = clock.getAsLong();
    for (int i = 0; i < targets.size(); i++) {
      targets.at(i).onReported(nowNs);
    }
  }
}
