package io.luciola.cluster.storage;

/**
 * What a node tells Mgmtd about one of its targets.
 *
 * @param targetId the target
 * @param upToDate whether it is held and its disk works
 * @param usedBytes bytes of chunk capacity in use
 */
public record TargetUsage(long targetId, boolean upToDate, long usedBytes) {}
