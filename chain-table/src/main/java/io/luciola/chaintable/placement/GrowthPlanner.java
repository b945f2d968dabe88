package io.luciola.chaintable.placement;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plans how a cluster uses new disks: new chains of new targets, dispersed by the rule of {@link
 * ChainTableGenerator}, and a new version of the table with them.
 *
 * <p>A new chain has all but one of its replicas on new disks in the mean, and more on old ones
 * where the new nodes are too few for that. The replicas on old disks use a part of their free
 * space, the same part on each; the budgets of the old chains give it. So new space can be filled
 * to the end, although no chain has two replicas on a node, and nothing that is stored moves.
 */
public final class GrowthPlanner {

  /** Up to how many times the least number of targets per disk is looked at. */
  private static final int MOST_TIMES = 4;

  /** What one target more on each new disk must gain in evenness. */
  private static final double WORTH_A_TARGET = 0.002;

  private final GrowthRequest request;
  private final int replicas;
  private final Set<String> fresh;
  private final SplitMix64 random;

  private GrowthPlanner(GrowthRequest request) {
    this.request = request;
    replicas = request.replicas();
    fresh = request.newDisks();
    random = new SplitMix64(request.seed());
  }

  /**
   * Plans; a pure function of the request.
   *
   * @throws IllegalArgumentException when there is no new disk, or new chains cannot be made; the
   *     message says what to change
   */
  public static GrowthPlan plan(GrowthRequest request) {
    return new GrowthPlanner(request).plan();
  }

  private GrowthPlan plan() {
    Requirement.holds(!fresh.isEmpty(), "there is no new disk: all hold targets already");
    Map<String, Long> free = freeBytes();
    List<PlacementNode> offers = offers(free);
    Requirement.holds(
        offers.size() >= replicas,
        "only "
            + offers.size()
            + " nodes have free space; chains of "
            + replicas
            + " need as many nodes");
    DiskTree tree = new DiskTree(offers);
    long[] usable = tree.usableWeights(replicas);
    int[] counts = counts(tree, usable);
    return describe(free, withTargets(tree, counts));
  }

  /** What is not used on each disk. */
  private Map<String, Long> freeBytes() {
    Map<String, Long> free = new HashMap<>();
    request
        .nodes()
        .forEach(node -> node.disks().forEach(disk -> free.put(disk.uuid(), disk.sizeBytes())));
    for (PlacedTarget target : request.targets()) {
      long used = request.usedBytes().getOrDefault(target.chainId(), 0L);
      free.computeIfPresent(target.diskUuid(), (_, bytes) -> Math.max(0, bytes - used));
    }
    return free;
  }

  /** The nodes, with what each disk offers to new chains as its size. */
  private List<PlacementNode> offers(Map<String, Long> free) {
    double fromNew = 0;
    double fromOld = 0;
    double largestNew = 0;
    for (PlacementNode node : request.nodes()) {
      double ofNode = 0;
      for (PlacementNode.Disk disk : node.disks()) {
        if (fresh.contains(disk.uuid())) {
          ofNode += free.get(disk.uuid());
        } else {
          fromOld += free.get(disk.uuid());
        }
      }
      fromNew += ofNode;
      largestNew = Math.max(largestNew, ofNode);
    }
    double wanted =
        replicas == 1
            ? fromNew
            : Math.max(fromNew * replicas / (replicas - 1.0), largestNew * replicas);
    double part = fromOld == 0 ? 0 : Math.min(1, (wanted - fromNew) / fromOld);
    List<PlacementNode> offers = new ArrayList<>();
    for (PlacementNode node : request.nodes()) {
      List<PlacementNode.Disk> disks = new ArrayList<>();
      for (PlacementNode.Disk disk : node.disks()) {
        long bytes = free.get(disk.uuid());
        long offered = fresh.contains(disk.uuid()) ? bytes : (long) (bytes * part);
        if (offered > 0) {
          disks.add(new PlacementNode.Disk(disk.uuid(), disk.index(), offered));
        }
      }
      if (!disks.isEmpty()) {
        offers.add(new PlacementNode(node.nodeId(), node.zone(), disks));
      }
    }
    return offers;
  }

  /** How many targets each disk gets: the number per new disk that divides most evenly. */
  private int[] counts(DiskTree tree, long[] usable) {
    double weightOfNew = 0;
    for (int disk = 0; disk < usable.length; disk++) {
      weightOfNew += fresh.contains(tree.disks.get(disk).uuid()) ? usable[disk] : 0;
    }
    double perNewDisk = weightOfNew / fresh.size();
    long sum = Arrays.stream(usable).sum();
    int most = Math.min(MOST_TIMES * request.targetsPerDisk(), TargetIds.MAX_NUMBER);
    int[] best = null;
    double bestCost = Double.MAX_VALUE;
    for (int perDisk = request.targetsPerDisk(); perDisk <= most; perDisk++) {
      long total = (long) (sum / perNewDisk * perDisk) / replicas * replicas;
      int[] counts =
          total == 0 ? null : new Apportionment(tree, random).divide(total, usable, least(tree));
      if (counts != null
          && hasNumbers(tree, counts)
          && tree.fit(counts, (int) (total / replicas), replicas)) {
        double cost = unevenness(counts, usable, total, sum) + WORTH_A_TARGET * perDisk;
        if (cost < bestCost) {
          best = counts;
          bestCost = cost;
        }
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "no number of targets from "
              + request.targetsPerDisk()
              + " to "
              + most
              + " per new disk makes chains of "
              + replicas
              + "; ask for more targets per disk");
    }
    return best;
  }

  /** A new disk must be used. */
  private int[] least(DiskTree tree) {
    return tree.disks.stream().mapToInt(disk -> fresh.contains(disk.uuid()) ? 1 : 0).toArray();
  }

  private boolean hasNumbers(DiskTree tree, int[] counts) {
    Map<String, Integer> numbers = request.numbersOnDisks();
    for (int disk = 0; disk < counts.length; disk++) {
      int before = numbers.getOrDefault(tree.disks.get(disk).uuid(), 0);
      if (before + counts[disk] > TargetIds.MAX_NUMBER) {
        return false;
      }
    }
    return true;
  }

  /** How far the numbers are from exact shares, in the mean over disks. */
  private static double unevenness(int[] counts, long[] usable, long total, long sum) {
    double off = 0;
    for (int disk = 0; disk < counts.length; disk++) {
      double share = (double) total * usable[disk] / sum;
      off += share == 0 ? 0 : Math.abs(counts[disk] - share) / share;
    }
    return off / counts.length;
  }

  /** The tree without the disks that get no target. */
  private Members withTargets(DiskTree tree, int[] counts) {
    Map<String, Integer> countOf = new HashMap<>();
    for (int disk = 0; disk < counts.length; disk++) {
      countOf.put(tree.disks.get(disk).uuid(), counts[disk]);
    }
    List<PlacementNode> used =
        tree.nodes.stream()
            .map(
                node ->
                    new PlacementNode(
                        node.nodeId(),
                        node.zone(),
                        node.disks().stream()
                            .filter(disk -> countOf.get(disk.uuid()) > 0)
                            .toList()))
            .filter(node -> !node.disks().isEmpty())
            .toList();
    DiskTree usedTree = new DiskTree(used);
    int[] targets = usedTree.disks.stream().mapToInt(disk -> countOf.get(disk.uuid())).toArray();
    boolean[] touched = new boolean[targets.length];
    for (int disk = 0; disk < touched.length; disk++) {
      touched[disk] = fresh.contains(usedTree.disks.get(disk).uuid());
    }
    return new Members(
        usedTree, DispersedRule.members(usedTree, targets, touched, replicas, random));
  }

  private record Members(DiskTree tree, MemberRule.Members members) {}

  private GrowthPlan describe(Map<String, Long> free, Members made) {
    int firstId = request.chains().stream().mapToInt(Chain::id).max().orElse(0) + 1;
    Map<String, Integer> numbers = request.numbersOnDisks();
    int[][] members = made.members.chains();
    List<Long> budgets = budgets(free, made);
    List<PlacedTarget> targets = new ArrayList<>();
    List<Chain> chains = new ArrayList<>();
    List<Integer> slots = new ArrayList<>(request.table().chainIds());
    List<Integer> starts = new ArrayList<>(request.table().roundStarts());
    int[] bounds = made.members.bounds();
    for (int round = 0; round + 1 < bounds.length; round++) {
      starts.add(slots.size() + bounds[round]);
    }
    for (int i = 0; i < members.length; i++) {
      long budget = budgets.get(request.chains().size() + i);
      List<ChainTarget> chain = new ArrayList<>();
      for (int disk : members[i]) {
        PlacementNode.Disk place = made.tree.disks.get(disk);
        int nodeId = made.tree.nodes.get(made.tree.nodeOfDisk[disk]).nodeId();
        int number = numbers.merge(place.uuid(), 1, Integer::sum);
        long id = TargetIds.of(nodeId, place.index(), number);
        targets.add(new PlacedTarget(id, nodeId, place.uuid(), firstId + i, budget));
        chain.add(new ChainTarget(id, PublicTargetState.SERVING));
      }
      chains.add(new Chain(firstId + i, 1, chain));
      slots.add(firstId + i);
    }
    targets.sort(Comparator.comparingLong(PlacedTarget::id));
    ChainTable table =
        new ChainTable(request.table().id(), request.table().version() + 1, slots, starts);
    return new GrowthPlan(targets, chains, budgetsOfOld(budgets), table);
  }

  /** Budgets of the old chains in the order of the request, then of the new ones. */
  private List<Long> budgets(Map<String, Long> free, Members made) {
    Map<String, Integer> numberOf = new HashMap<>();
    List<Long> space = new ArrayList<>();
    free.forEach(
        (uuid, bytes) -> {
          numberOf.put(uuid, space.size());
          space.add(bytes);
        });
    Map<Long, PlacedTarget> known = new HashMap<>();
    request.targets().forEach(target -> known.put(target.id(), target));
    List<int[]> chains = new ArrayList<>();
    for (Chain chain : request.chains()) {
      chains.add(
          chain.targets().stream()
              .map(member -> known.get(member.targetId()))
              .filter(target -> target != null && numberOf.containsKey(target.diskUuid()))
              .mapToInt(target -> numberOf.get(target.diskUuid()))
              .toArray());
    }
    for (int[] members : made.members.chains()) {
      chains.add(
          Arrays.stream(members)
              .map(disk -> numberOf.get(made.tree.disks.get(disk).uuid()))
              .toArray());
    }
    long[] extra =
        ChainBudgets.divide(
            chains.toArray(int[][]::new),
            space.stream().mapToLong(Long::longValue).toArray(),
            request.chains().size());
    List<Long> budgets = new ArrayList<>();
    for (int i = 0; i < extra.length; i++) {
      long used =
          i < request.chains().size()
              ? request.usedBytes().getOrDefault(request.chains().get(i).id(), 0L)
              : 0;
      budgets.add(Math.ceilDiv(used, ChainBudgets.UNIT_BYTES) * ChainBudgets.UNIT_BYTES + extra[i]);
    }
    return budgets;
  }

  private Map<Long, Long> budgetsOfOld(List<Long> budgets) {
    Map<Long, Long> ofTargets = new HashMap<>();
    for (int i = 0; i < request.chains().size(); i++) {
      for (ChainTarget member : request.chains().get(i).targets()) {
        ofTargets.put(member.targetId(), budgets.get(i));
      }
    }
    return ofTargets;
  }
}
