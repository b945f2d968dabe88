package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.analysis.Fill;
import io.luciola.chaintable.analysis.PlacedTable;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.routing.RoutingTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chain table of a running cluster, as Mgmtd knows it. */
final class LiveTable {

  private final GetStatusResponse status;

  LiveTable(GetStatusResponse status) {
    this.status = status;
  }

  /**
   * A table and where its chains are.
   *
   * @param version null: the newest
   */
  PlacedTable placed(int tableId, @Nullable Integer version) {
    RoutingMap map = status.getRouting();
    RoutingTable routing = RoutingTable.of(map);
    ChainTable table =
        routing.chainTables().stream()
            .filter(t -> t.id() == tableId && (version == null || t.version() == version))
            .max(Comparator.comparingInt(ChainTable::version))
            .orElseThrow(() -> missing(tableId, version));
    List<PlacementNode> nodes =
        map.getNodesList().stream()
            .filter(node -> node.getType() == NodeType.STORAGE && node.getDisksCount() > 0)
            .map(LiveTable::node)
            .toList();
    List<PlacedTarget> targets = map.getTargetsList().stream().map(LiveTable::target).toList();
    List<Chain> chains = routing.chains().stream().map(route -> route.chain()).toList();
    try {
      return PlacedTable.of(nodes, targets, chains, table);
    } catch (IllegalArgumentException incomplete) {
      throw CommandFailure.failed(incomplete.getMessage());
    }
  }

  private static CommandFailure missing(int tableId, @Nullable Integer version) {
    return CommandFailure.failed(
        "there is no chain table "
            + tableId
            + (version == null ? "" : " of version " + version)
            + "; 'luciola admin list-chain-tables' shows all");
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

  private static PlacedTarget target(Target target) {
    return new PlacedTarget(
        target.getId(),
        target.getNodeId(),
        target.getDiskUuid(),
        target.getChainId(),
        target.getBudgetBytes());
  }

  /** What all targets of the cluster use of the disks, as their nodes said last. */
  Fill fill(PlacedTable placed) {
    Map<Long, Long> usedBytes = new HashMap<>();
    for (TargetReport report : status.getTargetsList()) {
      usedBytes.put(report.getTargetId(), report.getUsedBytes());
    }
    Map<String, Long> usedByDisk = new HashMap<>();
    for (Target target : status.getRouting().getTargetsList()) {
      usedByDisk.merge(target.getDiskUuid(), usedBytes.getOrDefault(target.getId(), 0L), Long::sum);
    }
    return Fill.of(
        placed,
        placed.disks().stream()
            .mapToLong(disk -> usedByDisk.getOrDefault(disk.uuid(), 0L))
            .toArray());
  }
}
