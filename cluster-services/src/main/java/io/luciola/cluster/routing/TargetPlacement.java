package io.luciola.cluster.routing;

import java.util.UUID;

/**
 * Where a target lives.
 *
 * @param targetId positive
 * @param nodeId the node that holds the disk
 * @param diskUuid the disk
 * @param chainId the chain it belongs to, for good; {@link #NO_CHAIN} before it was in one
 * @param budgetBytes most bytes of chunk data it may hold
 */
public record TargetPlacement(
    long targetId, int nodeId, UUID diskUuid, int chainId, long budgetBytes) {

  /** In place of a chain id: it was never in a chain. */
  public static final int NO_CHAIN = 0;
}
