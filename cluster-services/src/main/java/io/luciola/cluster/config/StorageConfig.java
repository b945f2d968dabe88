package io.luciola.cluster.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a storage node.
 *
 * @param nodeId its number in the cluster, different from every other node's
 * @param listen where it serves the data plane; port 0 takes a free one, clients learn it from
 *     Mgmtd
 * @param mgmtd addresses of the cluster's Mgmtds
 * @param disks devices: {@code uring:/dev/nvme0n1}, {@code uring:/data/disk0}, {@code memory:4GiB},
 *     {@code spdk:...}
 * @param diskSize size of a disk file that does not exist yet; without it a missing file is an
 *     error
 * @param formatEmpty whether a disk that carries no Luciola format is formatted
 */
public record StorageConfig(
    int nodeId,
    HostPort listen,
    List<HostPort> mgmtd,
    List<String> disks,
    @Nullable String diskSize,
    boolean formatEmpty) {

  /** Checks that nothing is missing. */
  public StorageConfig {
    Required.key("listen", listen);
    Required.key("mgmtd", mgmtd);
    Required.key("disks", disks);
    if (nodeId < 1) {
      throw new IllegalArgumentException("node-id must be at least 1, not " + nodeId);
    }
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("a storage node needs at least one disk");
    }
  }
}
