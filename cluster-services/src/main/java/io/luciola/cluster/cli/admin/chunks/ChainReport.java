package io.luciola.cluster.cli.admin.chunks;

import java.util.List;

/**
 * What comparing the replicas of a chain found.
 *
 * @param replicas that serve
 * @param chunks that at least one of them has
 * @param read chunks whose content was read from all of them
 * @param moving chunks that kept being written to, so that they could not be compared
 * @param differences chunks of which not all have the same
 * @param failures why something could not be compared, in words
 */
record ChainReport(
    int chain,
    int replicas,
    long chunks,
    long read,
    long moving,
    List<ChunkDifference> differences,
    List<String> failures) {

  /** A chunk of which not all replicas have the same. */
  record ChunkDifference(String chunk, List<ReplicaView> replicas) {}

  boolean isWell() {
    return differences.isEmpty() && failures.isEmpty();
  }
}
