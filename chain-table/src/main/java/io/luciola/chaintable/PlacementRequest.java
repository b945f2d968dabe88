package io.luciola.chaintable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a chain table is to be made of.
 *
 * @param nodes in any order
 * @param targetsPerDisk from 1 to 99
 * @param replicas targets of a chain, from 1
 * @param tableId id of the table
 * @param seed the same request gives the same placement
 */
public record PlacementRequest(
    List<PlacementNode> nodes, int targetsPerDisk, int replicas, int tableId, long seed) {

  /** Checks that a placement exists; the message says what to change when none does. */
  public PlacementRequest {
    nodes = List.copyOf(nodes);
    require(
        targetsPerDisk >= 1 && targetsPerDisk <= 99,
        "targets per disk must be from 1 to 99, not " + targetsPerDisk);
    require(replicas >= 1, "a chain needs at least 1 replica, not " + replicas);
    require(tableId >= 1, "a chain table id is positive, not " + tableId);
    require(
        nodes.size() >= replicas,
        replicas
            + " replicas need as many nodes, but there are "
            + nodes.size()
            + "; add nodes or ask for fewer replicas");
    checkNames(nodes);
    long targets = 0;
    for (PlacementNode node : nodes) {
      targets += (long) node.disks().size() * targetsPerDisk;
    }
    require(
        targets % replicas == 0,
        targets
            + " targets do not divide into chains of "
            + replicas
            + "; "
            + (targetsPerDisk * replicas <= 99
                ? targetsPerDisk * replicas + " targets per disk would"
                : "change the number of disks"));
    long chains = targets / replicas;
    require(chains <= 99_999, chains + " chains are too many for one table; at most 99999");
    for (PlacementNode node : nodes) {
      long held = (long) node.disks().size() * targetsPerDisk;
      require(
          held <= chains,
          "node "
              + node.nodeId()
              + " would hold "
              + held
              + " targets, but there are only "
              + chains
              + " chains and it may be in each one once; spread its disks over more nodes");
    }
  }

  private static void checkNames(List<PlacementNode> nodes) {
    Set<Integer> ids = new HashSet<>();
    Set<String> uuids = new HashSet<>();
    for (PlacementNode node : nodes) {
      require(node.nodeId() >= 1, "a node id is positive, not " + node.nodeId());
      require(ids.add(node.nodeId()), "node " + node.nodeId() + " is named twice");
      require(!node.disks().isEmpty(), "node " + node.nodeId() + " has no disk");
      Set<Integer> indexes = new HashSet<>();
      for (PlacementNode.Disk disk : node.disks()) {
        String name = "disk " + disk.uuid() + " of node " + node.nodeId();
        require(uuids.add(disk.uuid()), name + " is named twice");
        require(
            disk.index() >= 0 && disk.index() <= 998,
            name + " has index " + disk.index() + "; it must be from 0 to 998");
        require(indexes.add(disk.index()), name + " has the index of another disk");
        require(disk.sizeBytes() > 0, name + " has no space");
      }
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
