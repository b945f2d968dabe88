package io.luciola.chaintable;

import java.util.List;

/**
 * A node that can hold targets.
 *
 * @param nodeId positive
 * @param disks at least one; no index or UUID twice
 */
public record PlacementNode(int nodeId, List<Disk> disks) {

  /** Copies the list. */
  public PlacementNode {
    disks = List.copyOf(disks);
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
