package io.luciola.chaintable.placement;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What chain tables are to be made of.
 *
 * @param nodes in any order
 * @param tables at least one, no id twice; they share the disks' space
 * @param rule how chains are made
 * @param seed the same request gives the same placement
 */
public record PlacementRequest(
    List<PlacementNode> nodes, List<TableRequest> tables, PlacementRule rule, long seed) {

  /** Checks what can be said without placing; the message says what to change. */
  public PlacementRequest {
    nodes = List.copyOf(nodes);
    tables = List.copyOf(tables);
    Requirement.holds(!tables.isEmpty(), "at least one chain table must be wanted");
    checkNames(nodes);
    checkZones(nodes);
    Set<Integer> tableIds = new HashSet<>();
    for (TableRequest table : tables) {
      Requirement.holds(
          tableIds.add(table.tableId()), "chain table " + table.tableId() + " is wanted twice");
      Requirement.holds(
          nodes.size() >= table.replicas(),
          table.replicas()
              + " replicas need as many nodes, but there are "
              + nodes.size()
              + "; add nodes or ask for fewer replicas");
    }
  }

  /** One dispersed table. */
  public PlacementRequest(
      List<PlacementNode> nodes, int targetsPerDisk, int replicas, int tableId, long seed) {
    this(
        nodes,
        List.of(new TableRequest(tableId, targetsPerDisk, replicas)),
        PlacementRule.DISPERSED,
        seed);
  }

  /** The same request by another rule. */
  public PlacementRequest by(PlacementRule other) {
    return new PlacementRequest(nodes, tables, other, seed);
  }

  /**
   * The same request without some nodes and disks; a node whose last disk goes, goes too.
   *
   * @throws IllegalArgumentException when one is not in the request, or what is left is too little
   */
  public PlacementRequest without(Set<Integer> nodeIds, Set<String> diskUuids) {
    Set<Integer> knownNodes = new HashSet<>();
    Set<String> knownDisks = new HashSet<>();
    for (PlacementNode node : nodes) {
      knownNodes.add(node.nodeId());
      node.disks().forEach(disk -> knownDisks.add(disk.uuid()));
    }
    for (int id : nodeIds) {
      Requirement.holds(knownNodes.contains(id), "there is no node " + id + " to leave out");
    }
    for (String uuid : diskUuids) {
      Requirement.holds(knownDisks.contains(uuid), "there is no disk " + uuid + " to leave out");
    }
    List<PlacementNode> kept =
        nodes.stream()
            .filter(node -> !nodeIds.contains(node.nodeId()))
            .map(
                node ->
                    new PlacementNode(
                        node.nodeId(),
                        node.zone(),
                        node.disks().stream()
                            .filter(disk -> !diskUuids.contains(disk.uuid()))
                            .toList()))
            .filter(node -> !node.disks().isEmpty())
            .toList();
    return new PlacementRequest(kept, tables, rule, seed);
  }

  private static void checkNames(List<PlacementNode> nodes) {
    Set<Integer> ids = new HashSet<>();
    Set<String> uuids = new HashSet<>();
    for (PlacementNode node : nodes) {
      Requirement.holds(node.nodeId() >= 1, "a node id is positive, not " + node.nodeId());
      Requirement.holds(ids.add(node.nodeId()), "node " + node.nodeId() + " is named twice");
      Requirement.holds(!node.disks().isEmpty(), "node " + node.nodeId() + " has no disk");
      Set<Integer> indexes = new HashSet<>();
      for (PlacementNode.Disk disk : node.disks()) {
        String name = "disk " + disk.uuid() + " of node " + node.nodeId();
        Requirement.holds(uuids.add(disk.uuid()), name + " is named twice");
        Requirement.holds(
            disk.index() >= 0 && disk.index() <= 998,
            name + " has index " + disk.index() + "; it must be from 0 to 998");
        Requirement.holds(indexes.add(disk.index()), name + " has the index of another disk");
        Requirement.holds(disk.sizeBytes() > 0, name + " has no space");
      }
    }
  }

  private static void checkZones(List<PlacementNode> nodes) {
    boolean named = nodes.stream().anyMatch(node -> !node.zone().isEmpty());
    for (PlacementNode node : nodes) {
      Requirement.holds(
          !named || !node.zone().isEmpty(),
          "node " + node.nodeId() + " names no zone, but other nodes do");
    }
  }
}
