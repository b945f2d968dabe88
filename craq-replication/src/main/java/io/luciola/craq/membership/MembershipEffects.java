package io.luciola.craq.membership;

import io.luciola.chaintable.Chain;

/**
 * What the decisions do to the world; implemented by the driver. The methods take note and return;
 * they do not call {@link ClusterMembership} back before the call that caused them has returned.
 */
public interface MembershipEffects {

  /**
   * Makes the next version of a chain durable, fenced against other cluster managers, and then
   * shows it to everybody; ends in {@link ClusterMembership#onPersisted} or {@link
   * ClusterMembership#onPersistFailed}. At most one per chain is under way.
   */
  void persist(Chain next);

  /**
   * Tries to reach a node at every one of its addresses; ends in {@link ClusterMembership#onProbe}.
   * At most one per node is under way.
   */
  void probe(int nodeId);
}
