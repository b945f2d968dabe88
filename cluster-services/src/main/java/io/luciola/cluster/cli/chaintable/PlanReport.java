package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementNode;
import io.luciola.chaintable.placement.PlacementRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What would be made, for people and for programs. */
record PlanReport(
    String rule,
    long seed,
    List<TableReport> tables,
    List<NodePlan> nodes,
    List<TargetPlan> targets,
    List<TablePlan> chains) {

  /** A node with its disks. */
  record NodePlan(
      int node,
      String zone,
      int targets,
      int heads,
      long usableBytes,
      long leftOverBytes,
      List<DiskPlan> disks) {}

  /** A disk. */
  record DiskPlan(
      int index,
      String uuid,
      long sizeBytes,
      int targets,
      int heads,
      long usableBytes,
      long leftOverBytes) {}

  /** A target. */
  record TargetPlan(long id, int node, int disk, String diskUuid, int chain, long budgetBytes) {}

  /** The chains of a table, in slot order. */
  record TablePlan(int table, List<SlotPlan> slots) {}

  /** A chain at its place, targets head first. */
  record SlotPlan(int slot, int round, int chain, List<Long> targets) {}

  static PlanReport of(Proposal proposal, List<TableReport> tables) {
    PlacementRequest request = proposal.request();
    Placement placement = proposal.required();
    Map<Long, PlacedTarget> targetsById = new HashMap<>();
    placement.targets().forEach(target -> targetsById.put(target.id(), target));
    Map<String, Integer> heads = new HashMap<>();
    for (Chain chain : placement.chains()) {
      heads.merge(targetsById.get(chain.head()).diskUuid(), 1, Integer::sum);
    }
    Map<String, List<PlacedTarget>> targetsOfDisk = new HashMap<>();
    for (PlacedTarget target : placement.targets()) {
      targetsOfDisk.computeIfAbsent(target.diskUuid(), _ -> new ArrayList<>()).add(target);
    }
    List<NodePlan> nodes = new ArrayList<>();
    Map<String, Integer> indexes = new HashMap<>();
    for (PlacementNode node : request.nodes()) {
      List<DiskPlan> disks = new ArrayList<>();
      for (PlacementNode.Disk disk : node.disks()) {
        indexes.put(disk.uuid(), disk.index());
        List<PlacedTarget> on = targetsOfDisk.getOrDefault(disk.uuid(), List.of());
        disks.add(disk(disk, on, heads.getOrDefault(disk.uuid(), 0)));
      }
      nodes.add(node(node, disks));
    }
    return new PlanReport(
        proposal.rule(),
        request.seed(),
        tables,
        nodes,
        placement.targets().stream()
            .map(
                t ->
                    new TargetPlan(
                        t.id(),
                        t.nodeId(),
                        indexes.get(t.diskUuid()),
                        t.diskUuid(),
                        t.chainId(),
                        t.budgetBytes()))
            .toList(),
        placement.tables().stream().map(table -> chains(table, placement)).toList());
  }

  private static DiskPlan disk(PlacementNode.Disk disk, List<PlacedTarget> targets, int heads) {
    long usable = targets.stream().mapToLong(PlacedTarget::budgetBytes).sum();
    return new DiskPlan(
        disk.index(),
        disk.uuid(),
        disk.sizeBytes(),
        targets.size(),
        heads,
        usable,
        disk.sizeBytes() - usable);
  }

  private static NodePlan node(PlacementNode node, List<DiskPlan> disks) {
    return new NodePlan(
        node.nodeId(),
        node.zone(),
        disks.stream().mapToInt(DiskPlan::targets).sum(),
        disks.stream().mapToInt(DiskPlan::heads).sum(),
        disks.stream().mapToLong(DiskPlan::usableBytes).sum(),
        disks.stream().mapToLong(DiskPlan::leftOverBytes).sum(),
        disks);
  }

  private static TablePlan chains(ChainTable table, Placement placement) {
    Map<Integer, Chain> chainsById = new HashMap<>();
    placement.chains().forEach(chain -> chainsById.put(chain.id(), chain));
    List<SlotPlan> slots = new ArrayList<>();
    for (int round = 0; round < table.rounds(); round++) {
      for (int slot = table.roundStarts().get(round); slot < table.roundEnd(round); slot++) {
        int id = table.chainIds().get(slot);
        List<Long> targets =
            chainsById.get(id).targets().stream().map(ChainTarget::targetId).toList();
        slots.add(new SlotPlan(slot, round, id, targets));
      }
    }
    return new TablePlan(table.id(), slots);
  }
}
