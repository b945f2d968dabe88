package io.luciola.target;

import java.util.UUID;

/**
 * A target that a node is to hold.
 *
 * @param targetId positive
 * @param diskUuid the disk it belongs on
 * @param budgetBytes most bytes of chunks it may hold
 */
public record WantedTarget(long targetId, UUID diskUuid, long budgetBytes) {}
