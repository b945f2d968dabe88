package io.luciola.craq.membership;

import static io.luciola.chaintable.LocalTargetState.OFFLINE;
import static io.luciola.chaintable.LocalTargetState.ONLINE;
import static io.luciola.chaintable.LocalTargetState.UPTODATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chain 1 has the targets 10, 20, 30 on the nodes 1, 2, 3. Times are in units of a millisecond. */
class ClusterMembershipTest {

  private static final long T = 2_000;
  private static final long START = 1_000_000;

  private final RecordingEffects effects = new RecordingEffects();
  private final ClusterMembership membership =
      new ClusterMembership(new MembershipOptions(T, 100), effects);
  private long now = START;

  @BeforeEach
  void becomePrimary() {
    List<ChainTarget> targets =
        IntStream.rangeClosed(1, 3)
            .mapToObj(node -> new ChainTarget(10L * node, PublicTargetState.SERVING))
            .toList();
    List<StoredNode> nodes =
        IntStream.rangeClosed(1, 3)
            .mapToObj(node -> new StoredNode(node, 100 + node, List.of(10L * node)))
            .toList();
    membership.onBecamePrimary(now, List.of(new Chain(1, 1, targets)), nodes);
  }

  @Test
  void aSilentNodeIsOutAfterTheTimeoutAndNotBefore() {
    beatAll();
    pass(T - 1);
    beat(1);
    beat(3);
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    pass(1);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
    assertFalse(membership.isAlive(2));
    assertTrue(membership.isAlive(1));
  }

  @Test
  void nobodyIsJudgedBeforeANewPrimaryHasListenedLongEnough() {
    pass(T - 1);
    membership.onSuspicion(2, now);
    probed(2, ProbeOutcome.REFUSED, 0);
    tick();
    assertEquals(List.of(), List.copyOf(effects.persists));
    beat(1);
    pass(1);
    assertChain(2, "10 SERVING, 20 OFFLINE, 30 OFFLINE");
  }

  @Test
  void nobodyIsJudgedForTheTimeThatTheClusterManagerItselfStoodStill() {
    settleIn();
    now += 10 * T;
    tick();
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    pass(T - 1);
    beat(1);
    beat(2);
    pass(1);
    assertChain(2, "10 SERVING, 20 SERVING, 30 OFFLINE");
  }

  @Test
  void aDeadProcessIsOutAtOnceWhenNobodyListensAnyMore() {
    settleIn();
    now += 10;
    membership.onSuspicion(2, now);
    probed(2, ProbeOutcome.REFUSED, 0);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
  }

  @Test
  void aRefusalDoesNotCountWhenTheNodeWasHeardSinceTheProbeBegan() {
    settleIn();
    membership.onSuspicion(2, now);
    beat(2);
    probed(2, ProbeOutcome.REFUSED, 0);
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    now += 100;
    tick();
    probed(2, ProbeOutcome.REFUSED, 0);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
  }

  @Test
  void aNodeThatAnswersOrIsOnlySlowToAnswerStays() {
    settleIn();
    for (ProbeOutcome outcome : List.of(ProbeOutcome.ANSWERED, ProbeOutcome.TIMEOUT)) {
      now += 100;
      membership.onSuspicion(2, now);
      probed(2, outcome, outcome == ProbeOutcome.ANSWERED ? 102 : 0);
    }
    assertTrue(effects.persists.isEmpty());
    assertTrue(membership.isAlive(2));
  }

  @Test
  void probesOfANodeComeOneAtATimeAndNotTooOften() {
    settleIn();
    for (int i = 0; i < 10; i++) {
      membership.onSuspicion(2, now);
    }
    membership.onSuspicion(3, now);
    membership.onSuspicion(77, now);
    assertEquals(List.of(2, 3), List.copyOf(effects.probes));
    effects.probes.clear();
    now += 1_000;
    membership.onSuspicion(2, now);
    assertTrue(effects.probes.isEmpty(), "one is under way");
    membership.onProbe(2, 102, ProbeOutcome.ANSWERED, now);
    assertEquals(List.of(2), List.copyOf(effects.probes), "the later suspicion is looked into");
    effects.probes.clear();
    membership.onProbe(2, 102, ProbeOutcome.ANSWERED, now);
    membership.onSuspicion(2, now + 99);
    membership.onTick(now + 99);
    assertTrue(effects.probes.isEmpty(), "too soon");
    membership.onTick(now + 100);
    assertEquals(List.of(2), List.copyOf(effects.probes));
  }

  @Test
  void anAnswerOfAnotherProcessProvesThatTheOldOneIsDead() {
    settleIn();
    membership.onSuspicion(2, now);
    probed(2, ProbeOutcome.ANSWERED, 999);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
    assertFalse(membership.onHeartbeat(2, 102, List.of(), now), "the old one is heard no more");
    assertTrue(membership.onHeartbeat(2, 999, List.of(), now));
  }

  @Test
  void aRestartedNodeIsRefilledEvenIfItIsBackBeforeAnybodyMissedIt() {
    settleIn();
    now += 50;
    beat(2, 555, UPTODATE, 1);
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
    assertFalse(membership.onHeartbeat(2, 102, List.of(), now), "the process before it");
    beat(2, 555, UPTODATE, 2);
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
    beat(2, 555, UPTODATE, 3);
    assertChain(4, "10 SERVING, 30 SERVING, 20 SERVING");
  }

  @Test
  void aFailedDiskIsOutWithTheReport() {
    settleIn();
    beat(1, 101, OFFLINE, 1);
    assertChain(2, "20 SERVING, 30 SERVING, 10 OFFLINE");
    assertTrue(membership.isAlive(1));
  }

  @Test
  void aProcessThatSaysNothingOfItsTargetsLeavesThemAsTheyAre() {
    settleIn();
    beat(2, 102, OFFLINE, 1);
    beat(2, 102, ONLINE, 2);
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
    for (int node = 1; node <= 3; node++) {
      assertTrue(membership.onHeartbeat(node, 100 + node, List.of(), now));
      assertTrue(membership.isSettled(node));
      assertTrue(membership.mayServe(node));
    }
    settleAll();
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
    assertEquals(ONLINE, membership.localState(20));
  }

  @Test
  void aNodeThatLeavesIsOutAtOnceAndStaysOut() {
    settleIn();
    membership.onLeaving(3);
    settleAll();
    assertChain(2, "10 SERVING, 20 SERVING, 30 OFFLINE");
    assertFalse(membership.onHeartbeat(3, 103, List.of(), now), "a late message");
    assertTrue(membership.isRetired(3, 103));
    beat(3, 104, ONLINE, 0);
    assertChain(3, "10 SERVING, 20 SERVING, 30 SYNCING");
  }

  @Test
  void aTargetThatItsNodeSaysNothingOfIsOutAfterTheTimeout() {
    beatAll();
    for (int i = 0; i < 20; i++) {
      pass(T / 10);
      beat(1);
      beat(2);
      membership.onHeartbeat(3, 103, List.of(), now);
    }
    assertChain(2, "10 SERVING, 20 SERVING, 30 OFFLINE");
    assertTrue(membership.isAlive(3));
  }

  @Test
  void nothingIsKnownToEverybodyBeforeItIsDurable() {
    settleIn();
    membership.onLeaving(3);
    Chain next = effects.persists.remove();
    assertEquals(1, membership.chain(1).version());
    membership.onLeaving(2);
    tickOnly();
    assertTrue(effects.persists.isEmpty(), "one change of a chain at a time");
    membership.onPersisted(next);
    assertEquals(2, membership.chain(1).version());
    assertEquals(3, effects.persists.getFirst().version());
    settleAll();
    assertChain(3, "10 SERVING, 20 OFFLINE, 30 OFFLINE");
  }

  @Test
  void whatCouldNotBeMadeDurableIsDecidedAnew() {
    settleIn();
    membership.onLeaving(3);
    Chain next = effects.persists.remove();
    membership.onPersistFailed(next);
    assertTrue(effects.persists.isEmpty());
    tickOnly();
    assertEquals(next, effects.persists.getFirst());
    settleAll();
    assertChain(2, "10 SERVING, 20 SERVING, 30 OFFLINE");
  }

  @Test
  void aLossWhileAReturnIsBeingMadeDurableIsNotForgotten() {
    settleIn();
    membership.onLeaving(3);
    settleAll();
    membership.onHeartbeat(3, 200, List.of(new ReportedTarget(30, ONLINE, 2)), now);
    Chain syncing = effects.persists.remove();
    membership.onHeartbeat(3, 201, List.of(new ReportedTarget(30, ONLINE, 2)), now);
    membership.onPersisted(syncing);
    assertEquals(4, effects.persists.getFirst().version());
    settleAll();
    assertChain(5, "10 SERVING, 20 SERVING, 30 SYNCING");
  }

  @Test
  void whoIsLostWhileItsReturnIsBeingMadeDurableGetsNoLease() {
    settleIn();
    pass(T);
    membership.onHeartbeat(3, 300, List.of(new ReportedTarget(30, ONLINE, 2)), now);
    assertTrue(membership.mayServe(3));
    Chain serving = effects.persists.remove();
    membership.onHeartbeat(3, 300, List.of(new ReportedTarget(30, OFFLINE, 2)), now);
    assertFalse(membership.mayServe(3));
    membership.onPersisted(serving);
    assertFalse(membership.mayServe(3));
    settleAll();
    assertChain(4, "30 LASTSRV, 10 OFFLINE, 20 OFFLINE");
  }

  @Test
  void anyOfTheLastOnesServesFirst() {
    settleIn();
    pass(T);
    assertChain(2, "10 LASTSRV, 20 LASTSRV, 30 LASTSRV");
    beat(3, 300, ONLINE, 1);
    assertChain(3, "30 SERVING, 10 OFFLINE, 20 OFFLINE");
  }

  @Test
  void aTargetTakenOfflineByHandIsRefilled() {
    settleIn();
    membership.onTakenOffline(10);
    settleAll();
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    assertEquals(List.of(10L), membership.withdrawnTargets(1));
    assertEquals(List.of(), membership.withdrawnTargets(2));
    beat(1, 101, OFFLINE, 1);
    assertEquals(List.of(), membership.withdrawnTargets(1));
    assertChain(2, "20 SERVING, 30 SERVING, 10 OFFLINE");
    beat(1);
    assertChain(3, "20 SERVING, 30 SERVING, 10 SYNCING");
  }

  @Test
  void aLastServingTargetIsGivenUpOnlyByHandAndOnlyWhereNoneServes() {
    settleIn();
    assertThrows(IllegalStateException.class, () -> membership.onLastServingGivenUp(1));
    assertThrows(IllegalArgumentException.class, () -> membership.onLastServingGivenUp(2));
    membership.onLeaving(1);
    settleAll();
    membership.onLeaving(2);
    settleAll();
    membership.onLeaving(3);
    settleAll();
    assertChain(4, "30 LASTSRV, 20 OFFLINE, 10 OFFLINE");
    membership.onLastServingGivenUp(1);
    settleAll();
    assertChain(5, "20 LASTSRV, 10 OFFLINE, 30 OFFLINE");
    beat(2, 400, ONLINE, 0);
    assertChain(6, "20 SERVING, 10 OFFLINE, 30 OFFLINE");
  }

  @Test
  void aDisabledNodeGoesWhenItHasStoppedAndStaysOutUntilItIsEnabled() {
    settleIn();
    assertEquals(List.of(), membership.chainsServedOnlyBy(2));
    membership.onNodeDisabled(2);
    settleAll();
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    assertEquals(List.of(20L), membership.withdrawnTargets(2));
    beat(2, 102, OFFLINE, 1);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
    beat(2, 102, ONLINE, 2);
    beat(2, 202, ONLINE, 2);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
    membership.onNodeEnabled(2);
    settleAll();
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
  }

  @Test
  void aHeartbeatThatWasOvertakenIsToldFromTheOthers() {
    settleIn();
    assertFalse(membership.isOvertaken(2, 102, 1));
    assertFalse(membership.isOvertaken(2, 102, 3));
    assertTrue(membership.isOvertaken(2, 102, 2));
    assertTrue(membership.isOvertaken(2, 102, 3));
    assertFalse(membership.isOvertaken(2, 102, 4));
    beat(2, 202, ONLINE, 1);
    assertFalse(membership.isOvertaken(2, 202, 1), "another process begins anew");
    assertFalse(membership.isOvertaken(9, 1, 1), "nobody knows it");
  }

  @Test
  void aTargetThatDiffersStaysOutAsItIsUntilItIsReleased() {
    settleIn();
    membership.onTargetQuarantined(20);
    assertEquals(List.of(20L), membership.withdrawnTargets(2));
    beat(2, 102, OFFLINE, 1);
    beat(2, 102, ONLINE, 2);
    beat(2, 202, ONLINE, 2);
    assertChain(2, "10 SERVING, 30 SERVING, 20 OFFLINE");
    membership.onTargetReleased(20);
    settleAll();
    assertChain(3, "10 SERVING, 30 SERVING, 20 SYNCING");
  }

  @Test
  void aNodeIsStillDisabledUnderTheNextPrimary() {
    membership.onBecamePrimary(
        now,
        List.of(membership.chain(1)),
        List.of(
            new StoredNode(1, 101, List.of(10L)),
            new StoredNode(2, 102, List.of(20L), true, StoredNode.NO_INCARNATION),
            new StoredNode(3, 103, List.of(30L), false, 103)));
    assertEquals(List.of(20L), membership.withdrawnTargets(2));
    assertEquals(List.of(30L), membership.withdrawnTargets(3));
    assertEquals(List.of(1), membership.chainsServedOnlyBy(1));
  }

  @Test
  void targetsThatAreAskedToGoTogetherGoTogetherAndStayOutUntilTheNextProcess() {
    settleIn();
    for (int node = 1; node <= 3; node++) {
      membership.onNodeStopped(node, 100 + node);
    }
    settleAll();
    beat(1, 101, OFFLINE, 1);
    membership.onLeaving(2);
    settleAll();
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
    beat(3, 103, OFFLINE, 1);
    assertChain(2, "10 LASTSRV, 20 LASTSRV, 30 LASTSRV");
    beat(1, 101, ONLINE, 2);
    beat(3, 103, ONLINE, 2);
    assertChain(2, "10 LASTSRV, 20 LASTSRV, 30 LASTSRV");
    beat(2, 202, ONLINE, 2);
    assertChain(3, "20 SERVING, 10 OFFLINE, 30 OFFLINE");
    beat(1, 201, ONLINE, 3);
    assertChain(4, "20 SERVING, 10 SYNCING, 30 OFFLINE");
  }

  @Test
  void aWaitingTargetOfADisabledNodeIsNotRefilled() {
    settleIn();
    membership.onLeaving(2);
    membership.onLeaving(3);
    settleAll();
    beat(3, 203, ONLINE, 2);
    beat(2, 202, ONLINE, 3);
    assertChain(5, "10 SERVING, 30 SYNCING, 20 WAITING");
    membership.onNodeDisabled(2);
    settleAll();
    assertChain(6, "10 SERVING, 30 SYNCING, 20 OFFLINE");
  }

  @Test
  void aChainComesIntoThePreferredOrderOneTargetAtATime() {
    settleIn();
    assertThrows(IllegalArgumentException.class, () -> membership.onRotation(1, List.of(10L, 20L)));
    assertEquals(Chain.NO_TARGET, membership.onRotation(1, List.of(10L, 20L, 30L)));
    assertEquals(20L, membership.onRotation(1, List.of(10L, 30L, 20L)));
    assertEquals(List.of(20L), membership.withdrawnTargets(2));
    IllegalStateException moving =
        assertThrows(
            IllegalStateException.class, () -> membership.onRotation(1, List.of(30L, 10L, 20L)));
    assertTrue(moving.getMessage().contains("only while all its targets serve"));
  }

  @Test
  void aTargetIsRemovedOnlyWhenItIsOffAndComesBackOnlyByRefill() {
    settleIn();
    assertThrows(IllegalStateException.class, () -> membership.onTargetRemoved(1, 30));
    assertThrows(IllegalArgumentException.class, () -> membership.onTargetRemoved(1, 40));
    assertThrows(IllegalStateException.class, () -> membership.onTargetAdded(1, 20));
    assertThrows(IllegalArgumentException.class, () -> membership.onTargetAdded(1, 40));
    membership.onLeaving(3);
    settleAll();
    membership.onTargetRemoved(1, 30);
    assertThrows(IllegalStateException.class, () -> membership.onTargetRemoved(1, 30));
    settleAll();
    assertChain(3, "10 SERVING, 20 SERVING");
    beat(3, 203, ONLINE, 2);
    assertChain(3, "10 SERVING, 20 SERVING");
    membership.onTargetAdded(1, 30);
    settleAll();
    assertChain(5, "10 SERVING, 20 SERVING, 30 SYNCING");
    beat(3, 203, UPTODATE, 5);
    assertChain(6, "10 SERVING, 20 SERVING, 30 SERVING");
  }

  @Test
  void aLostTargetIsReplacedInOneStepAndTheNewOneIsRefilled() {
    settleIn();
    assertThrows(IllegalStateException.class, () -> membership.onTargetReplaced(1, 30, 3, 31));
    membership.onLeaving(3);
    settleAll();
    assertChain(2, "10 SERVING, 20 SERVING, 30 OFFLINE");
    assertThrows(IllegalArgumentException.class, () -> membership.onTargetReplaced(1, 30, 9, 31));
    assertThrows(IllegalArgumentException.class, () -> membership.onTargetReplaced(1, 40, 3, 31));
    assertThrows(IllegalStateException.class, () -> membership.onTargetReplaced(1, 30, 3, 20));
    membership.onTargetReplaced(1, 30, 3, 31);
    assertThrows(IllegalStateException.class, () -> membership.onTargetReplaced(1, 30, 3, 31));
    membership.onTargetForgotten(30);
    settleAll();
    assertChain(3, "10 SERVING, 20 SERVING, 31 OFFLINE");
    membership.onTargetForgotten(30);
    membership.onTargetForgotten(31);
    membership.onHeartbeat(3, 203, List.of(new ReportedTarget(31, ONLINE, 3)), now);
    settleAll();
    assertChain(4, "10 SERVING, 20 SERVING, 31 SYNCING");
    membership.onHeartbeat(3, 203, List.of(new ReportedTarget(31, UPTODATE, 4)), now);
    settleAll();
    assertChain(5, "10 SERVING, 20 SERVING, 31 SERVING");
    membership.onHeartbeat(3, 203, List.of(new ReportedTarget(30, OFFLINE, 4)), now);
    settleAll();
    assertChain(5, "10 SERVING, 20 SERVING, 31 SERVING");
  }

  @Test
  void theLastTargetThatHasTheDataIsNotReplaced() {
    settleIn();
    membership.onLeaving(3);
    settleAll();
    membership.onNodeStopped(1, 101);
    membership.onNodeStopped(2, 102);
    membership.onHeartbeat(1, 101, List.of(new ReportedTarget(10, OFFLINE, 2)), now);
    membership.onHeartbeat(2, 102, List.of(new ReportedTarget(20, OFFLINE, 2)), now);
    settleAll();
    assertChain(3, "10 LASTSRV, 20 LASTSRV, 30 OFFLINE");
    membership.onTargetReplaced(1, 10, 1, 11);
    settleAll();
    assertChain(4, "20 LASTSRV, 30 OFFLINE, 11 OFFLINE");
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> membership.onTargetReplaced(1, 20, 2, 21));
    assertTrue(refusal.getMessage().contains("the last one that has all"), refusal.getMessage());
  }

  private void settleIn() {
    for (int i = 0; i < 10; i++) {
      pass(T / 10);
      beatAll();
    }
    assertChain(1, "10 SERVING, 20 SERVING, 30 SERVING");
  }

  private void beatAll() {
    beat(1);
    beat(2);
    beat(3);
  }

  private void beat(int node) {
    beat(node, 100 + node, UPTODATE, membership.chain(1).version());
  }

  private void beat(int node, long incarnation, LocalTargetState state, int chainVersion) {
    assertTrue(
        membership.onHeartbeat(
            node, incarnation, List.of(new ReportedTarget(10L * node, state, chainVersion)), now));
    settleAll();
  }

  private void probed(int node, ProbeOutcome outcome, long incarnation) {
    assertEquals(node, effects.probes.remove());
    membership.onProbe(node, incarnation, outcome, now);
    settleAll();
  }

  private void pass(long time) {
    for (long end = now + time; now < end; ) {
      now = Math.min(end, now + 100);
      tick();
    }
  }

  private void tick() {
    tickOnly();
    settleAll();
  }

  private void tickOnly() {
    membership.onTick(now);
  }

  private void settleAll() {
    while (!effects.persists.isEmpty()) {
      membership.onPersisted(effects.persists.remove());
    }
  }

  private void assertChain(int version, String targets) {
    Chain chain = membership.chain(1);
    assertEquals(
        targets,
        chain.targets().stream()
            .map(target -> target.targetId() + " " + target.state())
            .collect(Collectors.joining(", ")));
    assertEquals(version, chain.version());
  }
}
