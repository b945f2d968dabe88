package io.luciola.cluster.routing;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.target.TargetOnDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of the routing map, laid out for look-ups that allocate nothing. Safe to
 * share between threads.
 */
public final class RoutingTable {

  /** Knows nothing; version 0. */
  public static final RoutingTable EMPTY = of(RoutingMap.getDefaultInstance());

  private final long version;
  private final int[] chainIds;
  private final ChainRoute[] chains;
  private final long[] targetIds;
  private final TargetPlacement[] targets;
  private final int[] nodeIds;
  private final NodeAddress[] nodes;
  private final List<ChainTable> chainTables;
  private final Map<Integer, List<TargetOnDisk>> retiring;

  private RoutingTable(RoutingMap map) {
    version = map.getVersion();
    nodes =
        map.getNodesList().stream()
            .filter(node -> node.getType() == NodeType.STORAGE)
            .map(RoutingTable::node)
            .sorted((a, b) -> Integer.compare(a.id(), b.id()))
            .toArray(NodeAddress[]::new);
    nodeIds = Arrays.stream(nodes).mapToInt(NodeAddress::id).toArray();
    targets =
        map.getTargetsList().stream()
            .map(RoutingTable::target)
            .sorted((a, b) -> Long.compare(a.targetId(), b.targetId()))
            .toArray(TargetPlacement[]::new);
    targetIds = Arrays.stream(targets).mapToLong(TargetPlacement::targetId).toArray();
    chains =
        map.getChainsList().stream()
            .map(RoutingTable::chain)
            .sorted((a, b) -> Integer.compare(a.id(), b.id()))
            .map(chain -> new ChainRoute(chain, this::nodeOf))
            .toArray(ChainRoute[]::new);
    chainIds = Arrays.stream(chains).mapToInt(route -> route.chain().id()).toArray();
    chainTables = map.getChainTablesList().stream().map(RoutingTable::chainTable).toList();
    retiring =
        map.getNodesList().stream()
            .filter(node -> node.getRetiringCount() > 0)
            .collect(Collectors.toUnmodifiableMap(Node::getId, RoutingTable::retiring));
  }

  private static List<TargetOnDisk> retiring(Node node) {
    return node.getRetiringList().stream()
        .map(target -> new TargetOnDisk(target.getTargetId(), uuid(target.getDiskUuid())))
        .toList();
  }

  /**
   * Lays a map out.
   *
   * @throws IllegalArgumentException when the map breaks a rule of chains, naming it
   */
  public static RoutingTable of(RoutingMap map) {
    return new RoutingTable(map);
  }

  /** The newest version of a chain table in a map; null when there is none. */
  public static @Nullable ChainTable newestTable(RoutingMap map, int tableId) {
    return map.getChainTablesList().stream()
        .filter(table -> table.getId() == tableId)
        .max(Comparator.comparingInt(table -> table.getVersion()))
        .map(RoutingTable::chainTable)
        .orElse(null);
  }

  /** Version of the map; grows with every change, 0 until there is a chain table. */
  public long version() {
    return version;
  }

  /** A chain's serving replicas; null when the map has no such chain. */
  public @Nullable ChainRoute route(int chainId) {
    int index = Arrays.binarySearch(chainIds, chainId);
    return index < 0 ? null : chains[index];
  }

  /** A chain; null when the map has no such chain. */
  public @Nullable Chain chain(int chainId) {
    ChainRoute route = route(chainId);
    return route == null ? null : route.chain();
  }

  /** All chains in ascending order of ids. */
  public List<ChainRoute> chains() {
    return List.of(chains);
  }

  /** Where a target lives; null when the map has no such target. */
  public @Nullable TargetPlacement target(long targetId) {
    int index = Arrays.binarySearch(targetIds, targetId);
    return index < 0 ? null : targets[index];
  }

  /** The node that holds a target; 0 when the map has no such target. */
  public int nodeOf(long targetId) {
    TargetPlacement placement = target(targetId);
    return placement == null ? 0 : placement.nodeId();
  }

  /** The targets which a node is to hold. */
  public List<TargetPlacement> targetsOn(int nodeId) {
    List<TargetPlacement> found = new ArrayList<>();
    for (TargetPlacement placement : targets) {
      if (placement.nodeId() == nodeId) {
        found.add(placement);
      }
    }
    return found;
  }

  /** The targets which a node is to remove from its disks. */
  public List<TargetOnDisk> retiringOn(int nodeId) {
    return retiring.getOrDefault(nodeId, List.of());
  }

  /** Whether a node holds a replica that is read or written. */
  public boolean hasReplicasOn(int nodeId) {
    for (ChainRoute route : chains) {
      if (route.reaches(nodeId)) {
        return true;
      }
    }
    return false;
  }

  /** A storage node; null when the map has no such node. */
  public @Nullable NodeAddress node(int nodeId) {
    int index = Arrays.binarySearch(nodeIds, nodeId);
    return index < 0 ? null : nodes[index];
  }

  /** All storage nodes in ascending order of ids. */
  public List<NodeAddress> nodes() {
    return List.of(nodes);
  }

  /** All versions of all chain tables. */
  public List<ChainTable> chainTables() {
    return chainTables;
  }

  private static NodeAddress node(Node node) {
    return new NodeAddress(node.getId(), node.getHost(), node.getPort(), node.getAlive());
  }

  private static TargetPlacement target(Target target) {
    return new TargetPlacement(
        target.getId(),
        target.getNodeId(),
        uuid(target.getDiskUuid()),
        target.getChainId(),
        target.getBudgetBytes());
  }

  private static ChainTable chainTable(io.luciola.cluster.mgmtd.proto.ChainTable table) {
    return table.getRoundStartsCount() == 0
        ? new ChainTable(table.getId(), table.getVersion(), table.getChainIdsList())
        : new ChainTable(
            table.getId(), table.getVersion(), table.getChainIdsList(), table.getRoundStartsList());
  }

  private static Chain chain(io.luciola.cluster.mgmtd.proto.Chain chain) {
    return new Chain(
        chain.getId(),
        chain.getVersion(),
        chain.getTargetsList().stream()
            .map(
                target ->
                    new ChainTarget(
                        target.getTargetId(), PublicTargetState.of(target.getStateValue())))
            .toList());
  }

  private static UUID uuid(String hex) {
    if (hex.length() != 32) {
      throw new IllegalArgumentException("a disk UUID has 32 hexadecimal digits, not: " + hex);
    }
    return new UUID(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }
}
