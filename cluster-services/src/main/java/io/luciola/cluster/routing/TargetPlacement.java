package io.luciola.cluster.routing;

import java.util.UUID;

/**
 * Where a target lives.
 *
 * @param targetId positive
 * @param nodeId the node that holds the disk
 * @param diskUuid the disk
 * @param chainId the chain it belongs to
 * @param budgetBytes most bytes of chunk data it may hold
 */
public record TargetPlacement(
    long targetId, int nodeId, UUID diskUuid, int chainId, long budgetBytes) {}
