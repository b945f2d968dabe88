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

  /** Three seconds, renewed each second. */
  static PrimaryLeaseOptions defaults(boolean aloneOnStore) {
    return new PrimaryLeaseOptions(Duration.ofSeconds(3), Duration.ofSeconds(1), aloneOnStore);
  }

  PrimaryLeaseOptions {
    if (renewal.compareTo(duration) >= 0) {
      throw new IllegalArgumentException(
          "the lease must be renewed before it ends: every " + renewal + " of " + duration);
    }
  }
}
