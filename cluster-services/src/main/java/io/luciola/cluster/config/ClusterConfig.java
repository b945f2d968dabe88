package io.luciola.cluster.config;

import java.util.List;

/**
 * Configuration of the one-process cluster: an assembly of the services' own configurations.
 *
 * @param mgmtd the cluster manager
 * @param meta the name space
 * @param storage the storage nodes
 */
public record ClusterConfig(MgmtdConfig mgmtd, MetaConfig meta, List<StorageConfig> storage) {

  /** Checks that nothing is missing. */
  public ClusterConfig {
    Required.key("mgmtd", mgmtd);
    Required.key("meta", meta);
    Required.key("storage", storage);
  }
}
