package io.luciola.cluster.config;

import org.jspecify.annotations.Nullable;

/**
 * What all Mgmtds of a cluster go by; changes count at once, a shorter failure timeout when the
 * leases by the longer one have ended.
 *
 * @param failureTimeoutMs a node that was silent for so long is dead, at least 200; 2000 when it is
 *     missing
 * @param registeredOnly whether only nodes may join whose ids an operator has registered; false
 *     when it is missing
 */
public record MgmtdSettings(@Nullable Integer failureTimeoutMs, @Nullable Boolean registeredOnly) {

  /** What counts where nothing is said. */
  public static final MgmtdSettings DEFAULTS = new MgmtdSettings(null, null);

  private static final int DEFAULT_FAILURE_TIMEOUT_MS = 2_000;
  private static final int LEAST_FAILURE_TIMEOUT_MS = 200;
  private static final long NS_PER_MS = 1_000_000;

  /** Checks the ranges. */
  public MgmtdSettings {
    if (failureTimeoutMs != null && failureTimeoutMs < LEAST_FAILURE_TIMEOUT_MS) {
      throw new IllegalArgumentException(
          "failure-timeout-ms must be at least "
              + LEAST_FAILURE_TIMEOUT_MS
              + ", not "
              + failureTimeoutMs);
    }
  }

  /** How long a node may be silent. */
  public long failureTimeoutNs() {
    return NS_PER_MS * (failureTimeoutMs == null ? DEFAULT_FAILURE_TIMEOUT_MS : failureTimeoutMs);
  }

  /** Whether a node's id must be registered before it may join. */
  public boolean isRegisteredOnly() {
    return registeredOnly != null && registeredOnly;
  }
}
