package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;

/**
 * What is known of one target. A target whose process or disk was lost stays lost until its chain
 * has been changed for it, even if it is back sooner: what it missed in between nobody knows.
 */
final class HeldTarget {

  final long targetId;
  private LocalTargetState reported = LocalTargetState.INVALID;
  private int reportedChainVersion;
  private long reportedNs;
  private boolean lost;
  private boolean withdrawn;
  private boolean nodeBarred;
  private boolean quarantined;

  HeldTarget(long targetId) {
    this.targetId = targetId;
  }

  void onReport(ReportedTarget report, long nowNs) {
    reported = report.state();
    reportedChainVersion = report.chainVersion();
    reportedNs = nowNs;
    lost |= reported == LocalTargetState.OFFLINE;
  }

  /**
   * Whether it was mentioned once and then not for too long, which was not noticed before. A node
   * that lives and has not said anything of it yet may still be opening its disks.
   */
  boolean fallsSilent(long nowNs, long timeoutNs) {
    boolean expected = reported == LocalTargetState.UPTODATE || reported == LocalTargetState.ONLINE;
    return expected && nowNs - reportedNs >= timeoutNs;
  }

  LocalTargetState reported() {
    return reported;
  }

  /** Its process or disk is gone, or may have been. */
  void lose() {
    lost = true;
    reported = LocalTargetState.OFFLINE;
    reportedChainVersion = 0;
  }

  /** It is to stop to serve; when it says that it has, it is lost. */
  void withdraw() {
    withdrawn = true;
  }

  /** Whether its node's targets are to stay out of their chains until further notice. */
  void barWithNode(boolean from) {
    nodeBarred = from;
  }

  /** Whether it is to stay out of its chain, whatever its node does. */
  void quarantine(boolean from) {
    quarantined = from;
  }

  private boolean isBarred() {
    return nodeBarred || quarantined;
  }

  /** Whether its node is to be told to stop to serve with it. */
  boolean isWithdrawn() {
    return withdrawn || isBarred();
  }

  /** Whether it is on its way out of its chain, or lost. */
  boolean goesFrom(Chain chain) {
    return isWithdrawn() || isLostIn(chain);
  }

  /** Whether it was lost, and its chain still counts on it. */
  boolean isLostIn(Chain chain) {
    return lost && !isOut(chain);
  }

  /** What counts of the reports in a version of the chain. */
  LocalTargetState stateIn(Chain chain) {
    if (isLostIn(chain) || (isBarred() && !isWritten(chain))) {
      return LocalTargetState.OFFLINE;
    }
    return reported == LocalTargetState.UPTODATE && reportedChainVersion != chain.version()
        ? LocalTargetState.ONLINE
        : reported;
  }

  /** Takes note that the chain stands as it is now. */
  void onChain(Chain chain) {
    if (isOut(chain)) {
      lost = false;
      withdrawn = false;
    }
  }

  /** While it is, only its node can say that it has stopped. */
  private boolean isWritten(Chain chain) {
    return chain.isServing(targetId) || chain.isSyncing(targetId);
  }

  private boolean isOut(Chain chain) {
    for (ChainTarget target : chain.targets()) {
      if (target.targetId() == targetId) {
        return target.state() == PublicTargetState.OFFLINE
            || target.state() == PublicTargetState.LASTSRV;
      }
    }
    return true;
  }
}
