package io.luciola.cluster.config;

import java.nio.file.Path;

/**
 * Configuration of a Mgmtd.
 *
 * @param listen where it serves gRPC
 * @param dataDir where its key-value store lives
 * @param placement how the first chain table is made
 */
public record MgmtdConfig(HostPort listen, Path dataDir, PlacementConfig placement) {

  /** Checks that nothing is missing. */
  public MgmtdConfig {
    Required.key("listen", listen);
    Required.key("data-dir", dataDir);
    Required.key("placement", placement);
  }
}
