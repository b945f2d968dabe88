package io.luciola.cluster.mgmtd;

import io.luciola.craq.membership.MembershipOptions;

/**
 * The failure timeout while it may change: the one by which nodes are granted leases, and the one
 * by which their silence is judged, which must not be shorter than any by which somebody may still
 * hold a lease. That bound is durable, so that the next primary knows what this one granted: a
 * longer timeout is made durable before anybody gets a lease by it; a shorter one counts for leases
 * at once, and for judging when the longer one has passed since the last lease by it.
 *
 * <p>For one thread at a time.
 */
final class FailureTimeout {

  private static final int HEARTBEATS_PER_TIMEOUT = 10;
  private static final int TICKS_PER_TIMEOUT = 20;

  private long grantedNs;
  private long judgedNs;
  private long lowerAtNs;

  /**
   * Begins a term.
   *
   * @param boundNs what is durable: not below the timeout, nor below any that was granted before
   */
  FailureTimeout(long boundNs, long timeoutNs, long nowNs) {
    this.judgedNs = boundNs;
    set(timeoutNs, nowNs);
  }

  /** What has to be durable before leases are granted by a timeout. */
  long boundFor(long timeoutNs) {
    return Math.max(judgedNs, timeoutNs);
  }

  /** Grants leases by another timeout from now on; {@link #boundFor} it is durable. */
  void set(long timeoutNs, long nowNs) {
    judgedNs = boundFor(timeoutNs);
    if (timeoutNs != grantedNs) {
      grantedNs = timeoutNs;
      lowerAtNs = nowNs + judgedNs;
    }
  }

  /** Whether the leases by a longer timeout have ended and silence may be judged by this one. */
  boolean isLowerDue(long nowNs) {
    return judgedNs > grantedNs && nowNs - lowerAtNs >= 0;
  }

  /** Judges by the timeout of the leases from now on, which is durable. */
  void lower() {
    judgedNs = grantedNs;
  }

  /** By which nodes are granted leases. */
  long grantedNs() {
    return grantedNs;
  }

  /** By which silence is judged. */
  long judgedNs() {
    return judgedNs;
  }

  /** How long a node may serve after the sending of an answered heartbeat. */
  long leaseNs() {
    return MembershipOptions.leaseNs(grantedNs);
  }

  /** When nodes are to send heartbeats. */
  long heartbeatIntervalNs() {
    return grantedNs / HEARTBEATS_PER_TIMEOUT;
  }

  /** How often it is looked who is silent. */
  long tickNs() {
    return grantedNs / TICKS_PER_TIMEOUT;
  }
}
