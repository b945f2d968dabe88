package io.luciola.cluster.cli.status;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.output.JsonText;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The page that {@code cluster status} prints.
 *
 * @param routingVersion of the map; 0 while storage nodes are missing
 * @param primaryMgmtd where the primary Mgmtd serves; empty when others cannot reach it there
 * @param term grows with every change of the primary
 * @param expectedStorageNodes how many storage nodes the first chain table waits for
 * @param nodes all registered nodes
 * @param disks those slots of them of which an operator should know something
 * @param chains number of chains
 * @param chainsComplete number of chains all of whose targets serve and are on nodes that are alive
 * @param chainsNotWell the others
 */
public record ClusterStatus(
    long routingVersion,
    String primaryMgmtd,
    long term,
    int expectedStorageNodes,
    List<NodeStatus> nodes,
    List<SlotView> disks,
    int chains,
    int chainsComplete,
    List<ChainView> chainsNotWell) {

  private static final int MOST_CHAINS_SHOWN = 20;
  private static final int MOST_DISKS_SHOWN = 20;

  /**
   * A node.
   *
   * @param state for people: alive, DEAD, disabled, stopped (it was asked to stop to serve) or
   *     expected (it was never there)
   * @param silentMs how long ago it was heard
   * @param silentAtLeast whether it was not heard since Mgmtd became the primary, so long ago
   * @param targetsOffline how many of its targets it says are offline
   * @param disksOffline the disks of those, as configured; by UUID when the node has opened no such
   *     disk
   * @param usedBytes chunk capacity in use on it; 0 for Meta
   * @param budgetBytes chunk capacity its targets may use
   */
  public record NodeStatus(
      int id,
      String type,
      String address,
      boolean alive,
      String state,
      long silentMs,
      boolean silentAtLeast,
      int disks,
      int targets,
      int targetsOffline,
      List<String> disksOffline,
      long usedBytes,
      long budgetBytes) {}

  /** The page of one answer of Mgmtd. */
  public static ClusterStatus of(GetStatusResponse response) {
    RoutingMap map = response.getRouting();
    StatusFacts facts = new StatusFacts(response);
    Map<Integer, List<Target>> byNode =
        map.getTargetsList().stream().collect(Collectors.groupingBy(Target::getNodeId));
    List<NodeStatus> nodes =
        map.getNodesList().stream()
            .sorted(Comparator.comparingInt(Node::getId))
            .map(node -> node(node, byNode.getOrDefault(node.getId(), List.of()), facts))
            .toList();
    Set<Integer> alive =
        nodes.stream().filter(NodeStatus::alive).map(NodeStatus::id).collect(Collectors.toSet());
    Set<Long> there =
        map.getTargetsList().stream()
            .filter(
                target -> alive.contains(target.getNodeId()) && !facts.isOffline(target.getId()))
            .map(Target::getId)
            .collect(Collectors.toSet());
    List<ChainView> notWell =
        map.getChainsList().stream()
            .filter(chain -> !isComplete(chain, there))
            .map(chain -> ChainView.of(chain, map))
            .toList();
    return new ClusterStatus(
        map.getVersion(),
        response.getPrimaryAddress(),
        response.getTerm(),
        response.getExpectedStorageNodes(),
        nodes,
        new NodeSlots(response)
            .all().stream().filter(slot -> !SlotAdvice.of(slot).isEmpty()).toList(),
        map.getChainsCount(),
        map.getChainsCount() - notWell.size(),
        notWell);
  }

  private static boolean isComplete(Chain chain, Set<Long> there) {
    return chain.getTargetsList().stream()
        .allMatch(
            target ->
                target.getState() == PublicTargetState.SERVING
                    && there.contains(target.getTargetId()));
  }

  private static NodeStatus node(Node node, List<Target> targets, StatusFacts facts) {
    List<Target> offline =
        targets.stream().filter(target -> facts.isOffline(target.getId())).toList();
    Map<String, String> devices =
        node.getDisksList().stream().collect(Collectors.toMap(Disk::getUuid, Disk::getDevice));
    return new NodeStatus(
        node.getId(),
        node.getType() == NodeType.STORAGE ? "storage" : "meta",
        node.getHost().isEmpty() ? "-" : node.getHost() + ":" + node.getPort(),
        node.getAlive(),
        state(node, facts),
        facts.silence(node.getId()).getSilentMs(),
        facts.silence(node.getId()).getAtLeast(),
        node.getDisksCount(),
        targets.size(),
        offline.size(),
        offline.stream()
            .map(Target::getDiskUuid)
            .distinct()
            .map(uuid -> devices.getOrDefault(uuid, uuid))
            .sorted()
            .toList(),
        targets.stream().mapToLong(target -> facts.report(target.getId()).getUsedBytes()).sum(),
        targets.stream().mapToLong(Target::getBudgetBytes).sum());
  }

  private static String state(Node node, StatusFacts facts) {
    if (node.getDisabled()) {
      return "disabled";
    }
    if (node.getHost().isEmpty()) {
      return "expected";
    }
    if (!node.getAlive()) {
      return "DEAD";
    }
    return facts.isStopped(node.getId()) ? "stopped" : "alive";
  }

  /** Whether every node and chain is well, and no disk keeps something from working. */
  public boolean healthy() {
    return routingVersion > 0
        && chainsComplete == chains
        && disks.stream().noneMatch(SlotView::harms)
        && nodes.stream().allMatch(node -> node.state.equals("alive") && node.targetsOffline == 0);
  }

  /** The page as JSON, its fields in snake case. */
  public String toJson() {
    return JsonText.of(this);
  }

  /** Prints the whole page: headline, nodes, chains that are not well, advice. */
  public void print(PrintWriter out) {
    printHeadline(out);
    printNodes(nodes, out);
    printChains(out);
    printAdvice(out);
    out.flush();
  }

  /** Prints whether all is well, and an empty line. */
  public void printHeadline(PrintWriter out) {
    out.printf(
        "%s   routing version %d   chains %d of %d complete   Mgmtd %s, term %d%n%n",
        healthy() ? "HEALTHY" : "NOT WELL",
        routingVersion,
        chainsComplete,
        chains,
        primaryMgmtd,
        term);
  }

  /** Prints what to do about disks and nodes; nothing when all is well. */
  public void printAdvice(PrintWriter out) {
    for (NodeStatus node : nodes) {
      for (String disk : node.disksOffline) {
        if (disks.stream().noneMatch(slot -> slot.failed() && isDisk(slot, node.id, disk))) {
          out.printf(
              "%nDisk %s of node %d is OFFLINE. Look into the node's log; when the disk works"
                  + " again, or another one is in its place, run 'luciola admin add-disk --node"
                  + " %d'; for another one then 'luciola admin replace-disk --node %d'.%n",
              disk, node.id, node.id, node.id);
        }
      }
    }
    List<String> advice = disks.stream().flatMap(slot -> SlotAdvice.of(slot).stream()).toList();
    advice.stream().limit(MOST_DISKS_SHOWN).forEach(line -> out.printf("%n%s%n", line));
    if (advice.size() > MOST_DISKS_SHOWN) {
      out.printf(
          "%nand %d more of disks; 'luciola admin list-disks' shows all%n",
          advice.size() - MOST_DISKS_SHOWN);
    }
    if (routingVersion == 0) {
      long storage = nodes.stream().filter(node -> node.type.equals("storage")).count();
      out.printf(
          "%nThere is no chain table yet: %d of %d storage nodes have registered.%n",
          storage, expectedStorageNodes);
    }
  }

  private static boolean isDisk(SlotView slot, int node, String disk) {
    return slot.node() == node && (slot.device().equals(disk) || slot.uuid().equals(disk));
  }

  private void printChains(PrintWriter out) {
    if (chainsNotWell.isEmpty()) {
      return;
    }
    out.printf("%n%7s  %7s  %s%n", "CHAIN", "VERSION", "TARGETS (target@node state)");
    chainsNotWell.stream().limit(MOST_CHAINS_SHOWN).forEach(chain -> chain.print(out));
    if (chainsNotWell.size() > MOST_CHAINS_SHOWN) {
      out.printf(
          "and %d more; 'luciola admin list-chains' shows all%n",
          chainsNotWell.size() - MOST_CHAINS_SHOWN);
    }
  }

  /** Prints a heading and a line for each node. */
  public static void printNodes(List<NodeStatus> nodes, PrintWriter out) {
    out.printf(
        "%4s  %-8s  %-24s  %-8s  %8s  %5s  %7s  %7s  %10s  %10s%n",
        "NODE",
        "TYPE",
        "ADDRESS",
        "STATE",
        "SILENT",
        "DISKS",
        "TARGETS",
        "OFFLINE",
        "USED",
        "CAPACITY");
    for (NodeStatus node : nodes) {
      out.printf(
          "%4d  %-8s  %-24s  %-8s  %8s  %5d  %7d  %7d  %10s  %10s%n",
          node.id,
          node.type,
          node.address,
          node.state,
          StatusFacts.duration(node.silentMs, node.silentAtLeast),
          node.disks,
          node.targets,
          node.targetsOffline,
          ByteSize.approximate(node.usedBytes),
          ByteSize.approximate(node.budgetBytes));
    }
  }
}
