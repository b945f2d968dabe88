package io.luciola.cluster.client;

import io.luciola.cluster.config.ClusterSpec;
import java.time.Duration;

/**
 * How to reach a cluster.
 *
 * @param cluster its Mgmtds
 * @param connectTimeout how long to wait for a Mgmtd and a chain table at the start
 * @param dataPath bounds and times of the data paths
 * @param metaTimeout how long a call of the name space is tried
 */
public record ClientOptions(
    ClusterSpec cluster, Duration connectTimeout, DataPathOptions dataPath, Duration metaTimeout) {

  /** The defaults: 10 s to connect, 5 s per call. */
  public static ClientOptions of(ClusterSpec cluster) {
    return new ClientOptions(
        cluster, Duration.ofSeconds(10), DataPathOptions.DEFAULTS, Duration.ofSeconds(5));
  }
}
