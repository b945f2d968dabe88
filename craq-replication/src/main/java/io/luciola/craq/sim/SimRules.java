package io.luciola.craq.sim;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.craq.ChainReplica;
import io.luciola.craq.NodeLease;
import io.luciola.craq.ReplicaEffects;
import io.luciola.craq.ReplicaOptions;
import io.luciola.craq.membership.ClusterMembership;
import io.luciola.craq.membership.MembershipEffects;
import io.luciola.craq.membership.MembershipOptions;

/**
 * What the simulated world does by the rules. These are the rules of production; whoever wants to
 * see a rule broken overrides its method.
 */
public class SimRules {

  /** The rules as they are. */
  public SimRules() {}

  /** The replica of a target. */
  protected ChainReplica replica(
      long targetId, ReplicaEffects effects, ReplicaOptions options, NodeLease lease) {
    return new ChainReplica(targetId, effects, options, lease);
  }

  /** The cluster manager's decisions for a term. */
  protected ClusterMembership membership(MembershipOptions options, MembershipEffects effects) {
    return new ClusterMembership(options, effects);
  }

  /** A new process's lease. */
  protected NodeLease lease() {
    return new NodeLease();
  }

  /** Whether Mgmtd grants a node a lease. */
  protected boolean grantsLease(ClusterMembership membership, int nodeId) {
    return membership.mayServe(nodeId);
  }

  /** From when a lease counts. */
  protected long leaseBeginNs(long heartbeatSentNs, long answeredNs) {
    return heartbeatSentNs;
  }

  /** What a node says of its target. */
  protected LocalTargetState reportedState(ChainReplica replica) {
    return replica.localState();
  }

  /** Under which version of the chain a node says it. */
  protected int reportedVersion(ChainReplica replica, Chain newest) {
    return replica.chainVersion();
  }

  /** A node stops with a target, since Mgmtd wants it out. */
  protected void withdraw(ChainReplica replica) {
    replica.withdraw();
  }

  /** Whether a disk that failed is opened anew while its target has this state in the chain. */
  protected boolean mayBeOpenedAnew(PublicTargetState state) {
    return state == PublicTargetState.OFFLINE || state == PublicTargetState.LASTSRV;
  }

  /** Whether what a target's replica knew before its disk failed counts afterwards. */
  protected boolean keepsReplicaOfFailedDisk() {
    return false;
  }

  /** Whether a lease that was granted before a disk was opened anew counts for what is on it. */
  protected boolean leaseOutlivesDisk() {
    return false;
  }

  /** Whether it is durable with the chain which node has a target that is new in it. */
  protected boolean storesHolders() {
    return true;
  }

  /** Whether a prepare is durable when it is said to be done. */
  protected boolean preparesAreDurable() {
    return true;
  }

  /** Whether a target keeps at its start what was pending at its end. */
  protected boolean keepsPending() {
    return true;
  }

  /** Whether a target that is refilled tells which chunks differ. */
  protected boolean comparesChunks() {
    return true;
  }

  /** Whether a target that is refilled tells which chunks it has. */
  protected boolean listsChunks() {
    return true;
  }

  /** Whether nothing of a predecessor's earlier connection is heard after its later one began. */
  protected boolean hearsOnlyNewestConnection() {
    return true;
  }

  /** Whether a primary stops to grant leases when its own has run out. */
  protected boolean primaryHeedsItsLease() {
    return true;
  }

  /** Durable records that a disk loses in a crash. */
  protected boolean losesDurableRecords() {
    return false;
  }

  /** Whether an engine notices that what it reads is damaged. */
  protected boolean detectsDamage() {
    return true;
  }

  /** Whether clients mark what they send again. */
  protected boolean clientsMarkRepeats() {
    return true;
  }

  /** The mode in which a read is sent that is to be judged as one of a certain mode. */
  protected int sentMode(int mode) {
    return mode;
  }
}
