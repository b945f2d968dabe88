package io.luciola.cluster.cli.admin.growth;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.placement.GrowthPlan;
import io.luciola.chaintable.placement.GrowthPlanner;
import io.luciola.chaintable.placement.GrowthRequest;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.TargetIds;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.RoutingTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A cluster as Mgmtd shows it, and what it can grow by. */
final class GrowingCluster {

  private final RoutingMap map;
  private final StatusFacts facts;
  private final List<Chain> chains;
  private final ChainTable table;
  private final Map<Long, Integer> chainOf = new HashMap<>();
  private final Map<Integer, Long> usedBytes = new HashMap<>();
  private final DiskFitness fitness;
  private final List<String> leftOut = new ArrayList<>();
  private final Set<String> used = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();
  private boolean unsettled;

  /** Throws {@link CommandFailure} when there is no chain table yet. */
  GrowingCluster(GetStatusResponse status) {
    map = status.getRouting();
    facts = new StatusFacts(status);
    fitness = new DiskFitness(status);
    RoutingTable routing = RoutingTable.of(map);
    chains = routing.chains().stream().map(ChainRoute::chain).toList();
    ChainTable newest = RoutingTable.newestTable(map, ChainTable.FIRST_ID);
    if (newest == null) {
      throw CommandFailure.failed(
          "there is no chain table yet: the cluster waits for its storage nodes");
    }
    table = newest;
    for (Chain chain : chains) {
      for (ChainTarget member : chain.targets()) {
        chainOf.put(member.targetId(), chain.id());
        usedBytes.merge(chain.id(), facts.report(member.targetId()).getUsedBytes(), Math::max);
      }
    }
    map.getNodesList().stream()
        .filter(node -> node.getType() == NodeType.STORAGE && node.getDisksCount() > 0)
        .sorted(Comparator.comparingInt(Node::getId))
        .forEach(this::judge);
  }

  /** Takes in what can be used of a node. */
  private void judge(Node node) {
    String reason = reasonAgainst(node);
    if (!reason.isEmpty()) {
      leftOut.add("node " + node.getId() + ": " + reason);
      unsettled |= node.getAlive() && !node.getDisabled();
      return;
    }
    List<Disk> fit = new ArrayList<>();
    for (Disk disk : node.getDisksList()) {
      String reasonAgainstDisk = fitness.reasonAgainst(node.getId(), disk.getUuid());
      if (reasonAgainstDisk.isEmpty()) {
        fit.add(disk);
        used.add(disk.getUuid());
      } else {
        leftOut.add(reasonAgainstDisk);
        unsettled |= fitness.mayPass(node.getId(), disk.getUuid());
      }
    }
    leftOut.addAll(fitness.failedSlots(node));
    if (!fit.isEmpty()) {
      nodes.add(node.toBuilder().clearDisks().addAllDisks(fit).build());
    }
  }

  private String reasonAgainst(Node node) {
    if (node.getDisabled()) {
      return "it is disabled";
    }
    if (!node.getAlive()) {
      return "it is dead";
    }
    if (!fitness.isReported(node.getId())) {
      return "it does not say how its disks are";
    }
    Set<String> disks = node.getDisksList().stream().map(Disk::getUuid).collect(Collectors.toSet());
    for (Target target : targetsOn(node.getId())) {
      if (fitness.hasFailed(node.getId(), target.getDiskUuid())) {
        continue; // the other disks can be used
      }
      if (!disks.contains(target.getDiskUuid())) {
        return "its disk "
            + target.getDiskUuid()
            + " is missing; bring it back, or see 'luciola admin replace-disk'";
      }
      if (!isHeld(target.getId())) {
        return "its target " + target.getId() + " is not reported, or OFFLINE";
      }
    }
    return "";
  }

  private List<Target> targetsOn(int nodeId) {
    return map.getTargetsList().stream().filter(target -> target.getNodeId() == nodeId).toList();
  }

  private boolean isHeld(long targetId) {
    TargetReport.State state = facts.report(targetId).getState();
    return state == TargetReport.State.UPTODATE || state == TargetReport.State.ONLINE;
  }

  /** Which nodes and disks are left out, and why. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Whether reports may just not have come yet. */
  boolean isUnsettled() {
    return nodes.isEmpty() || unsettled;
  }

  /** Whether some disk holds no target yet. */
  boolean hasNewDisks() {
    return nodes.stream()
        .flatMap(node -> node.getDisksList().stream())
        .anyMatch(disk -> isNew(disk.getUuid()));
  }

  private boolean isNew(String uuid) {
    return map.getTargetsList().stream().noneMatch(target -> target.getDiskUuid().equals(uuid));
  }

  /** Targets of chains on nodes that live, which the nodes have not taken up yet. */
  List<Long> targetsNotHeld() {
    return map.getTargetsList().stream()
        .filter(target -> chainOf.containsKey(target.getId()))
        .filter(target -> facts.isAlive(target.getNodeId()))
        .map(Target::getId)
        .filter(id -> facts.report(id).getState() == TargetReport.State.UNKNOWN)
        .toList();
  }

  /** How many of some targets are reported as held. */
  long held(List<Long> targetIds) {
    return targetIds.stream().filter(this::isHeld).count();
  }

  /**
   * Plans.
   *
   * @param targetsPerDisk 0: as many as the disks have in the mean
   */
  GrowthPlan plan(int targetsPerDisk, long seed) {
    try {
      return withinOldBudgets(
          GrowthPlanner.plan(
              new GrowthRequest(
                  nodes.stream().map(this::placementNode).toList(),
                  map.getTargetsList().stream().map(this::placed).toList(),
                  chains,
                  table,
                  usedBytes,
                  targetsPerDisk == 0 ? meanTargetsPerDisk() : targetsPerDisk,
                  seed)));
    } catch (IllegalArgumentException impossible) {
      throw CommandFailure.failed(
          impossible.getMessage()
              + (leftOut.isEmpty() ? "" : "\nleft out: " + String.join("\nleft out: ", leftOut())));
    }
  }

  private int meanTargetsPerDisk() {
    long disks = map.getTargetsList().stream().map(Target::getDiskUuid).distinct().count();
    return Math.clamp(Math.round((double) map.getTargetsCount() / disks), 1, TargetIds.MAX_NUMBER);
  }

  /** What targets hold or may hold that are in no chain is not to be given away. */
  private PlacementNode placementNode(Node node) {
    return new PlacementNode(
        node.getId(),
        node.getZone(),
        node.getDisksList().stream()
            .map(
                disk ->
                    new PlacementNode.Disk(
                        disk.getUuid(),
                        disk.getIndex(),
                        Math.max(
                            0, disk.getSizeBytes() - spareBytes(node.getId(), disk.getUuid()))))
            .toList());
  }

  private long spareBytes(int nodeId, String uuid) {
    return fitness.unknownBytes(nodeId, uuid)
        + map.getTargetsList().stream()
            .filter(
                target -> target.getDiskUuid().equals(uuid) && !chainOf.containsKey(target.getId()))
            .mapToLong(Target::getBudgetBytes)
            .sum();
  }

  private PlacedTarget placed(Target target) {
    return new PlacedTarget(
        target.getId(),
        target.getNodeId(),
        target.getDiskUuid(),
        chainOf.getOrDefault(target.getId(), 0),
        target.getBudgetBytes());
  }

  /** Of a disk that is left out nobody knows what it has: nothing grows there. */
  private GrowthPlan withinOldBudgets(GrowthPlan plan) {
    Map<Long, Long> before =
        map.getTargetsList().stream()
            .collect(Collectors.toMap(Target::getId, Target::getBudgetBytes));
    Map<Long, Long> budgets = new HashMap<>(plan.budgets());
    for (Chain chain : chains) {
      List<Long> members = chain.targets().stream().map(ChainTarget::targetId).toList();
      long away = members.stream().filter(id -> !used.contains(facts.diskOf(id))).count();
      if (away == members.size()) {
        budgets.keySet().removeAll(members);
      } else if (away > 0) {
        members.forEach(
            id -> budgets.computeIfPresent(id, (_, bytes) -> Math.min(bytes, before.get(id))));
      }
    }
    return new GrowthPlan(plan.targets(), plan.chains(), budgets, plan.table());
  }

  /** The plan by which nothing changes. */
  GrowthPlan nothing() {
    return new GrowthPlan(List.of(), List.of(), Map.of(), table);
  }

  /** What is shown of a plan. */
  GrowthView view(GrowthPlan plan) {
    Map<Integer, Long> newTargets =
        plan.targets().stream()
            .collect(Collectors.groupingBy(PlacedTarget::nodeId, Collectors.counting()));
    List<GrowthView.NodeGrowth> rows =
        nodes.stream()
            .map(
                node ->
                    new GrowthView.NodeGrowth(
                        node.getId(),
                        node.getDisksCount(),
                        (int)
                            node.getDisksList().stream()
                                .filter(disk -> isNew(disk.getUuid()))
                                .count(),
                        targetsOn(node.getId()).size(),
                        newTargets.getOrDefault(node.getId(), 0L).intValue(),
                        node.getDisksList().stream().mapToLong(Disk::getSizeBytes).sum(),
                        targetsOn(node.getId()).stream()
                            .mapToLong(target -> facts.report(target.getId()).getUsedBytes())
                            .sum()))
            .toList();
    return new GrowthView(
        map.getVersion(),
        leftOut(),
        rows,
        extent(List.of(), 0, Map.of()),
        extent(plan.targets(), plan.chains().size(), plan.budgets()),
        plan.chains().size(),
        shareOfNewDisks(plan));
  }

  private GrowthView.Extent extent(
      List<PlacedTarget> added, int newChains, Map<Long, Long> newBudgets) {
    Set<String> holding = new HashSet<>();
    map.getTargetsList().forEach(target -> holding.add(target.getDiskUuid()));
    added.forEach(target -> holding.add(target.diskUuid()));
    List<Node> holders =
        map.getNodesList().stream()
            .filter(
                node ->
                    node.getDisksList().stream().anyMatch(disk -> holding.contains(disk.getUuid())))
            .toList();
    List<Disk> disks =
        holders.stream()
            .flatMap(node -> node.getDisksList().stream())
            .filter(disk -> holding.contains(disk.getUuid()))
            .toList();
    long sizeBytes = disks.stream().mapToLong(Disk::getSizeBytes).sum();
    long heldBytes =
        map.getTargetsList().stream()
            .mapToLong(target -> facts.report(target.getId()).getUsedBytes())
            .sum();
    Map<Integer, Long> budgets = new HashMap<>();
    map.getTargetsList().stream()
        .filter(target -> chainOf.containsKey(target.getId()))
        .forEach(
            target ->
                budgets.merge(
                    chainOf.get(target.getId()),
                    newBudgets.getOrDefault(target.getId(), target.getBudgetBytes()),
                    Math::min));
    added.forEach(target -> budgets.merge(target.chainId(), target.budgetBytes(), Math::min));
    return new GrowthView.Extent(
        holders.size(),
        disks.size(),
        map.getTargetsCount() + added.size(),
        chains.size() + newChains,
        sizeBytes,
        sizeBytes - heldBytes,
        budgets.values().stream().mapToLong(Long::longValue).sum());
  }

  /** New files get chains by their free space. */
  private double shareOfNewDisks(GrowthPlan plan) {
    double onNew = 0;
    double all = 0;
    for (PlacedTarget target : plan.targets()) {
      all += target.budgetBytes();
      onNew += isNew(target.diskUuid()) ? target.budgetBytes() : 0;
    }
    for (Map.Entry<Long, Long> old : plan.budgets().entrySet()) {
      all += Math.max(0, old.getValue() - usedBytes.getOrDefault(chainOf.get(old.getKey()), 0L));
    }
    return all == 0 ? 0 : onNew / all;
  }

  long routingVersion() {
    return map.getVersion();
  }
}
