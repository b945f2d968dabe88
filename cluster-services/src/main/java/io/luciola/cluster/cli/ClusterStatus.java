package io.luciola.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The page that {@code cluster status} prints.
 *
 * @param routingVersion of the map; 0 while storage nodes are missing
 * @param expectedStorageNodes how many storage nodes the first chain table waits for
 * @param nodes all registered nodes
 * @param chains number of chains
 * @param chainsComplete number of chains all of whose nodes are alive
 */
record ClusterStatus(
    long routingVersion,
    int expectedStorageNodes,
    List<NodeStatus> nodes,
    int chains,
    int chainsComplete) {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * A node.
   *
   * @param usedBytes chunk capacity in use on it; 0 for Meta
   * @param budgetBytes chunk capacity its targets may use
   */
  record NodeStatus(
      int id,
      String type,
      String address,
      boolean alive,
      int disks,
      int targets,
      long usedBytes,
      long budgetBytes) {}

  static ClusterStatus of(GetStatusResponse response) {
    Map<Long, Long> used = new HashMap<>();
    for (TargetReport report : response.getTargetsList()) {
      used.put(report.getTargetId(), report.getUsedBytes());
    }
    Map<Integer, List<Target>> byNode = new HashMap<>();
    Map<Long, Integer> nodeOfTarget = new HashMap<>();
    for (Target target : response.getRouting().getTargetsList()) {
      byNode.computeIfAbsent(target.getNodeId(), id -> new java.util.ArrayList<>()).add(target);
      nodeOfTarget.put(target.getId(), target.getNodeId());
    }
    List<NodeStatus> nodes =
        response.getRouting().getNodesList().stream()
            .sorted(Comparator.comparingInt(Node::getId))
            .map(node -> node(node, byNode.getOrDefault(node.getId(), List.of()), used))
            .toList();
    Map<Integer, Boolean> alive = new HashMap<>();
    nodes.forEach(node -> alive.put(node.id(), node.alive()));
    int complete =
        (int)
            response.getRouting().getChainsList().stream()
                .filter(
                    chain ->
                        chain.getTargetsList().stream()
                            .allMatch(
                                target ->
                                    alive.getOrDefault(
                                        nodeOfTarget.get(target.getTargetId()), false)))
                .count();
    return new ClusterStatus(
        response.getRouting().getVersion(),
        response.getExpectedStorageNodes(),
        nodes,
        response.getRouting().getChainsCount(),
        complete);
  }

  private static NodeStatus node(Node node, List<Target> targets, Map<Long, Long> used) {
    return new NodeStatus(
        node.getId(),
        node.getType() == NodeType.STORAGE ? "storage" : "meta",
        node.getHost() + ":" + node.getPort(),
        node.getAlive(),
        node.getDisksCount(),
        targets.size(),
        targets.stream().mapToLong(target -> used.getOrDefault(target.getId(), 0L)).sum(),
        targets.stream().mapToLong(Target::getBudgetBytes).sum());
  }

  boolean healthy() {
    return routingVersion > 0
        && chainsComplete == chains
        && nodes.stream().allMatch(NodeStatus::alive);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  void print(PrintWriter out) {
    out.printf(
        "%s   routing version %d   chains %d of %d complete%n%n",
        healthy() ? "HEALTHY" : "NOT WELL", routingVersion, chainsComplete, chains);
    out.printf(
        "%4s  %-8s  %-24s  %-5s  %5s  %7s  %10s  %10s%n",
        "NODE", "TYPE", "ADDRESS", "STATE", "DISKS", "TARGETS", "USED", "CAPACITY");
    for (NodeStatus node : nodes) {
      out.printf(
          "%4d  %-8s  %-24s  %-5s  %5d  %7d  %10s  %10s%n",
          node.id,
          node.type,
          node.address,
          node.alive ? "alive" : "DEAD",
          node.disks,
          node.targets,
          ByteSize.approximate(node.usedBytes),
          ByteSize.approximate(node.budgetBytes));
    }
    if (routingVersion == 0) {
      long storage = nodes.stream().filter(node -> node.type.equals("storage")).count();
      out.printf(
          "%nThere is no chain table yet: %d of %d storage nodes have registered.%n",
          storage, expectedStorageNodes);
    }
    out.flush();
  }
}
