package io.luciola.cluster.service;

import java.util.List;

/**
 * What a node may do, and is to do, by the last heartbeat that Mgmtd answered.
 *
 * @param sentNs when the heartbeat was sent, or earlier; what it says of targets is not older
 * @param leaseUntilNs until when its targets may serve, on the node's clock
 * @param routingVersion the lease counts only for a node that goes by this version of the routing
 *     map or a newer one
 * @param withdrawnTargets with which targets it is to stop to serve at once
 * @param diskLook the look at its disks that it is to carry out, if it has not; 0: none
 */
public record NodeGrant(
    long sentNs,
    long leaseUntilNs,
    long routingVersion,
    List<Long> withdrawnTargets,
    long diskLook) {

  /** Copies the list. */
  public NodeGrant {
    withdrawnTargets = List.copyOf(withdrawnTargets);
  }

  /** What a node may do before Mgmtd has answered: nothing. */
  public static NodeGrant none(long nowNs) {
    return new NodeGrant(nowNs, nowNs, 0, List.of(), 0);
  }
}
