package io.luciola.craq.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A cluster whose nodes are killed, cut off, restarted and suspected at random. Nodes refill at
 * random and report honestly; suspicions, late messages and slow probes and stores are not honest.
 *
 * <p>A failure names its seed: {@code ./luciola test -Dtest=ClusterMembershipModelTest
 * -Dluciola.membership.seed=N} repeats it.
 */
class ClusterMembershipModelTest {

  private static final int NODES = 5;
  private static final int CHAINS = 10;
  private static final int REPLICAS = 3;
  private static final int STEPS = 4_000;
  private static final int SEEDS = 40;
  private static final long STEP = 10;
  private static final long T = 2_000;
  private static final long TICK = 100;
  private static final long BEAT = 200;

  private enum Life {
    HEALTHY,
    KILLED,
    CUT_OFF
  }

  private static final class Node {
    final int id;
    final List<Long> targets = new ArrayList<>();
    Life life = Life.HEALTHY;
    long incarnation;
    final Set<Long> withdrawn = new HashSet<>();
    long leaseUntilNs;
    long lastBeatNs;
    long nextBeatNs;

    Node(int id) {
      this.id = id;
    }
  }

  private record Probe(int nodeId, ProbeOutcome outcome, long incarnation, long endNs) {}

  private record Write(Chain chain, long endNs) {}

  private static final class Cluster implements MembershipEffects {
    final Random random;
    final ClusterMembership membership = new ClusterMembership(new MembershipOptions(T, 100), this);
    final List<Node> nodes = IntStream.range(0, NODES).mapToObj(i -> new Node(i + 1)).toList();
    final Map<Long, Integer> nodeOf = new HashMap<>();
    final Map<Integer, Chain> published = new HashMap<>();
    final List<Probe> probes = new ArrayList<>();
    final List<Write> writes = new ArrayList<>();

    /** Targets whose node was killed or cut off since they last left. */
    final Set<Long> causes = new HashSet<>();

    long now = 1_000_000;
    long primarySinceNs = now;
    long nextTickNs = now;
    int changes;

    Cluster(long seed) {
      random = new Random(seed);
      nodes.forEach(node -> node.incarnation = random.nextLong(1, Long.MAX_VALUE));
      for (int chain = 1; chain <= CHAINS; chain++) {
        List<ChainTarget> targets = new ArrayList<>();
        for (int replica = 0; replica < REPLICAS; replica++) {
          Node node = nodes.get((chain + replica) % NODES);
          long target = 100L * chain + replica + 1;
          targets.add(new ChainTarget(target, PublicTargetState.SERVING));
          node.targets.add(target);
          nodeOf.put(target, node.id);
        }
        published.put(chain, new Chain(chain, 1, targets));
      }
      becomePrimary();
    }

    void becomePrimary() {
      primarySinceNs = now;
      probes.clear();
      writes.clear();
      membership.onBecamePrimary(
          now,
          published.values().stream().toList(),
          nodes.stream()
              .map(node -> new StoredNode(node.id, node.incarnation, node.targets))
              .toList());
    }

    @Override
    public void persist(Chain next) {
      assertTrue(
          writes.stream().noneMatch(write -> write.chain().id() == next.id()),
          "two changes of a chain at a time");
      assertEquals(published.get(next.id()).version() + 1, next.version());
      writes.add(new Write(next, now + random.nextLong(30)));
    }

    @Override
    public void probe(int nodeId) {
      assertTrue(probes.stream().noneMatch(probe -> probe.nodeId() == nodeId), "two probes");
      Node node = node(nodeId);
      ProbeOutcome outcome =
          switch (node.life) {
            case HEALTHY -> ProbeOutcome.ANSWERED;
            case KILLED -> ProbeOutcome.REFUSED;
            case CUT_OFF -> ProbeOutcome.TIMEOUT;
          };
      long incarnation = node.life == Life.HEALTHY && random.nextBoolean() ? node.incarnation : 0;
      probes.add(new Probe(nodeId, outcome, incarnation, now + random.nextLong(300)));
    }

    Node node(int id) {
      return nodes.get(id - 1);
    }

    void step() {
      now += STEP;
      disturb();
      beat();
      if (now >= nextTickNs) {
        nextTickNs = now + TICK;
        membership.onTick(now);
      }
      endProbes();
      endWrites();
      check();
    }

    private void disturb() {
      for (Node node : nodes) {
        if (random.nextInt(20) == 0) {
          membership.onSuspicion(node.id, now);
        }
        if (random.nextInt(800) == 0) {
          turn(node);
        }
      }
      if (random.nextInt(500) == 0) {
        Node node = nodes.get(random.nextInt(NODES));
        long target = node.targets.get(random.nextInt(node.targets.size()));
        causes.add(target);
        membership.onTakenOffline(target);
      }
      if (random.nextInt(1_500) == 0) {
        becomePrimary();
      }
    }

    private void turn(Node node) {
      switch (node.life) {
        case HEALTHY -> {
          node.life = random.nextBoolean() ? Life.KILLED : Life.CUT_OFF;
          if (node.life == Life.KILLED) {
            node.leaseUntilNs = 0;
            node.withdrawn.clear();
          }
          causes.addAll(node.targets);
        }
        case KILLED -> {
          node.life = Life.HEALTHY;
          node.incarnation = random.nextLong(1, Long.MAX_VALUE);
        }
        case CUT_OFF -> node.life = Life.HEALTHY;
      }
      node.nextBeatNs = now;
    }

    private void beat() {
      for (Node node : nodes) {
        if (node.life == Life.HEALTHY && now >= node.nextBeatNs) {
          node.nextBeatNs = now + BEAT;
          node.lastBeatNs = now;
          List<ReportedTarget> reports = node.targets.stream().map(this::report).toList();
          assertTrue(membership.onHeartbeat(node.id, node.incarnation, reports, now));
          node.withdrawn.addAll(membership.withdrawnTargets(node.id));
          if (membership.mayServe(node.id)) {
            node.leaseUntilNs = now + new MembershipOptions(T, 100).leaseNs();
          }
        }
      }
    }

    /** Nodes sometimes know only an older version of the chain. */
    private ReportedTarget report(long targetId) {
      Chain chain = published.get((int) (targetId / 100));
      PublicTargetState state = state(chain, targetId);
      boolean complete =
          state == PublicTargetState.SERVING
              || (state == PublicTargetState.SYNCING && random.nextInt(5) == 0);
      if (node(nodeOf.get(targetId)).withdrawn.contains(targetId)) {
        return new ReportedTarget(targetId, LocalTargetState.OFFLINE, chain.version());
      }
      int behind = random.nextInt(10) == 0 && chain.version() > 1 ? 1 : 0;
      return new ReportedTarget(
          targetId,
          complete ? LocalTargetState.UPTODATE : LocalTargetState.ONLINE,
          chain.version() - behind);
    }

    private void endProbes() {
      for (Probe probe : List.copyOf(probes)) {
        if (probe.endNs() <= now) {
          probes.remove(probe);
          membership.onProbe(probe.nodeId(), probe.incarnation(), probe.outcome(), now);
        }
      }
    }

    private void endWrites() {
      for (Write write : List.copyOf(writes)) {
        if (write.endNs() > now) {
          continue;
        }
        writes.remove(write);
        if (random.nextInt(10) == 0) {
          membership.onPersistFailed(write.chain());
        } else {
          changes++;
          publish(write.chain());
          membership.onPersisted(write.chain());
        }
      }
    }

    private void publish(Chain next) {
      Chain before = published.put(next.id(), next);
      assertNotEquals(before.targets(), next.targets(), "a change that changes nothing");
      for (ChainTarget target : before.targets()) {
        boolean leaves =
            target.state() == PublicTargetState.SERVING
                && state(next, target.targetId()) != PublicTargetState.SERVING;
        assertTrue(
            !leaves || causes.contains(target.targetId()),
            () -> target.targetId() + " leaves without a cause: " + before + " -> " + next);
        if (leaves) {
          causes.remove(target.targetId());
          assertServesNoMore(target.targetId());
        }
        if (isOut(next, target.targetId())) {
          node(nodeOf.get(target.targetId())).withdrawn.remove(target.targetId());
        }
      }
      checkOrder(next);
    }

    private void assertServesNoMore(long targetId) {
      Node node = node(nodeOf.get(targetId));
      assertTrue(
          node.leaseUntilNs <= now || node.withdrawn.contains(targetId),
          () -> targetId + " is out while its node has a lease");
    }

    private static boolean isOut(Chain chain, long targetId) {
      PublicTargetState state = state(chain, targetId);
      return state == PublicTargetState.OFFLINE || state == PublicTargetState.LASTSRV;
    }

    private void checkOrder(Chain chain) {
      List<PublicTargetState> states = chain.targets().stream().map(ChainTarget::state).toList();
      List<PublicTargetState> order =
          List.of(
              PublicTargetState.SERVING,
              PublicTargetState.LASTSRV,
              PublicTargetState.SYNCING,
              PublicTargetState.WAITING,
              PublicTargetState.OFFLINE);
      for (int i = 1; i < states.size(); i++) {
        assertTrue(
            order.indexOf(states.get(i - 1)) <= order.indexOf(states.get(i)),
            () -> "order of " + chain);
      }
      boolean serves = states.contains(PublicTargetState.SERVING);
      assertTrue(!serves || !states.contains(PublicTargetState.LASTSRV), () -> "" + chain);
      assertTrue(serves || !states.contains(PublicTargetState.SYNCING), () -> "" + chain);
      assertTrue(serves || states.contains(PublicTargetState.LASTSRV), () -> "" + chain);
      assertTrue(
          states.stream().filter(state -> state == PublicTargetState.SYNCING).count() <= 1,
          () -> "" + chain);
    }

    /** Long enough for the timeout, a tick, and two slow writes of which one failed. */
    private void check() {
      long limit = T + TICK + 2 * (30 + TICK) + 4 * STEP + 10 * TICK;
      for (Node node : nodes) {
        boolean longDead =
            node.life != Life.HEALTHY
                && now - node.lastBeatNs > limit
                && now - primarySinceNs > limit;
        if (!longDead) {
          continue;
        }
        for (long target : node.targets) {
          PublicTargetState state = state(published.get((int) (target / 100)), target);
          assertTrue(
              isOut(published.get((int) (target / 100)), target),
              () -> "node " + node.id + " is dead, and " + target + " still " + state);
        }
      }
    }

    private static PublicTargetState state(Chain chain, long targetId) {
      return chain.targets().stream()
          .filter(target -> target.targetId() == targetId)
          .findFirst()
          .orElseThrow()
          .state();
    }

    private void assertHeals() {
      for (Node node : nodes) {
        if (node.life != Life.HEALTHY) {
          turn(node);
        }
      }
      for (int i = 0; i < 5_000; i++) {
        now += STEP;
        beat();
        membership.onTick(now);
        endProbes();
        endWrites();
      }
      published.values().forEach(Cluster::assertWhole);
    }

    private static void assertWhole(Chain chain) {
      assertTrue(
          chain.targets().stream().allMatch(target -> target.state() == PublicTargetState.SERVING),
          () -> "not whole when all live: " + chain);
    }
  }

  @Test
  void nobodyLeavesWithoutACauseAndTheDeadDoNotStay() {
    Long only = Long.getLong("luciola.membership.seed");
    int changes = 0;
    long begin = only == null ? 0 : only;
    long end = only == null ? SEEDS : only + 1;
    for (long seed = begin; seed < end; seed++) {
      changes += run(seed);
    }
    assertTrue(changes > 0);
  }

  private int run(long seed) {
    Cluster cluster = new Cluster(seed);
    try {
      for (int i = 0; i < STEPS; i++) {
        cluster.step();
      }
      cluster.assertHeals();
      return cluster.changes;
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "repeat: ./luciola test -Dtest=ClusterMembershipModelTest -Dluciola.membership.seed="
              + seed,
          failure);
    }
  }
}
