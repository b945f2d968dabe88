package io.luciola.craq;

/**
 * Until when a node's replicas may serve without word from Mgmtd. Shared by all replicas of a node,
 * and for the thread that drives them.
 *
 * <p>Mgmtd replaces a node's replicas when it has heard nothing for a time; the lease is shorter,
 * and counts from the <em>sending</em> of the last heartbeat that was answered. So it is over
 * before anybody else serves (Gray and Cheriton, <i>Leases</i>, SOSP 1989), as long as no two
 * clocks differ in speed by half: the lease is two thirds of that time.
 */
public final class NodeLease {

  private long untilNs = Long.MIN_VALUE;
  private boolean revoked;

  /** A lease that never ends, where membership is fixed. */
  public static NodeLease unlimited() {
    NodeLease lease = new NodeLease();
    lease.extendTo(Long.MAX_VALUE);
    return lease;
  }

  /** Extends the lease; an earlier end than the present one changes nothing. */
  public void extendTo(long timeNs) {
    untilNs = Math.max(untilNs, timeNs);
  }

  /** Ends the lease for good: the node is being stopped. */
  public void revoke() {
    revoked = true;
  }

  /** Whether replicas may serve at a time. */
  public boolean holds(long nowNs) {
    return nowNs < untilNs && !revoked;
  }
}
