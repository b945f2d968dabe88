package io.luciola.cluster.assembly;

import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MetaConfig;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a new one-process cluster is to be like.
 *
 * @param mgmtd where its Mgmtd listens; everything else takes a free port
 * @param storageNodes how many storage nodes
 * @param disksPerNode how many disk files each has
 * @param diskSize of each, for example {@code 4GiB}; {@code memory} disks when {@code inMemory}
 * @param replicas of every chunk
 * @param targetsPerDisk how many targets each disk is split into
 * @param inMemory whether the disks are memory and forget everything at the end
 */
public record ClusterPlan(
    HostPort mgmtd,
    int storageNodes,
    int disksPerNode,
    String diskSize,
    int replicas,
    int targetsPerDisk,
    boolean inMemory) {

  private static final int META_NODE_ID = 101;

  /** The configuration of such a cluster with its data in a directory. */
  public ClusterConfig configFor(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    HostPort anyPort = new HostPort(mgmtd.host(), 0);
    List<HostPort> mgmtds = List.of(mgmtd);
    List<StorageConfig> storage = new ArrayList<>();
    for (int node = 1; node <= storageNodes; node++) {
      List<String> disks = new ArrayList<>();
      for (int disk = 0; disk < disksPerNode; disk++) {
        disks.add(
            inMemory
                ? "memory:" + diskSize
                : "uring:" + absolute.resolve("storage-" + node).resolve("disk" + disk));
      }
      storage.add(
          new StorageConfig(node, anyPort, mgmtds, disks, diskSize, true, null, null, null, null));
    }
    return new ClusterConfig(
        MgmtdConfig.embedded(
            mgmtd,
            absolute.resolve("mgmtd"),
            new PlacementConfig(storageNodes, replicas, targetsPerDisk, 1)),
        new MetaConfig(META_NODE_ID, anyPort, mgmtds, absolute.resolve("meta"), null, null),
        storage);
  }
}
