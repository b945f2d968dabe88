package io.luciola.craq.membership;

import io.luciola.chaintable.LocalTargetState;

/**
 * What a node says of one of its targets.
 *
 * @param targetId positive
 * @param state as the node sees it
 * @param chainVersion the version of the target's chain that the node acts by; 0 for none
 */
public record ReportedTarget(long targetId, LocalTargetState state, int chainVersion) {}
