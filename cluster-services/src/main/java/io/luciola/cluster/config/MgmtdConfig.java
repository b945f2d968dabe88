package io.luciola.cluster.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a Mgmtd.
 *
 * @param listen where it serves gRPC
 * @param advertise how others reach it; {@code listen} when it is missing
 * @param dataDir where its key-value store lives; null when it is another process's
 * @param kv where another process serves the key-value store; null when it is this one's
 * @param placement how the first chain table is made
 * @param failureTimeoutMs a node that was silent for so long is dead; when it is missing, what all
 *     Mgmtds go by: {@link MgmtdSettings}
 */
public record MgmtdConfig(
    HostPort listen,
    @Nullable HostPort advertise,
    @Nullable Path dataDir,
    @Nullable HostPort kv,
    PlacementConfig placement,
    @Nullable Integer failureTimeoutMs) {

  /** Checks that nothing is missing. */
  public MgmtdConfig {
    Required.key("listen", listen);
    Required.oneStore(dataDir, kv);
    Required.key("placement", placement);
    merge(failureTimeoutMs, MgmtdSettings.DEFAULTS);
  }

  /** A Mgmtd with a store of its own and the defaults for the rest. */
  public static MgmtdConfig embedded(HostPort listen, Path dataDir, PlacementConfig placement) {
    return new MgmtdConfig(listen, null, dataDir, null, placement, null);
  }

  /** What this Mgmtd goes by: what its file says, else what all do. */
  public MgmtdSettings over(MgmtdSettings all) {
    return merge(failureTimeoutMs, all);
  }

  private static MgmtdSettings merge(@Nullable Integer timeoutMs, MgmtdSettings all) {
    return timeoutMs == null ? all : new MgmtdSettings(timeoutMs, all.registeredOnly());
  }

  /** The keys of settings that this file says. */
  public List<String> ownKeys() {
    return failureTimeoutMs == null ? List.of() : List.of("failure-timeout-ms");
  }
}
