package io.luciola.craq.membership;

/**
 * How patient the cluster manager is.
 *
 * @param failureTimeoutNs a node that was silent for so long is dead; nodes serve for two thirds of
 *     it after the sending of their last acknowledged heartbeat
 * @param probeIntervalNs least time between the beginnings of two probes of one node
 */
public record MembershipOptions(long failureTimeoutNs, long probeIntervalNs) {

  /** Two seconds, and ten probes a second. */
  public static final MembershipOptions DEFAULTS =
      new MembershipOptions(2_000_000_000L, 100_000_000L);

  /** Checks the ranges. */
  public MembershipOptions {
    if (failureTimeoutNs < 3 || probeIntervalNs < 0) {
      throw new IllegalArgumentException(
          "failureTimeoutNs must be at least 3 and probeIntervalNs not negative: "
              + failureTimeoutNs
              + ", "
              + probeIntervalNs);
    }
  }

  /** How long a node may serve after the sending of a heartbeat that was acknowledged. */
  public long leaseNs() {
    return leaseNs(failureTimeoutNs);
  }

  /** How long a node may serve when it is taken for dead after so long a silence. */
  public static long leaseNs(long failureTimeoutNs) {
    return failureTimeoutNs / 3 * 2;
  }
}
