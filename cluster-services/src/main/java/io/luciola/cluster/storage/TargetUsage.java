package io.luciola.cluster.storage;

import io.luciola.chaintable.LocalTargetState;

/**
 * What a node tells Mgmtd about one of its targets.
 *
 * @param targetId the target
 * @param state OFFLINE when it is not held or its disk has failed; UPTODATE when it serves, or its
 *     refill has ended
 * @param chainVersion the version of its chain that the node acts by; 0 for none
 * @param usedBytes bytes of chunk capacity in use
 * @param divergedSuccessor the target behind it, when a chunk of it was found different under that
 *     version; else {@link io.luciola.chaintable.Chain#NO_TARGET}
 */
public record TargetUsage(
    long targetId,
    LocalTargetState state,
    int chainVersion,
    long usedBytes,
    long divergedSuccessor) {

  /** Whether it serves, as far as the node knows, or could. */
  public boolean upToDate() {
    return state == LocalTargetState.UPTODATE;
  }
}
