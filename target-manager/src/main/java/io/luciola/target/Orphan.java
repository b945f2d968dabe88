package io.luciola.target;

import java.util.UUID;

/**
 * A target on a disk of the node that the cluster does not have there.
 *
 * @param targetId its id
 * @param diskUuid the disk it is on
 * @param spec that disk as configured
 * @param budgetBytes most bytes of chunks it may hold
 * @param usedBytes what it holds
 */
public record Orphan(long targetId, UUID diskUuid, String spec, long budgetBytes, long usedBytes) {}
