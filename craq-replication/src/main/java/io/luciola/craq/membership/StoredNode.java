package io.luciola.craq.membership;

import java.util.List;

/**
 * A storage node as the cluster's records have it.
 *
 * @param nodeId positive
 * @param incarnation of the process that registered last; {@link #NO_INCARNATION} when not known
 * @param targetIds the targets on its disks
 */
public record StoredNode(int nodeId, long incarnation, List<Long> targetIds) {

  /** In place of an incarnation: none is known. */
  public static final long NO_INCARNATION = 0;

  /** Copies the list. */
  public StoredNode {
    targetIds = List.copyOf(targetIds);
  }
}
