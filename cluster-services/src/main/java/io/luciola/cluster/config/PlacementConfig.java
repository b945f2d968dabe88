package io.luciola.cluster.config;

/**
 * How the first chain table is made.
 *
 * @param storageNodes the table is made when this many storage nodes have announced their disks
 * @param replicas targets per chain
 * @param targetsPerDisk how many targets a disk is split into
 * @param seed the same seed and disks give the same table
 */
public record PlacementConfig(int storageNodes, int replicas, int targetsPerDisk, long seed) {

  /** Most targets of a chain. */
  public static final int MAX_REPLICAS = 8;

  /** Checks the ranges. */
  public PlacementConfig {
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "replicas must be 1 to " + MAX_REPLICAS + ", not " + replicas);
    }
    if (storageNodes < replicas) {
      throw new IllegalArgumentException(
          replicas + " replicas need as many storage nodes, not " + storageNodes);
    }
    if (targetsPerDisk < 1 || targetsPerDisk > 64) {
      throw new IllegalArgumentException("targets-per-disk must be 1 to 64, not " + targetsPerDisk);
    }
  }
}
