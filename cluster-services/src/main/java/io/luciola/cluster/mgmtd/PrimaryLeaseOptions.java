package io.luciola.cluster.mgmtd;

import java.time.Duration;

/**
 * How the primary is found.
 *
 * @param duration how long the primary may act after the sending of its last successful renewal,
 *     and how long the others wait
 * @param renewal how often it renews
 * @param aloneOnStore whether no other process can use the store while this one does; then there is
 *     nobody to wait for
 */
record PrimaryLeaseOptions(Duration duration, Duration renewal, boolean aloneOnStore) {

  /**
   * 800 ms, renewed five times a second: storage nodes hold leases of {@code
   * MembershipOptions.leaseNs}, which the next primary should extend before they end.
   */
  static PrimaryLeaseOptions defaults(boolean aloneOnStore) {
    return new PrimaryLeaseOptions(Duration.ofMillis(800), Duration.ofMillis(200), aloneOnStore);
  }

  PrimaryLeaseOptions {
    if (renewal.compareTo(duration) >= 0) {
      throw new IllegalArgumentException(
          "the lease must be renewed before it ends: every " + renewal + " of " + duration);
    }
  }
}
