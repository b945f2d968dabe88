package io.luciola.cluster.config;

import org.jspecify.annotations.Nullable;

/**
 * What clients of a cluster go by that were not told otherwise; changes count for data paths that
 * are opened from then on, as by the next mount.
 *
 * @param deadlineMs how long a request is tried before it fails, at least 100; 5000 when it is
 *     missing
 */
public record ClientSettings(@Nullable Integer deadlineMs) {

  /** What counts where nothing is said. */
  public static final ClientSettings DEFAULTS = new ClientSettings(null);

  private static final int LEAST_DEADLINE_MS = 100;
  private static final long NS_PER_MS = 1_000_000;

  /** Checks the ranges. */
  public ClientSettings {
    if (deadlineMs != null && deadlineMs < LEAST_DEADLINE_MS) {
      throw new IllegalArgumentException(
          "deadline-ms must be at least " + LEAST_DEADLINE_MS + ", not " + deadlineMs);
    }
  }

  /** How long a request is tried, or what is given when nothing is said. */
  public long deadlineNs(long otherwise) {
    return deadlineMs == null ? otherwise : NS_PER_MS * deadlineMs;
  }
}
