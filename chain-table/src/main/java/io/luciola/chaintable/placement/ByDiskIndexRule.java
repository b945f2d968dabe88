package io.luciola.chaintable.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@link PlacementRule#BY_DISK_INDEX}: one choice of node groups is laid out again for each disk
 * index, and the table is in the order of chain ids: first all chains over the first disk of each
 * node, then all over the second, and so on.
 */
final class ByDiskIndexRule implements MemberRule {

  @Override
  public Members members(DiskTree tree, TableRequest table, SplitMix64 random) {
    Map<Integer, List<Integer>> disksByIndex = new TreeMap<>();
    for (int disk = 0; disk < tree.disks.size(); disk++) {
      disksByIndex.computeIfAbsent(tree.disks.get(disk).index(), _ -> new ArrayList<>()).add(disk);
    }
    Map<List<Integer>, int[][]> groupsOfNodes = new HashMap<>();
    List<int[]> chains = new ArrayList<>();
    for (List<Integer> disks : disksByIndex.values()) {
      List<Integer> nodes = disks.stream().map(disk -> tree.nodeOfDisk[disk]).toList();
      int[][] groups =
          groupsOfNodes.computeIfAbsent(nodes, key -> groups(tree, table, key, random));
      Map<Integer, Integer> diskOfNode = new HashMap<>();
      disks.forEach(disk -> diskOfNode.put(tree.nodeOfDisk[disk], disk));
      for (int[] group : groups) {
        chains.add(Arrays.stream(group).map(diskOfNode::get).toArray());
      }
    }
    return new Members(chains.toArray(int[][]::new), new int[] {0, chains.size()});
  }

  private static int[][] groups(
      DiskTree tree, TableRequest table, List<Integer> nodes, SplitMix64 random) {
    int targets = nodes.size() * table.targetsPerDisk();
    Requirement.holds(
        nodes.size() >= table.replicas() && targets % table.replicas() == 0,
        "by disk index, the "
            + nodes.size()
            + " nodes that have a disk of the same index cannot make chains of "
            + table.replicas()
            + " with "
            + table.targetsPerDisk()
            + " targets per disk");
    int[] room = new int[tree.nodes.size()];
    nodes.forEach(node -> room[node] = table.targetsPerDisk());
    int[] bounds = {0, targets / table.replicas()};
    try {
      return NodeGroups.choose(tree, table.replicas(), bounds, new int[][] {room}, random).groups();
    } catch (IllegalStateException deadEnd) {
      // The rule does not look ahead: unequal zones may leave it without a choice.
      throw new IllegalArgumentException(
          "by disk index, the zones leave no choice: " + deadEnd.getMessage(), deadEnd);
    }
  }
}
