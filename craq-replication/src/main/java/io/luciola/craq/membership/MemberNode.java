package io.luciola.craq.membership;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What is known of one node: which process it is, when it was heard, and whether it is probed. */
final class MemberNode {

  private enum Life {
    /** Not heard since this cluster manager became the primary. */
    UNKNOWN,
    ALIVE,
    DEAD
  }

  /** A process that was replaced is dead; more late messages than of the last few do not exist. */
  private static final int MAX_RETIRED = 16;

  final int nodeId;
  final List<HeldTarget> targets = new ArrayList<>();
  private final Deque<Long> retired = new ArrayDeque<>();
  private long incarnation;
  private long lastSequence;
  private long stoppedIncarnation = StoredNode.NO_INCARNATION;
  private boolean disabled;
  private Life life = Life.UNKNOWN;
  private long heardNs;
  private boolean suspected;
  private boolean probing;
  private boolean everProbed;
  private long probeBeganNs;
  private boolean heardSinceProbeBegan;

  MemberNode(int nodeId, long incarnation) {
    this.nodeId = nodeId;
    this.incarnation = incarnation;
  }

  boolean isAlive() {
    return life == Life.ALIVE;
  }

  boolean isDead() {
    return life == Life.DEAD;
  }

  boolean isRetired(long candidate) {
    return retired.contains(candidate);
  }

  /** Whether a process is another one than the one that is known. */
  boolean isReplacedBy(long candidate) {
    return incarnation != StoredNode.NO_INCARNATION && candidate != incarnation;
  }

  void adopt(long newIncarnation) {
    if (newIncarnation != incarnation) {
      incarnation = newIncarnation;
      lastSequence = 0;
      barTargets();
    }
  }

  /** Whether the process has said something later already; takes note of what it says now. */
  boolean isOvertaken(long process, long sequence) {
    if (process != incarnation) {
      return false;
    }
    if (sequence <= lastSequence) {
      return true;
    }
    lastSequence = sequence;
    return false;
  }

  void hold(HeldTarget target) {
    if (!targets.contains(target)) {
      targets.add(target);
      target.barWithNode(isBarred());
    }
  }

  /** Whether an operator does not want the node to be counted on. */
  void disable(boolean nowDisabled) {
    disabled = nowDisabled;
    barTargets();
  }

  /** This process is not to be counted on any more; the next one is. */
  void stop(long processIncarnation) {
    stoppedIncarnation = processIncarnation;
    barTargets();
  }

  private void barTargets() {
    targets.forEach(target -> target.barWithNode(isBarred()));
  }

  private boolean isBarred() {
    return disabled
        || (incarnation != StoredNode.NO_INCARNATION && incarnation == stoppedIncarnation);
  }

  /** Nothing that this process says counts any more. */
  void retire() {
    if (incarnation == StoredNode.NO_INCARNATION) {
      return;
    }
    retired.addLast(incarnation);
    if (retired.size() > MAX_RETIRED) {
      retired.removeFirst();
    }
    incarnation = StoredNode.NO_INCARNATION;
  }

  void heard(long nowNs) {
    life = Life.ALIVE;
    heardNs = nowNs;
    suspected = false;
    heardSinceProbeBegan = true;
  }

  /** Takes a moment as the last one the node was heard, without its having said anything. */
  void assumeHeard(long nowNs) {
    heardNs = nowNs;
  }

  void dies() {
    life = Life.DEAD;
    suspected = false;
  }

  boolean isSilent(long nowNs, long timeoutNs) {
    return nowNs - heardNs >= timeoutNs;
  }

  void suspect() {
    suspected = true;
  }

  /** Whether a probe is to begin now; then it has begun. */
  boolean beginProbe(long nowNs, long intervalNs) {
    if (!suspected || probing || (everProbed && nowNs - probeBeganNs < intervalNs)) {
      return false;
    }
    suspected = false;
    probing = true;
    everProbed = true;
    probeBeganNs = nowNs;
    heardSinceProbeBegan = false;
    return true;
  }

  /** False when no probe is under way. */
  boolean endProbe() {
    boolean was = probing;
    probing = false;
    return was;
  }

  boolean heardSinceProbeBegan() {
    return heardSinceProbeBegan;
  }
}
