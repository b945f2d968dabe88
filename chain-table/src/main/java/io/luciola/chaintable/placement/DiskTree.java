package io.luciola.chaintable.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The zones, nodes and disks of a request, numbered from 0 in ascending order of node id and disk
 * index. Without zones each node is one.
 */
final class DiskTree {

  /** The largest weight: products with numbers of targets fit in 63 bits. */
  private static final long MAX_WEIGHT = 1L << 24;

  final List<PlacementNode> nodes;
  final List<PlacementNode.Disk> disks = new ArrayList<>();
  final int zoneCount;

  /** By node. */
  final int[] zoneOfNode;

  /** By disk. */
  final int[] nodeOfDisk;

  /** By disk: its size, in units that keep small ratios exact. */
  final long[] weights;

  DiskTree(List<PlacementNode> unordered) {
    nodes = unordered.stream().sorted(Comparator.comparingInt(PlacementNode::nodeId)).toList();
    zoneOfNode = new int[nodes.size()];
    Map<String, Integer> zones = new HashMap<>();
    List<Integer> owners = new ArrayList<>();
    for (int node = 0; node < nodes.size(); node++) {
      PlacementNode from = nodes.get(node);
      String zone = from.zone().isEmpty() ? "node " + from.nodeId() : from.zone();
      Integer known = zones.putIfAbsent(zone, zones.size());
      zoneOfNode[node] = known == null ? zones.size() - 1 : known;
      for (PlacementNode.Disk disk :
          from.disks().stream()
              .sorted(Comparator.comparingInt(PlacementNode.Disk::index))
              .toList()) {
        disks.add(disk);
        owners.add(node);
      }
    }
    zoneCount = zones.size();
    nodeOfDisk = owners.stream().mapToInt(Integer::intValue).toArray();
    weights = weights(disks.stream().mapToLong(PlacementNode.Disk::sizeBytes).toArray());
  }

  private static long[] weights(long[] sizes) {
    long largest = Arrays.stream(sizes).max().orElse(1);
    long unit = Arrays.stream(sizes).reduce(0, DiskTree::greatestCommonDivisor);
    long scale = MAX_WEIGHT / (largest / unit);
    return Arrays.stream(sizes)
        .map(
            size ->
                scale > 0
                    ? size / unit * scale
                    : Math.max(1, (long) ((double) size / largest * MAX_WEIGHT)))
        .toArray();
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /**
   * The weights, less what cannot be used because a node's or a zone's share of all is larger than
   * what it may hold of each chain.
   */
  long[] usableWeights(int replicas) {
    long[] usable = weights.clone();
    long before;
    long sum = Arrays.stream(usable).sum();
    do {
      before = sum;
      cut(usable, byNode(usable), nodeOfDisk, sum / replicas);
      int[] zoneOfDisk = Arrays.stream(nodeOfDisk).map(node -> zoneOfNode[node]).toArray();
      cut(usable, byZone(byNode(usable)), zoneOfDisk, sum * mostPerZone(replicas) / replicas);
      sum = Arrays.stream(usable).sum();
    } while (sum < before);
    return usable;
  }

  private static void cut(long[] weights, long[] sums, int[] ownerOfDisk, long most) {
    for (int disk = 0; disk < weights.length; disk++) {
      long sum = sums[ownerOfDisk[disk]];
      if (sum > most) {
        weights[disk] = weights[disk] * most / sum;
      }
    }
  }

  /** How many replicas of a chain may be in one zone: one, where there are enough zones. */
  int mostPerZone(int replicas) {
    return (replicas + zoneCount - 1) / zoneCount;
  }

  /** How many targets all disks hold, when one of mean size holds so many. */
  static long targets(long targetsPerDisk, long[] weights, long[] usable) {
    return Math.multiplyExact(targetsPerDisk * weights.length, Arrays.stream(usable).sum())
        / Arrays.stream(weights).sum();
  }

  /** Whether so many targets of each disk can be in so many chains: none twice on a node. */
  boolean fit(int[] ofDisks, int chains, int replicas) {
    int[] ofNodes = byNode(ofDisks);
    long most = (long) chains * mostPerZone(replicas);
    return Arrays.stream(ofNodes).allMatch(count -> count <= chains)
        && Arrays.stream(byZone(Arrays.stream(ofNodes).asLongStream().toArray()))
            .allMatch(count -> count <= most);
  }

  /** Sums by node of a number by disk. */
  int[] byNode(int[] ofDisks) {
    int[] sums = new int[nodes.size()];
    for (int disk = 0; disk < ofDisks.length; disk++) {
      sums[nodeOfDisk[disk]] += ofDisks[disk];
    }
    return sums;
  }

  /** Sums by node of a value by disk. */
  long[] byNode(long[] ofDisks) {
    long[] sums = new long[nodes.size()];
    for (int disk = 0; disk < ofDisks.length; disk++) {
      sums[nodeOfDisk[disk]] += ofDisks[disk];
    }
    return sums;
  }

  /** Sums by zone of a value by node. */
  long[] byZone(long[] ofNodes) {
    long[] sums = new long[zoneCount];
    for (int node = 0; node < ofNodes.length; node++) {
      sums[zoneOfNode[node]] += ofNodes[node];
    }
    return sums;
  }
}
