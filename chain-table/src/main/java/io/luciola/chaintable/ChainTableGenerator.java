package io.luciola.chaintable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places targets on disks and makes chains of them.
 *
 * <p>Always: the replicas of a chain are on different nodes, each disk holds the same number of
 * targets, and the numbers of chains of which disks are head differ by at most one. As well as a
 * seeded search gets: pairs of nodes share equally many chains (so that a dead node's work spreads
 * over all others), and neighbouring slots of the table lie on different disks (so that a file with
 * a small stripe uses many disks).
 */
public final class ChainTableGenerator {

  private static final long BUDGET_UNIT_BYTES = 4096;

  /** A disk among all, in order of node id and disk index. */
  private record DiskPlace(int nodeId, PlacementNode.Disk disk) {}

  private ChainTableGenerator() {}

  /**
   * Makes targets, chains of version 1 and a table of version 1; a pure function of the request.
   */
  public static Placement generate(PlacementRequest request) {
    List<PlacementNode> nodes =
        request.nodes().stream().sorted(Comparator.comparingInt(PlacementNode::nodeId)).toList();
    List<DiskPlace> disks = new ArrayList<>();
    List<int[]> slotsOfNodes = new ArrayList<>();
    SplitMix64 random = new SplitMix64(request.seed());
    for (PlacementNode node : nodes) {
      slotsOfNodes.add(addDisks(node, request.targetsPerDisk(), disks, random));
    }
    int chainCount = disks.size() * request.targetsPerDisk() / request.replicas();
    int[] room = slotsOfNodes.stream().mapToInt(slots -> slots.length).toArray();
    int[][] chains = NodeGroups.choose(room, chainCount, request.replicas(), random);
    for (int[] chain : chains) {
      random.shuffle(chain);
      for (int place = 0; place < chain.length; place++) {
        int node = chain[place];
        chain[place] = slotsOfNodes.get(node)[--room[node]];
      }
    }
    HeadBalance.balance(chains, disks.size());
    int[] order = TableOrder.of(chains, disks.size(), random);
    return describe(request, disks, chains, order);
  }

  /** Adds a node's disks; returns the disk of each of its targets, shuffled. */
  private static int[] addDisks(
      PlacementNode node, int targetsPerDisk, List<DiskPlace> disks, SplitMix64 random) {
    int[] slots = new int[node.disks().size() * targetsPerDisk];
    int slot = 0;
    for (PlacementNode.Disk disk :
        node.disks().stream().sorted(Comparator.comparingInt(PlacementNode.Disk::index)).toList()) {
      for (int i = 0; i < targetsPerDisk; i++) {
        slots[slot++] = disks.size();
      }
      disks.add(new DiskPlace(node.nodeId(), disk));
    }
    random.shuffle(slots);
    return slots;
  }

  private static Placement describe(
      PlacementRequest request, List<DiskPlace> disks, int[][] members, int[] order) {
    List<PlacedTarget> targets = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    List<Integer> table = new ArrayList<>();
    int[] used = new int[disks.size()];
    for (int i = 0; i < members.length; i++) {
      int chainId = i + 1;
      long budgetBytes = Long.MAX_VALUE;
      for (int disk : members[i]) {
        long share = disks.get(disk).disk().sizeBytes() / request.targetsPerDisk();
        budgetBytes = Math.min(budgetBytes, share / BUDGET_UNIT_BYTES * BUDGET_UNIT_BYTES);
      }
      List<ChainTarget> chain = new ArrayList<>();
      for (int disk : members[i]) {
        DiskPlace place = disks.get(disk);
        long id = (place.nodeId() * 1000L + place.disk().index() + 1) * 100 + ++used[disk];
        targets.add(
            new PlacedTarget(id, place.nodeId(), place.disk().uuid(), chainId, budgetBytes));
        chain.add(new ChainTarget(id, PublicTargetState.SERVING));
      }
      chains.add(new Chain(chainId, 1, chain));
    }
    for (int chain : order) {
      table.add(chain + 1);
    }
    targets.sort(Comparator.comparingLong(PlacedTarget::id));
    return new Placement(targets, chains, new ChainTable(request.tableId(), 1, table));
  }
}
