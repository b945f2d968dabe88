package io.luciola.cluster.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a Mgmtd.
 *
 * @param listen where it serves gRPC
 * @param advertise how others reach it; {@code listen} when it is missing
 * @param dataDir where its key-value store lives; null when it is another process's
 * @param kv where another process serves the key-value store; null when it is this one's
 * @param placement how the first chain table is made
 * @param failureTimeoutMs a node that was silent for so long is dead; 2000 when it is missing
 */
public record MgmtdConfig(
    HostPort listen,
    @Nullable HostPort advertise,
    @Nullable Path dataDir,
    @Nullable HostPort kv,
    PlacementConfig placement,
    @Nullable Integer failureTimeoutMs) {

  private static final int DEFAULT_FAILURE_TIMEOUT_MS = 2_000;
  private static final int LEAST_FAILURE_TIMEOUT_MS = 200;

  /** Checks that nothing is missing. */
  public MgmtdConfig {
    Required.key("listen", listen);
    Required.oneStore(dataDir, kv);
    Required.key("placement", placement);
    if (failureTimeoutMs != null && failureTimeoutMs < LEAST_FAILURE_TIMEOUT_MS) {
      throw new IllegalArgumentException(
          "failure-timeout-ms must be at least "
              + LEAST_FAILURE_TIMEOUT_MS
              + ", not "
              + failureTimeoutMs);
    }
  }

  /** A Mgmtd with a store of its own and the defaults for the rest. */
  public static MgmtdConfig embedded(HostPort listen, Path dataDir, PlacementConfig placement) {
    return new MgmtdConfig(listen, null, dataDir, null, placement, null);
  }

  /** How long a node may be silent. */
  public long failureTimeoutNs() {
    return 1_000_000L * (failureTimeoutMs == null ? DEFAULT_FAILURE_TIMEOUT_MS : failureTimeoutMs);
  }
}
