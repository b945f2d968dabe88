package io.luciola.chaintable.placement;

import java.util.List;

/**
 * A node that can hold targets.
 *
 * @param nodeId positive
 * @param zone what fails together with other nodes, such as a rack; empty when nothing is known
 * @param disks at least one; no index or UUID twice
 */
public record PlacementNode(int nodeId, String zone, List<Disk> disks) {

  /** Copies the list. */
  public PlacementNode {
    disks = List.copyOf(disks);
  }

  /** A node of which no zone is known. */
  public PlacementNode(int nodeId, List<Disk> disks) {
    this(nodeId, "", disks);
  }

  /**
   * A disk of the node.
   *
   * @param uuid its identity
   * @param index its number in the node, from 0 to 998
   * @param sizeBytes what its targets can share
   */
  public record Disk(String uuid, int index, long sizeBytes) {}
}
