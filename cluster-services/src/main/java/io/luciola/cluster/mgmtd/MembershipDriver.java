package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.luciola.chaintable.Chain;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.MgmtdSettings;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.HeartbeatResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeConfig;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RegisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.service.TemplateFollower;
import io.luciola.craq.membership.ClusterMembership;
import io.luciola.craq.membership.MembershipEffects;
import io.luciola.craq.membership.MembershipOptions;
import io.luciola.craq.membership.ProbeOutcome;
import io.luciola.craq.membership.RegistrationTickets;
import io.luciola.craq.membership.StoredNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link ClusterMembership} while this Mgmtd is the primary in one term: gives it heartbeats,
 * time and probes, makes durable what it decides and shows it through {@link ClusterState}. Safe
 * for any number of threads; heartbeats never wait for the store.
 */
final class MembershipDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MembershipDriver.class);
  private static final long NS_PER_MS = 1_000_000;
  private static final long PAUSE_AFTER_FAILURE_NS = 100_000_000;

  private final long term;
  private final RegistrationTickets tickets = new RegistrationTickets();
  private final MgmtdConfig config;
  private final TemplateFollower<MgmtdSettings> templates;
  private final ClusterState state;
  private final Prober prober;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition decided = lock.newCondition();
  private final ClusterMembership membership;
  private final List<Chain> undurable = new ArrayList<>();
  private final Set<Integer> turned = new HashSet<>();
  private final Map<Integer, Boolean> shownDead = new HashMap<>();
  private final Map<Integer, List<TargetReport>> reports = new HashMap<>();
  private final Map<Integer, NodeConfig> configs = new TreeMap<>();
  private final StateTimes times = new StateTimes();
  private final FailureTimeout timeout;
  private final DiskReports disks;
  private final Quarantine quarantine;
  private final TargetRetirements retirements;
  private final Thread ticker;
  private final Thread writer;
  private volatile boolean closed;

  MembershipDriver(
      long term, MgmtdConfig config, ClusterState state, Prober prober, LongSupplier nanoClock) {
    this.term = term;
    this.config = config;
    this.templates =
        new TemplateFollower<>(
            ConfigType.CONFIG_MGMTD, MgmtdSettings.class, MgmtdSettings.DEFAULTS, config.ownKeys());
    this.state = state;
    this.prober = prober;
    this.nanoClock = nanoClock;
    this.templates.onRouting(state.map());
    this.timeout = state.failureTimeout(settings().failureTimeoutNs(), nanoClock.getAsLong());
    this.membership =
        new ClusterMembership(
            new MembershipOptions(timeout.judgedNs(), MembershipOptions.DEFAULTS.probeIntervalNs()),
            new Effects());
    this.disks = new DiskReports(term);
    this.quarantine = new Quarantine(this);
    this.retirements = new TargetRetirements(this);
    this.ticker = Thread.ofPlatform().daemon().name("membership-tick").unstarted(this::tick);
    this.writer = Thread.ofVirtual().name("membership-write").unstarted(this::write);
  }

  /** Begins with what is stored. */
  void start() {
    RoutingMap map = state.map();
    locked(
        () -> {
          long nowNs = nanoClock.getAsLong();
          membership.onBecamePrimary(nowNs, chains(map), nodes(map));
          Quarantine.of(map.getTargetsList()).forEach(membership::onTargetQuarantined);
          times.onBecamePrimary(membership.chains(), nowNs);
          return null;
        });
    ticker.start();
    writer.start();
  }

  /** The term in which this acts. */
  long term() {
    return term;
  }

  /** Whether a registration was sent in this term, by the process of its node that asked last. */
  boolean hasLastTicket(RegisterNodeRequest request) {
    int nodeId = request.getNode().getId();
    return request.getTerm() == term && locked(() -> tickets.isLast(nodeId, request.getTicket()));
  }

  /** For a process of a node that wants to register. */
  int nextTicket(int nodeId) {
    return locked(() -> tickets.next(nodeId));
  }

  /** What this Mgmtd goes by. */
  MgmtdSettings settings() {
    return config.over(templates.settings());
  }

  /** The configuration templates in the map are others. */
  void onTemplates() {
    state.alone(
        () -> {
          templates.onRouting(state.map());
          long timeoutNs = settings().failureTimeoutNs();
          long boundNs = locked(() -> timeout.boundFor(timeoutNs));
          if (boundNs == timeoutNs) {
            state.saveFailureTimeoutNs(boundNs);
          }
          locked(
              () -> {
                timeout.set(timeoutNs, nanoClock.getAsLong());
                membership.judgeBy(timeout.judgedNs());
                return null;
              });
          return null;
        });
  }

  /** By which configuration this Mgmtd goes, and by which the nodes say that they go. */
  List<NodeConfig> configs() {
    return locked(
        () -> {
          List<NodeConfig> all = new ArrayList<>();
          all.add(
              NodeConfig.newBuilder()
                  .setVersion(templates.version())
                  .setNote(templates.note())
                  .build());
          all.addAll(configs.values());
          return all;
        });
  }

  /** The routing map that goes with this term. */
  ClusterState state() {
    return state;
  }

  /**
   * Takes a node in, and takes note that a process before this one is dead.
   *
   * @throws ReplacedException when another process has taken this one's place, or it has left
   */
  RoutingMap register(Node node) {
    state.checkType(node);
    state.checkIsNoOtherClusters(node);
    if (settings().isRegisteredOnly() && state.node(node.getId()) == null) {
      throw new IllegalStateException(
          "node "
              + node.getId()
              + " is not registered: luciola admin register-node "
              + node.getId()
              + (node.getType() == NodeType.META ? " meta" : " storage"));
    }
    return state.alone(
        () -> {
          boolean accepted =
              locked(
                  () ->
                      membership.onHeartbeat(
                          node.getId(), node.getIncarnation(), List.of(), nanoClock.getAsLong()));
          if (!accepted) {
            throw new ReplacedException(node.getId());
          }
          locked(
              () -> {
                times.onHeard(node.getId(), nanoClock.getAsLong());
                return null;
              });
          // First what follows from the old process's death: who crashes in between must not find
          // only the new process's name.
          makeAllDurable();
          if (!locked(() -> membership.isSettled(node.getId()))) {
            throw Status.UNAVAILABLE
                .withDescription(
                    "the end of the former process of node " + node.getId() + " is not durable yet")
                .asRuntimeException();
          }
          boolean placedBefore = state.map().getVersion() > 0;
          RoutingMap map = state.register(node);
          if (!placedBefore && map.getVersion() > 0) {
            onPlaced(chains(map));
          }
          return map;
        });
  }

  /**
   * A node that is registered has said that it lives; returns what it may do.
   *
   * @throws ReplacedException when another process has taken the node's place, or it has left
   */
  HeartbeatResponse heartbeat(HeartbeatRequest request) {
    int nodeId = request.getNodeId();
    long receivedNs = nanoClock.getAsLong();
    Node node = state.node(nodeId);
    if (node == null || node.getIncarnation() != request.getIncarnation()) {
      throw new ReplacedException(nodeId);
    }
    HeartbeatResponse.Builder response = HeartbeatResponse.newBuilder().setTerm(term);
    boolean counts = locked(() -> hear(request, receivedNs, response));
    if (counts) {
      quarantine.follow(request.getTargetsList());
      retirements.follow(nodeId, request.getRetiredList());
    }
    // After the decision: a change that was still to come then may be shown by now, and the node
    // has to know it before the lease counts.
    return response.setRoutingVersion(state.map().getVersion()).build();
  }

  /** Called with the lock; returns whether the heartbeat counts. */
  private boolean hear(
      HeartbeatRequest request, long receivedNs, HeartbeatResponse.Builder response) {
    int nodeId = request.getNodeId();
    response.setIntervalMs((int) (timeout.heartbeatIntervalNs() / NS_PER_MS));
    if (request.getTerm() != term) {
      return false; // it may have been on its way for long
    }
    if (membership.isOvertaken(nodeId, request.getIncarnation(), request.getSequence())) {
      return false; // who sent it does not wait for the answer any more
    }
    boolean accepted =
        membership.onHeartbeat(
            nodeId,
            request.getIncarnation(),
            request.getTargetsList().stream().map(ChainMessages::report).toList(),
            receivedNs);
    if (!accepted) {
      throw new ReplacedException(nodeId);
    }
    times.onHeard(nodeId, receivedNs);
    reports.put(nodeId, request.getTargetsList());
    disks.onHeartbeat(request);
    configs.put(
        nodeId,
        NodeConfig.newBuilder()
            .setNodeId(nodeId)
            .setVersion(request.getConfigVersion())
            .setNote(request.getConfigNote())
            .build());
    if (request.getLeaving()) {
      LOG.info("node {} leaves", nodeId);
      membership.onLeaving(nodeId);
    }
    noteLife(nodeId);
    if (membership.mayServe(nodeId)) {
      response.setLeaseMs((int) (timeout.leaseNs() / NS_PER_MS));
    }
    response.addAllWithdrawnTargetIds(membership.withdrawnTargets(nodeId));
    response.setDiskLook(disks.pendingLook(nodeId));
    return true;
  }

  /** Somebody could not reach a node. */
  void suspect(int nodeId) {
    locked(
        () -> {
          membership.onSuspicion(nodeId, nanoClock.getAsLong());
          return null;
        });
  }

  /** Asks or tells who decides; what follows from it is made durable soon. */
  <T> T decide(Function<ClusterMembership, T> question) {
    return locked(() -> question.apply(membership));
  }

  /**
   * Tells who decides; returns when what follows from it, and all that was decided before, is
   * durable and shown.
   */
  void decideDurably(Consumer<ClusterMembership> change) {
    decideDurably(change, UnaryOperator.identity());
  }

  /**
   * As the other one; a further change of the map becomes durable together with what is decided, in
   * one step.
   */
  void decideDurably(
      Consumer<ClusterMembership> change, UnaryOperator<RoutingMap.Builder> together) {
    state.alone(
        () -> {
          locked(
              () -> {
                change.accept(membership);
                return null;
              });
          makeDurable(together); // nobody else does before: that, too, is done alone
          makeAllDurable();
          return null;
        });
  }

  /** Takes in targets and chains that are new in the map. */
  void onPlaced(List<Chain> newChains) {
    RoutingMap map = state.map();
    locked(
        () -> {
          membership.onPlaced(nanoClock.getAsLong(), newChains, nodes(map));
          return null;
        });
  }

  /** Whether nothing speaks against it that a node lives. */
  boolean isAlive(int nodeId) {
    return locked(() -> !membership.isDead(nodeId));
  }

  /** The newest report of every target that was ever reported. */
  List<TargetReport> reports() {
    return locked(() -> reports.values().stream().flatMap(Collection::stream).toList());
  }

  /** Asks or tells of the nodes' disks. */
  <T> T ofDisks(Function<DiskReports, T> question) {
    return locked(() -> question.apply(disks));
  }

  /** Writes into an answer since when nodes are silent and targets do not serve. */
  void addTimes(GetStatusResponse.Builder answer) {
    List<Node> nodes = state.map().getNodesList();
    locked(
        () -> {
          times.addTo(answer, nodes, nanoClock.getAsLong());
          return null;
        });
  }

  private void tick() {
    while (!closed) {
      LockSupport.parkNanos(locked(timeout::tickNs));
      long nowNs = nanoClock.getAsLong();
      locked(
          () -> {
            membership.onTick(nowNs);
            if (timeout.isLowerDue(nowNs)) {
              Thread.ofVirtual().name("failure-timeout").start(this::lowerTimeout);
            }
            state.map().getNodesList().forEach(node -> noteLife(node.getId()));
            return null;
          });
    }
  }

  private void lowerTimeout() {
    try {
      state.alone(
          () -> {
            if (locked(() -> timeout.isLowerDue(nanoClock.getAsLong()))) {
              state.saveFailureTimeoutNs(locked(timeout::grantedNs));
              locked(
                  () -> {
                    timeout.lower();
                    membership.judgeBy(timeout.judgedNs());
                    return null;
                  });
              LOG.info("nodes are dead after {} ms of silence", timeout.judgedNs() / NS_PER_MS);
            }
            return null;
          });
    } catch (NotPrimaryException | KvException later) {
      LOG.debug("the shorter failure timeout is not durable yet: {}", later.getMessage());
    }
  }

  /** Called with the lock. */
  private void noteLife(int nodeId) {
    boolean dead = membership.isDead(nodeId);
    if (dead != shownDead.getOrDefault(nodeId, false)) {
      shownDead.put(nodeId, dead);
      turned.add(nodeId);
      LOG.info("node {} is {}", nodeId, dead ? "dead" : "alive again");
    }
  }

  private void write() {
    while (!closed) {
      try {
        awaitDecisions();
        makeDurable();
      } catch (NotPrimaryException other) {
        LOG.info("decisions are not written: {}", other.getMessage());
        return;
      } catch (KvException failure) {
        LOG.warn("decisions cannot be written, trying again: {}", failure.getMessage());
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NS);
      } catch (InterruptedException closing) {
        return;
      }
    }
  }

  private void awaitDecisions() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (undurable.isEmpty() && turned.isEmpty()) {
        decided.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void makeAllDurable() {
    boolean more = true;
    while (more) {
      more = makeDurable();
    }
  }

  /** Writes and shows what is decided; false when there was nothing. */
  private boolean makeDurable() {
    return makeDurable(UnaryOperator.identity());
  }

  private boolean makeDurable(UnaryOperator<RoutingMap.Builder> together) {
    return state.alone(
        () -> {
          List<Chain> chains = locked(() -> taken(undurable));
          Set<Integer> nodes = locked(() -> Set.copyOf(taken(turned)));
          if (chains.isEmpty() && nodes.isEmpty()) {
            return false;
          }
          try {
            state.change(chains.stream().map(ChainMessages::message).toList(), nodes, together);
          } catch (RuntimeException failure) {
            locked(
                () -> {
                  chains.forEach(membership::onPersistFailed);
                  turned.addAll(nodes);
                  return null;
                });
            throw failure;
          }
          chains.forEach(chain -> LOG.info("{}", chain));
          locked(
              () -> {
                chains.forEach(membership::onPersisted);
                chains.forEach(chain -> times.onChain(chain, nanoClock.getAsLong()));
                return null;
              });
          return true;
        });
  }

  private static <T> List<T> taken(Collection<T> from) {
    List<T> all = List.copyOf(from);
    from.clear();
    return all;
  }

  private static List<Chain> chains(RoutingMap map) {
    return map.getChainsList().stream().map(ChainMessages::chain).toList();
  }

  private static List<StoredNode> nodes(RoutingMap map) {
    Map<Integer, List<Long>> targets =
        map.getTargetsList().stream()
            .collect(
                Collectors.groupingBy(
                    Target::getNodeId, Collectors.mapping(Target::getId, Collectors.toList())));
    return map.getNodesList().stream()
        .map(
            node ->
                new StoredNode(
                    node.getId(),
                    node.getIncarnation(),
                    targets.getOrDefault(node.getId(), List.of()),
                    node.getDisabled(),
                    node.getStoppedIncarnation()))
        .toList();
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      T result = action.get();
      if (!undurable.isEmpty() || !turned.isEmpty()) {
        decided.signalAll();
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    state.close();
    ticker.interrupt();
    writer.interrupt();
  }

  /** Called with the lock. */
  private final class Effects implements MembershipEffects {

    @Override
    public void persist(Chain next) {
      undurable.add(next);
    }

    @Override
    public void probe(int nodeId) {
      Thread.ofVirtual().name("probe-" + nodeId).start(() -> look(nodeId));
    }

    private void look(int nodeId) {
      Node node = state.node(nodeId);
      ProbeOutcome outcome =
          node == null
              ? ProbeOutcome.TIMEOUT
              : prober.probe(new HostPort(node.getHost(), node.getPort()));
      LOG.debug("probe of node {}: {}", nodeId, outcome);
      locked(
          () -> {
            membership.onProbe(nodeId, StoredNode.NO_INCARNATION, outcome, nanoClock.getAsLong());
            noteLife(nodeId);
            return null;
          });
    }
  }
}
