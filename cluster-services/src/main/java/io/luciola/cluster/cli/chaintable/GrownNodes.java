package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.placement.PlacementNode;
import java.util.ArrayList;
import java.util.List;

/** A cluster on paper that gets more nodes, or more disks in its nodes. */
final class GrownNodes {

  private GrownNodes() {}

  /**
   * The grown cluster.
   *
   * @param addedNodes how many nodes like the last one come, in the zones of the others in turn
   * @param addedDisks how many disks like its last one each old node gets
   */
  static List<PlacementNode> of(List<PlacementNode> nodes, int addedNodes, int addedDisks) {
    List<PlacementNode> grown = new ArrayList<>();
    nodes.forEach(node -> grown.add(withDisks(node, addedDisks)));
    PlacementNode like = nodes.getLast();
    int nextId = nodes.stream().mapToInt(PlacementNode::nodeId).max().orElse(0) + 1;
    for (int i = 0; i < addedNodes; i++) {
      int id = nextId + i;
      grown.add(
          new PlacementNode(
              id,
              nodes.get(i % nodes.size()).zone(),
              like.disks().stream().map(disk -> disk(id, disk.index(), disk)).toList()));
    }
    return grown;
  }

  private static PlacementNode withDisks(PlacementNode node, int added) {
    List<PlacementNode.Disk> disks = new ArrayList<>(node.disks());
    int nextIndex = disks.stream().mapToInt(PlacementNode.Disk::index).max().orElse(-1) + 1;
    for (int i = 0; i < added; i++) {
      disks.add(disk(node.nodeId(), nextIndex + i, node.disks().getLast()));
    }
    return new PlacementNode(node.nodeId(), node.zone(), disks);
  }

  private static PlacementNode.Disk disk(int nodeId, int index, PlacementNode.Disk like) {
    return new PlacementNode.Disk(
        "added-" + EqualNodes.uuid(nodeId, index), index, like.sizeBytes());
  }
}
