package io.luciola.craq;

import org.jspecify.annotations.Nullable;

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

  /** Without which this one does not hold; null for a node's. */
  private final @Nullable NodeLease whole;

  private long untilNs = Long.MIN_VALUE;
  private boolean revoked;

  /** A lease of a node, which nobody has granted yet. */
  public NodeLease() {
    this(null);
  }

  private NodeLease(@Nullable NodeLease whole) {
    this.whole = whole;
  }

  /** A lease that never ends, where membership is fixed. */
  public static NodeLease unlimited() {
    NodeLease lease = new NodeLease();
    lease.extendTo(Long.MAX_VALUE);
    return lease;
  }

  /**
   * A lease for one replica of the node, which nobody has granted yet and which holds only as long
   * as the node's does: for a replica to which what was granted before does not apply.
   */
  public NodeLease part() {
    return new NodeLease(this);
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
    return nowNs < untilNs && !revoked && (whole == null || whole.holds(nowNs));
  }
}
