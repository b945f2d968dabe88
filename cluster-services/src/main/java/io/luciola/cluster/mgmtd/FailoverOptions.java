package io.luciola.cluster.mgmtd;

import io.luciola.craq.membership.MembershipOptions;

/**
 * How Mgmtd deals with nodes that die.
 *
 * @param membership how patient it is
 */
record FailoverOptions(MembershipOptions membership) {

  private static final int HEARTBEATS_PER_TIMEOUT = 10;
  private static final int TICKS_PER_TIMEOUT = 20;

  /** When nodes are to send heartbeats. */
  long heartbeatIntervalNs() {
    return membership.failureTimeoutNs() / HEARTBEATS_PER_TIMEOUT;
  }

  /** How often it is looked who is silent. */
  long tickNs() {
    return membership.failureTimeoutNs() / TICKS_PER_TIMEOUT;
  }
}
