package io.luciola.chaintable.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Clusters of unequal nodes and disks. */
public final class RandomClusters {

  private static final long TIB = 1L << 40;

  private RandomClusters() {}

  /** Nodes with 1 to 16 disks of 1 to 8 TiB, unlike each other. */
  public static Arbitrary<List<PlacementNode>> unequal(int fewestNodes, int mostNodes) {
    Arbitrary<List<Integer>> disks =
        Arbitraries.integers().between(1, 8).list().ofMinSize(1).ofMaxSize(16);
    return disks.list().ofMinSize(fewestNodes).ofMaxSize(mostNodes).map(RandomClusters::nodes);
  }

  /** Nodes with equal numbers of equal disks. */
  public static Arbitrary<List<PlacementNode>> equal(int fewestNodes, int mostNodes) {
    return Combinators.combine(
            Arbitraries.integers().between(fewestNodes, mostNodes),
            Arbitraries.integers().between(1, 16))
        .as(RandomClusters::equalNodes);
  }

  /** So many nodes with so many disks of 8 TiB. */
  public static List<PlacementNode> equalNodes(int nodes, int disksPerNode) {
    List<Integer> sizes = Collections.nCopies(disksPerNode, 8);
    return nodes(Collections.nCopies(nodes, sizes));
  }

  /** By node the sizes of its disks in TiB. */
  public static List<PlacementNode> nodes(List<List<Integer>> sizesTib) {
    List<PlacementNode> nodes = new ArrayList<>();
    for (int n = 0; n < sizesTib.size(); n++) {
      List<PlacementNode.Disk> disks = new ArrayList<>();
      for (int d = 0; d < sizesTib.get(n).size(); d++) {
        String uuid = "disk-" + (n + 1) + "-" + d;
        disks.add(new PlacementNode.Disk(uuid, d, sizesTib.get(n).get(d) * TIB));
      }
      nodes.add(new PlacementNode(n + 1, disks));
    }
    return nodes;
  }

  /** The same nodes, dealt to zones. */
  public static List<PlacementNode> inZones(List<PlacementNode> nodes, int zones) {
    return nodes.stream()
        .map(
            node -> new PlacementNode(node.nodeId(), "rack-" + node.nodeId() % zones, node.disks()))
        .toList();
  }
}
