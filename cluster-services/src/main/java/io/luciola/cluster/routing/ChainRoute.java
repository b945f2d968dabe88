package io.luciola.cluster.routing;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.function.LongToIntFunction;

/** A chain's serving replicas, head first, laid out for the data path. Immutable. */
public final class ChainRoute {

  private final Chain chain;
  private final long[] servingTargets;
  private final int[] servingNodes;
  private final int[] writtenNodes;

  ChainRoute(Chain chain, LongToIntFunction nodeOf) {
    this.chain = chain;
    servingTargets =
        chain.targets().stream()
            .filter(target -> target.state() == PublicTargetState.SERVING)
            .mapToLong(ChainTarget::targetId)
            .toArray();
    servingNodes = new int[servingTargets.length];
    for (int i = 0; i < servingTargets.length; i++) {
      servingNodes[i] = nodeOf.applyAsInt(servingTargets[i]);
    }
    writtenNodes =
        chain.targets().stream()
            .map(ChainTarget::targetId)
            .filter(target -> chain.isServing(target) || chain.isSyncing(target))
            .mapToInt(nodeOf::applyAsInt)
            .toArray();
  }

  /** The chain as Mgmtd made it. */
  public Chain chain() {
    return chain;
  }

  /** The chain's version. */
  public int version() {
    return chain.version();
  }

  /** How many replicas serve. */
  public int servingCount() {
    return servingTargets.length;
  }

  /** The serving target at a place; 0 is the head. */
  public long target(int place) {
    return servingTargets[place];
  }

  /** The node of the serving target at a place; 0 when the map does not say. */
  public int node(int place) {
    return servingNodes[place];
  }

  /** How many replicas an update passes behind a target; 0 for the last one. */
  public int successorsOf(long targetId) {
    int successors = 0;
    long next = chain.successorOf(targetId);
    while (next != Chain.NO_TARGET) {
      successors++;
      next = chain.successorOf(next);
    }
    return successors;
  }

  /** Whether a node holds a replica that is read or written. */
  boolean reaches(int nodeId) {
    for (int node : writtenNodes) {
      if (node == nodeId) {
        return true;
      }
    }
    return false;
  }
}
