package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators do with nodes, in one term of the primary. Each change is durable before it is
 * acted by. Wrong requests are an IllegalArgumentException, those that cannot be followed now an
 * IllegalStateException, with messages for the operator.
 */
final class NodeAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(NodeAdministration.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  NodeAdministration(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Makes an id known, of a node that is still to come. */
  void reserve(int nodeId, NodeType type) {
    if (nodeId < 1 || (type != NodeType.STORAGE && type != NodeType.META)) {
      throw new IllegalArgumentException(
          "a node has an id of at least 1 and is a storage or a meta node");
    }
    Node node = Node.newBuilder().setId(nodeId).setType(type).build();
    state.alone(
        () -> {
          state.checkType(node);
          return state.node(nodeId) == null ? state.edit(map -> map.addNodes(node)) : state.map();
        });
    LOG.info("an operator registers node {} as a {} node", nodeId, type);
  }

  /** Takes a node's targets out of their chains until it is enabled. */
  void disable(int nodeId, boolean force) {
    state.alone(
        () -> {
          known(nodeId);
          List<Integer> losing = driver.decide(membership -> membership.chainsServedOnlyBy(nodeId));
          if (!losing.isEmpty() && !force) {
            throw new IllegalStateException(
                "chains "
                    + losing
                    + " are served by node "
                    + nodeId
                    + " alone and would serve no more without it");
          }
          change(nodeId, node -> node.setDisabled(true));
          driver.decideDurably(membership -> membership.onNodeDisabled(nodeId));
          return null;
        });
    LOG.info("an operator disables node {}", nodeId);
  }

  /** Lets a node's targets come back. */
  void enable(int nodeId) {
    state.alone(
        () -> {
          known(nodeId);
          change(nodeId, node -> node.setDisabled(false));
          driver.decideDurably(membership -> membership.onNodeEnabled(nodeId));
          return null;
        });
    LOG.info("an operator enables node {}", nodeId);
  }

  /** Forgets a node and its targets. */
  void unregister(int nodeId) {
    state.alone(
        () -> {
          known(nodeId);
          if (driver.decide(membership -> membership.isAlive(nodeId))) {
            throw new IllegalStateException("node " + nodeId + " lives; end its process first");
          }
          RoutingMap map = state.map();
          Set<Long> targets =
              map.getTargetsList().stream()
                  .filter(target -> target.getNodeId() == nodeId)
                  .map(Target::getId)
                  .collect(Collectors.toSet());
          List<Integer> chains =
              map.getChainsList().stream()
                  .filter(
                      chain ->
                          chain.getTargetsList().stream()
                              .anyMatch(target -> targets.contains(target.getTargetId())))
                  .map(chain -> chain.getId())
                  .toList();
          if (!chains.isEmpty()) {
            throw new IllegalStateException(
                "node "
                    + nodeId
                    + " has targets in the chains "
                    + chains
                    + "; remove them with update-chain first");
          }
          state.edit(next -> without(nodeId, next));
          driver.decideDurably(membership -> membership.onNodeUnregistered(nodeId));
          driver.ofDisks(
              disks -> {
                disks.forget(nodeId);
                return null;
              });
          return null;
        });
    LOG.info("an operator unregisters node {}", nodeId);
  }

  private static RoutingMap.Builder without(int nodeId, RoutingMap.Builder map) {
    RoutingMap before = map.build();
    map.clearNodes().clearTargets();
    before.getNodesList().stream().filter(node -> node.getId() != nodeId).forEach(map::addNodes);
    before.getTargetsList().stream()
        .filter(target -> target.getNodeId() != nodeId)
        .forEach(map::addTargets);
    return map;
  }

  /**
   * Has a storage node look at its disks again; it is told by the answer to its next heartbeat.
   *
   * @return the number of the look
   */
  long lookAtDisks(int nodeId) {
    Node node = state.storageNode(nodeId);
    if (node.getIncarnation() == 0 || !driver.isAlive(nodeId)) {
      throw Status.FAILED_PRECONDITION
          .withDescription("node " + nodeId + " is not alive; start it")
          .asRuntimeException();
    }
    long look = driver.ofDisks(disks -> disks.askForLook(nodeId));
    LOG.info("an operator has node {} look at its disks", nodeId);
    return look;
  }

  /**
   * Asks all processes of storage nodes to stop to serve.
   *
   * @return how many there are
   */
  int shutDownChains() {
    return state.alone(
        () -> {
          RoutingMap map =
              state.edit(
                  next -> {
                    next.getNodesBuilderList().stream()
                        .filter(node -> node.getType() == NodeType.STORAGE)
                        .forEach(node -> node.setStoppedIncarnation(node.getIncarnation()));
                    return next;
                  });
          List<Node> stopped =
              map.getNodesList().stream()
                  .filter(node -> node.getStoppedIncarnation() != 0)
                  .toList();
          driver.decideDurably(
              membership ->
                  stopped.forEach(
                      node ->
                          membership.onNodeStopped(node.getId(), node.getStoppedIncarnation())));
          LOG.info("an operator shuts all chains down, on {} nodes", stopped.size());
          return stopped.size();
        });
  }

  private void known(int nodeId) {
    if (state.node(nodeId) == null) {
      throw new IllegalArgumentException("there is no node " + nodeId);
    }
  }

  private void change(int nodeId, Consumer<Node.Builder> action) {
    state.edit(
        map -> {
          map.getNodesBuilderList().stream().filter(node -> node.getId() == nodeId).forEach(action);
          return map;
        });
  }
}
