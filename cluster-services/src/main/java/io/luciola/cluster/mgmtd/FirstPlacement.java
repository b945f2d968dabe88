package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.placement.ChainTableGenerator;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.util.List;

/** Makes the first chain table out of the disks that storage nodes have announced. */
final class FirstPlacement {

  private final PlacementConfig config;

  FirstPlacement(PlacementConfig config) {
    this.config = config;
  }

  /** How many storage nodes must have announced their disks. */
  int storageNodes() {
    return config.storageNodes();
  }

  /**
   * Adds targets, chains and the table to a map.
   *
   * @throws IllegalArgumentException when these disks cannot be divided as configured; the message
   *     says what to change
   */
  RoutingMap place(RoutingMap.Builder map, List<Node> storageNodes) {
    Placement placement =
        ChainTableGenerator.generate(
            new PlacementRequest(
                storageNodes.stream().map(FirstPlacement::node).toList(),
                config.targetsPerDisk(),
                config.replicas(),
                ChainTable.FIRST_ID,
                config.seed()));
    placement.targets().forEach(target -> map.addTargets(target(target)));
    placement.chains().forEach(chain -> map.addChains(ChainMessages.message(chain)));
    placement.tables().forEach(table -> map.addChainTables(ChainMessages.message(table)));
    return map.build();
  }

  private static PlacementNode node(Node node) {
    return new PlacementNode(
        node.getId(),
        node.getZone(),
        node.getDisksList().stream()
            .map(
                disk ->
                    new PlacementNode.Disk(disk.getUuid(), disk.getIndex(), disk.getSizeBytes()))
            .toList());
  }

  private static Target target(PlacedTarget target) {
    return Target.newBuilder()
        .setId(target.id())
        .setNodeId(target.nodeId())
        .setDiskUuid(target.diskUuid())
        .setChainId(target.chainId())
        .setBudgetBytes(target.budgetBytes())
        .build();
  }
}
