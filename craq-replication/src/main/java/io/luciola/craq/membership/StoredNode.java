package io.luciola.craq.membership;

import java.util.List;

/**
 * A storage node as the cluster's records have it.
 *
 * @param nodeId positive
 * @param incarnation of the process that registered last; {@link #NO_INCARNATION} when not known
 * @param targetIds the targets on its disks
 * @param disabled whether an operator does not want the node to be counted on
 * @param stoppedIncarnation the process that an operator does not want to be counted on any more;
 *     {@link #NO_INCARNATION} for none
 */
public record StoredNode(
    int nodeId, long incarnation, List<Long> targetIds, boolean disabled, long stoppedIncarnation) {

  /** In place of an incarnation: none is known. */
  public static final long NO_INCARNATION = 0;

  /** A node that no operator has anything against. */
  public StoredNode(int nodeId, long incarnation, List<Long> targetIds) {
    this(nodeId, incarnation, targetIds, false, NO_INCARNATION);
  }

  /** Copies the list. */
  public StoredNode {
    targetIds = List.copyOf(targetIds);
  }
}
