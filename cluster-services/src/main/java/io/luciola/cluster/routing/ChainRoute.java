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

  /** All targets of the chain, and how many that are written are behind each. */
  private final long[] members;

  private final int[] successors;

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
    members = chain.targets().stream().mapToLong(ChainTarget::targetId).toArray();
    successors = new int[members.length];
    int behind = 0;
    for (int i = members.length - 1; i >= 0; i--) {
      successors[i] = behind;
      behind += chain.isServing(members[i]) || chain.isSyncing(members[i]) ? 1 : 0;
    }
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
    for (int i = 0; i < members.length; i++) {
      if (members[i] == targetId) {
        return successors[i];
      }
    }
    return 0;
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
