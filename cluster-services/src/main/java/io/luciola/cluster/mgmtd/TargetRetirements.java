package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that nodes are to remove from their disks, for good: the cluster forgets them at once,
 * and remembers with the node that they have to go until the node says that they are gone. Wrong
 * requests are an IllegalArgumentException; what cannot be now is FAILED_PRECONDITION.
 */
final class TargetRetirements {

  private static final Logger LOG = LoggerFactory.getLogger(TargetRetirements.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  TargetRetirements(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Has a node remove targets from its disks: all of them, or none when one cannot be. */
  void retire(int nodeId, List<TargetOnDisk> targets) {
    state.alone(
        () -> {
          Node node = state.storageNode(nodeId);
          List<TargetOnDisk> fresh =
              targets.stream()
                  .distinct()
                  .filter(target -> !node.getRetiringList().contains(target))
                  .toList();
          fresh.forEach(target -> check(nodeId, target));
          List<Target> forgotten =
              fresh.stream().flatMap(target -> known(target).stream()).toList();
          state.edit(map -> retiring(nodeId, fresh, forgotten, map));
          driver.decide(
              membership -> {
                forgotten.forEach(target -> membership.onTargetForgotten(target.getId()));
                return null;
              });
          fresh.forEach(
              target ->
                  LOG.info(
                      "an operator has target {} removed from disk {} of node {}",
                      target.getTargetId(),
                      target.getDiskUuid(),
                      nodeId));
          return null;
        });
  }

  private void check(int nodeId, TargetOnDisk target) {
    if (state.map().getVersion() == 0) {
      // The first placement might give the target's id to a new one on the same disk.
      throw notNow("there is no chain table yet: the cluster waits for its storage nodes");
    }
    Optional<Target> known = known(target);
    if (known.isPresent()) {
      check(nodeId, known.get());
    } else if (!driver.ofDisks(disks -> disks.isUnknown(nodeId, target))) {
      throw notNow(
          "disk "
              + target.getDiskUuid()
              + " of node "
              + nodeId
              + " does not report target "
              + target.getTargetId()
              + "; it is gone, or the disk is not there: luciola admin status");
    }
  }

  private void check(int nodeId, Target known) {
    String name = "target " + known.getId();
    if (known.getNodeId() != nodeId) {
      throw new IllegalArgumentException(
          name
              + " belongs to node "
              + known.getNodeId()
              + ", which had the disk: put the disk back");
    }
    for (Chain chain : state.map().getChainsList()) {
      if (chain.getTargetsList().stream().anyMatch(one -> one.getTargetId() == known.getId())) {
        throw new IllegalArgumentException(
            name
                + " is in chain "
                + chain.getId()
                + "; take it out first: luciola admin update-chain "
                + chain.getId()
                + " --remove "
                + known.getId());
      }
    }
  }

  /** The target of the map that is meant; one with the same id on another disk is another one. */
  private Optional<Target> known(TargetOnDisk wanted) {
    return state.map().getTargetsList().stream()
        .filter(target -> target.getId() == wanted.getTargetId())
        .filter(target -> target.getDiskUuid().equals(wanted.getDiskUuid()))
        .findFirst();
  }

  private static StatusRuntimeException notNow(String reason) {
    return Status.FAILED_PRECONDITION.withDescription(reason).asRuntimeException();
  }

  private static RoutingMap.Builder retiring(
      int nodeId, List<TargetOnDisk> fresh, List<Target> forgotten, RoutingMap.Builder map) {
    List<Target> others =
        map.getTargetsList().stream().filter(target -> !forgotten.contains(target)).toList();
    map.clearTargets().addAllTargets(others);
    map.getNodesBuilderList().stream()
        .filter(node -> node.getId() == nodeId)
        .forEach(node -> node.addAllRetiring(fresh));
    return map;
  }

  /** Takes note of what a node says that it has removed, in the background. */
  void follow(int nodeId, List<TargetOnDisk> gone) {
    if (!news(nodeId, gone).isEmpty()) {
      Thread.ofVirtual().name("retired").start(() -> drop(nodeId, gone));
    }
  }

  private List<TargetOnDisk> news(int nodeId, List<TargetOnDisk> gone) {
    Node node = state.node(nodeId);
    return node == null
        ? List.of()
        : node.getRetiringList().stream().filter(gone::contains).toList();
  }

  private void drop(int nodeId, List<TargetOnDisk> gone) {
    try {
      state.alone(
          () -> {
            List<TargetOnDisk> news = news(nodeId, gone);
            state.edit(map -> without(nodeId, news, map));
            news.forEach(
                target ->
                    LOG.info(
                        "target {} is gone from disk {} of node {}",
                        target.getTargetId(),
                        target.getDiskUuid(),
                        nodeId));
            return null;
          });
    } catch (NotPrimaryException | KvException later) {
      LOG.warn(
          "that targets are gone from node {} is not durable yet: {}", nodeId, later.getMessage());
    }
  }

  private static RoutingMap.Builder without(
      int nodeId, List<TargetOnDisk> gone, RoutingMap.Builder map) {
    for (Node.Builder node : map.getNodesBuilderList()) {
      if (node.getId() == nodeId) {
        List<TargetOnDisk> left =
            node.getRetiringList().stream().filter(target -> !gone.contains(target)).toList();
        node.clearRetiring().addAllRetiring(left);
      }
    }
    return map;
  }
}
