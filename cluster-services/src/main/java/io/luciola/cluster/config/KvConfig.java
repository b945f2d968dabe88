package io.luciola.cluster.config;

import java.nio.file.Path;

/**
 * Configuration of a key-value store that other processes use.
 *
 * @param listen where it serves gRPC
 * @param dataDir where the store lives
 */
public record KvConfig(HostPort listen, Path dataDir) {

  /** Checks that nothing is missing. */
  public KvConfig {
    Required.key("listen", listen);
    Required.key("data-dir", dataDir);
  }
}
