package io.luciola.chaintable.placement;

import java.util.Arrays;

/** {@link PlacementRule#DISPERSED}. */
final class DispersedRule implements MemberRule {

  private static final int MAX_CHAINS_TO_RETRY = 3_000;

  @Override
  public Members members(DiskTree tree, TableRequest table, SplitMix64 random) {
    int[] targets = targets(tree, table, random);
    boolean[] all = new boolean[targets.length];
    Arrays.fill(all, true);
    return members(tree, targets, all, table.replicas(), random);
  }

  /**
   * Makes chains of so many targets.
   *
   * @param targets by disk; the sum divides by {@code replicas}
   * @param touched by disk, whether each round must touch it
   */
  static Members members(
      DiskTree tree, int[] targets, boolean[] touched, int replicas, SplitMix64 random) {
    Grouping grouping = grouping(tree, targets, touched, replicas, random);
    int[] bounds = grouping.rounds.bounds();
    int[][] chains =
        DiskChoice.choose(
            tree, replicas, bounds, grouping.rounds.room(), grouping.nodes.groups(), random);
    HeadBalance.balance(chains, tree.disks.size(), replicas);
    int[] order = TableOrder.of(chains, tree.disks.size(), bounds, random);
    int[][] ordered = Arrays.stream(order).mapToObj(chain -> chains[chain]).toArray(int[][]::new);
    return new Members(ordered, bounds);
  }

  private record Grouping(Rounds rounds, NodeGroups nodes) {}

  /**
   * As many rounds as leave pairs of nodes even: the fewer rounds, the freer is the choice of who
   * meets whom. Large clusters have choice enough, and designs exist only for equal nodes.
   */
  private static Grouping grouping(
      DiskTree tree, int[] targets, boolean[] touched, int replicas, SplitMix64 random) {
    int most = Rounds.most(targets, touched, replicas);
    Grouping best = grouping(tree, targets, touched, replicas, most, random);
    int rounds = best.rounds.bounds().length - 2;
    boolean equalNodes = Arrays.stream(tree.byNode(targets)).distinct().count() == 1;
    while (rounds >= 1
        && equalNodes
        && best.nodes.unevenPairs() > 0
        && best.nodes.groups().length <= MAX_CHAINS_TO_RETRY) {
      Grouping freer = grouping(tree, targets, touched, replicas, rounds, random);
      if (freer.nodes.unevenPairs() < best.nodes.unevenPairs()) {
        best = freer;
      }
      rounds = freer.rounds.bounds().length - 2;
    }
    return best;
  }

  private static Grouping grouping(
      DiskTree tree,
      int[] targets,
      boolean[] touched,
      int replicas,
      int rounds,
      SplitMix64 random) {
    Rounds division = Rounds.of(tree, targets, touched, replicas, rounds, random);
    int[][] roomOfNodes = Arrays.stream(division.room()).map(tree::byNode).toArray(int[][]::new);
    return new Grouping(
        division, NodeGroups.choose(tree, replicas, division.bounds(), roomOfNodes, random));
  }

  /** How many targets each disk gets, in proportion to its size. */
  private static int[] targets(DiskTree tree, TableRequest table, SplitMix64 random) {
    int replicas = table.replicas();
    long[] usable = tree.usableWeights(replicas);
    long all = DiskTree.targets(table.targetsPerDisk(), tree.weights, usable);
    boolean equal = Arrays.stream(usable).distinct().count() == 1;
    Requirement.holds(
        !equal || all % replicas == 0,
        all
            + " targets do not divide into chains of "
            + replicas
            + "; "
            + (table.targetsPerDisk() * replicas <= 99
                ? table.targetsPerDisk() * replicas + " targets per disk would"
                : "change the number of disks"));
    long total = all / replicas * replicas;
    for (int disk = 0; disk < usable.length; disk++) {
      Requirement.holds(
          total * tree.weights[disk] * 2 >= Arrays.stream(tree.weights).sum(),
          "disk "
              + tree.disks.get(disk).uuid()
              + " is smaller than half a target; leave it out or ask for more targets per disk");
    }
    int[] least = new int[usable.length];
    Arrays.fill(least, 1);
    int[] targets = new Apportionment(tree, random).divide(total, usable, least);
    if (targets == null || !tree.fit(targets, (int) (total / replicas), replicas)) {
      throw new IllegalArgumentException(
          "some node has more disks than the chains that it can be in once; ask for more than "
              + table.targetsPerDisk()
              + " targets per disk, or spread its disks over more nodes");
    }
    return targets;
  }
}
