package io.luciola.cluster.cli.admin.growth;

import io.luciola.blockstore.device.ByteSize;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What growth would make of a cluster, or has made of it.
 *
 * @param routingVersion of the map that the plan was made from
 * @param leftOut nodes and disks that take no part, each with the reason
 * @param nodes those that take part
 * @param now the cluster as it is
 * @param then as it will be
 * @param newChains how many are added
 * @param shareOfNewDisks how much of what new files write the new disks will get, from 0 to 1
 */
record GrowthView(
    long routingVersion,
    List<String> leftOut,
    List<NodeGrowth> nodes,
    Extent now,
    Extent then,
    int newChains,
    double shareOfNewDisks) {

  /** A node: its disks that take part, how many are new, and its targets before and after. */
  record NodeGrowth(
      int node, int disks, int newDisks, int targets, int newTargets, long sizeBytes, long used) {}

  /**
   * How large a cluster is.
   *
   * @param nodes that hold targets
   * @param disks that hold targets
   * @param sizeBytes of these disks
   * @param freeBytes of it
   * @param usableBytes what files may hold in all, each byte counted once
   */
  record Extent(
      int nodes,
      int disks,
      int targets,
      int chains,
      long sizeBytes,
      long freeBytes,
      long usableBytes) {}

  /** Whether an operator who has agreed to another plan need not be asked about this one. */
  boolean promisesTheSameAs(GrowthView other) {
    return leftOut.equals(other.leftOut)
        && newChains == other.newChains
        && targetsByNode().equals(other.targetsByNode());
  }

  private Map<Integer, Integer> targetsByNode() {
    return nodes.stream().collect(Collectors.toMap(NodeGrowth::node, NodeGrowth::newTargets));
  }

  void print(PrintWriter out) {
    out.printf(
        "%4s  %5s  %3s  %7s  %3s  %10s  %10s%n",
        "NODE", "DISKS", "NEW", "TARGETS", "NEW", "SIZE", "USED");
    for (NodeGrowth node : nodes) {
      out.printf(
          "%4d  %5d  %3d  %7d  %3d  %10s  %10s%n",
          node.node,
          node.disks,
          node.newDisks,
          node.targets,
          node.newTargets,
          ByteSize.approximate(node.sizeBytes),
          ByteSize.approximate(node.used));
    }
    leftOut.forEach(reason -> out.printf("left out: %s%n", reason));
    out.printf("%n%-10s  %10s  %10s%n", "", "NOW", "THEN");
    row(out, "nodes", now.nodes, then.nodes);
    row(out, "disks", now.disks, then.disks);
    row(out, "targets", now.targets, then.targets);
    row(out, "chains", now.chains, then.chains);
    bytes(out, "size", now.sizeBytes, then.sizeBytes);
    bytes(out, "free", now.freeBytes, then.freeBytes);
    bytes(out, "usable", now.usableBytes, then.usableBytes);
    out.printf(
        "%nThe new disks will get %.0f %% of what new files write.%n", 100 * shareOfNewDisks);
    out.flush();
  }

  private static void row(PrintWriter out, String name, int before, int after) {
    out.printf("%-10s  %10d  %10d%n", name, before, after);
  }

  private static void bytes(PrintWriter out, String name, long before, long after) {
    out.printf(
        "%-10s  %10s  %10s%n", name, ByteSize.approximate(before), ByteSize.approximate(after));
  }
}
