package io.luciola.chaintable.placement;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places targets on disks and makes chains of them.
 *
 * <p>Always, by the rule {@link PlacementRule#DISPERSED}: the replicas of a chain are on different
 * nodes, and in different zones where there are enough; the targets of each disk are its exact
 * share by size, rounded down or up; each disk is head of its share of its chains, rounded down or
 * up; each round of the table touches every disk. As well as a seeded search gets: pairs of nodes
 * share chains in proportion to their sizes (so that a dead node's work spreads over all others),
 * and runs of slots across rounds touch many disks.
 */
public final class ChainTableGenerator {

  private static final int MAX_CHAINS = 99_999;

  private ChainTableGenerator() {}

  /**
   * Makes targets, chains of version 1 and tables of version 1; a pure function of the request.
   *
   * @throws IllegalArgumentException when these disks cannot be divided as requested; the message
   *     says what to change
   */
  public static Placement generate(PlacementRequest request) {
    DiskTree tree = new DiskTree(request.nodes());
    SplitMix64 random = new SplitMix64(request.seed());
    MemberRule rule =
        switch (request.rule()) {
          case DISPERSED -> new DispersedRule();
          case BY_DISK_INDEX -> new ByDiskIndexRule();
        };
    List<int[]> chains = new ArrayList<>();
    List<ChainTable> tables = new ArrayList<>();
    for (TableRequest wanted : request.tables()) {
      MemberRule.Members members = rule.members(tree, wanted, random);
      tables.add(table(wanted.tableId(), chains.size() + 1, members));
      chains.addAll(Arrays.asList(members.chains()));
    }
    Requirement.holds(
        chains.size() <= MAX_CHAINS, chains.size() + " chains are too many; at most " + MAX_CHAINS);
    return describe(tree, chains.toArray(int[][]::new), tables);
  }

  private static ChainTable table(int id, int firstChainId, MemberRule.Members members) {
    List<Integer> chainIds = new ArrayList<>();
    for (int slot = 0; slot < members.chains().length; slot++) {
      chainIds.add(firstChainId + slot);
    }
    int[] bounds = members.bounds();
    List<Integer> starts = Arrays.stream(bounds).limit(bounds.length - 1).boxed().toList();
    return new ChainTable(id, 1, chainIds, starts);
  }

  private static Placement describe(DiskTree tree, int[][] members, List<ChainTable> tables) {
    long[] spaceBytes = tree.disks.stream().mapToLong(PlacementNode.Disk::sizeBytes).toArray();
    long[] budgets = ChainBudgets.divide(members, spaceBytes, 0);
    List<PlacedTarget> targets = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    int[] used = new int[tree.disks.size()];
    for (int i = 0; i < members.length; i++) {
      int chainId = i + 1;
      List<ChainTarget> chain = new ArrayList<>();
      for (int disk : members[i]) {
        PlacementNode.Disk place = tree.disks.get(disk);
        int nodeId = tree.nodes.get(tree.nodeOfDisk[disk]).nodeId();
        long id = TargetIds.of(nodeId, place.index(), ++used[disk]);
        targets.add(new PlacedTarget(id, nodeId, place.uuid(), chainId, budgets[i]));
        chain.add(new ChainTarget(id, PublicTargetState.SERVING));
      }
      chains.add(new Chain(chainId, 1, chain));
    }
    for (int disk = 0; disk < used.length; disk++) {
      Requirement.holds(
          used[disk] <= TargetIds.MAX_NUMBER,
          "disk "
              + tree.disks.get(disk).uuid()
              + " would hold "
              + used[disk]
              + " targets; at most "
              + TargetIds.MAX_NUMBER
              + " are possible, ask for fewer targets per disk");
    }
    targets.sort(Comparator.comparingLong(PlacedTarget::id));
    return new Placement(targets, chains, tables);
  }
}
