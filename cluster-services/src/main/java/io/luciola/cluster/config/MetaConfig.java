package io.luciola.cluster.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a Meta service.
 *
 * @param nodeId its number in the cluster, different from every other node's
 * @param listen where it serves gRPC; port 0 takes a free one, clients learn it from Mgmtd
 * @param mgmtd addresses of the cluster's Mgmtds
 * @param dataDir where its key-value store lives; null when it is another process's
 * @param kv where another process serves the key-value store; null when it is this one's
 * @param chunkSize chunk size of new files, for example {@code 1MiB}; when it is missing, what all
 *     Meta services go by: {@link MetaSettings}
 */
public record MetaConfig(
    int nodeId,
    HostPort listen,
    List<HostPort> mgmtd,
    @Nullable Path dataDir,
    @Nullable HostPort kv,
    @Nullable String chunkSize) {

  /** Checks that nothing is missing. */
  public MetaConfig {
    Required.key("listen", listen);
    Required.key("mgmtd", mgmtd);
    Required.oneStore(dataDir, kv);
    if (nodeId < 1) {
      throw new IllegalArgumentException("node-id must be at least 1, not " + nodeId);
    }
    merge(chunkSize, MetaSettings.DEFAULTS);
  }

  /** What this Meta service goes by: what its file says, else what all do. */
  public MetaSettings over(MetaSettings all) {
    return merge(chunkSize, all);
  }

  private static MetaSettings merge(@Nullable String size, MetaSettings all) {
    return size == null ? all : new MetaSettings(size, all.maxStripe(), all.emptierPreference());
  }

  /** The keys of settings that this file says. */
  public List<String> ownKeys() {
    return chunkSize == null ? List.of() : List.of("chunk-size");
  }
}
