package io.luciola.chaintable.analysis;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.placement.PlacedTarget;
import io.luciola.chaintable.placement.Placement;
import io.luciola.chaintable.placement.PlacementNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chain table, and where the replicas of its chains are.
 *
 * @param table the table
 * @param nodes in ascending id order
 * @param disks in order of node and index
 * @param slots by slot, which disks the chain is on, as numbers in {@code disks}, head first
 * @param budgetBytes by slot, what the chain can hold
 */
@SuppressWarnings("ArrayRecordComponent") // large, read only, never compared
public record PlacedTable(
    ChainTable table,
    List<PlacementNode> nodes,
    List<PlacedDisk> disks,
    int[][] slots,
    long[] budgetBytes) {

  /**
   * A disk of the cluster.
   *
   * @param node number of its node in {@link PlacedTable#nodes}
   * @param nodeId id of its node
   * @param index its number in the node
   * @param sizeBytes its space
   */
  public record PlacedDisk(int node, int nodeId, int index, String uuid, long sizeBytes) {}

  /**
   * A table of a placement.
   *
   * @param nodes those from which the placement was made
   */
  public static PlacedTable of(List<PlacementNode> nodes, Placement placement, ChainTable table) {
    return of(nodes, placement.targets(), placement.chains(), table);
  }

  /**
   * A table.
   *
   * @param nodes all that hold its targets
   * @param targets all of its targets, or more
   * @param chains all of its chains, or more
   * @throws IllegalArgumentException when a disk, a target or a chain is missing
   */
  public static PlacedTable of(
      List<PlacementNode> nodes, List<PlacedTarget> targets, List<Chain> chains, ChainTable table) {
    List<PlacementNode> ordered =
        nodes.stream().sorted(Comparator.comparingInt(PlacementNode::nodeId)).toList();
    List<PlacedDisk> disks = disks(ordered);
    Map<String, Integer> numberOfDisk = new HashMap<>();
    for (PlacedDisk disk : disks) {
      numberOfDisk.put(disk.uuid(), numberOfDisk.size());
    }
    Map<Long, PlacedTarget> targetsById = new HashMap<>();
    targets.forEach(target -> targetsById.put(target.id(), target));
    Map<Integer, Chain> chainsById = new HashMap<>();
    chains.forEach(chain -> chainsById.put(chain.id(), chain));
    int[][] slots = new int[table.chainIds().size()][];
    long[] budgets = new long[slots.length];
    for (int slot = 0; slot < slots.length; slot++) {
      int id = table.chainIds().get(slot);
      List<PlacedTarget> members =
          known(chainsById.get(id), "chain " + id).targets().stream()
              .map(t -> known(targetsById.get(t.targetId()), "target " + t.targetId()))
              .toList();
      slots[slot] =
          members.stream()
              .mapToInt(t -> known(numberOfDisk.get(t.diskUuid()), "disk " + t.diskUuid()))
              .toArray();
      budgets[slot] = members.stream().mapToLong(PlacedTarget::budgetBytes).min().orElse(0);
    }
    return new PlacedTable(table, ordered, disks, slots, budgets);
  }

  private static <T> T known(@Nullable T found, String name) {
    if (found == null) {
      throw new IllegalArgumentException(name + " of the table is not known");
    }
    return found;
  }

  private static List<PlacedDisk> disks(List<PlacementNode> nodes) {
    List<PlacedDisk> disks = new ArrayList<>();
    for (int node = 0; node < nodes.size(); node++) {
      PlacementNode of = nodes.get(node);
      for (PlacementNode.Disk disk :
          of.disks().stream().sorted(Comparator.comparingInt(PlacementNode.Disk::index)).toList()) {
        disks.add(new PlacedDisk(node, of.nodeId(), disk.index(), disk.uuid(), disk.sizeBytes()));
      }
    }
    return disks;
  }

  /** Replicas of its chains. */
  public int replicas() {
    return slots[0].length;
  }

  /** The round that a slot is in. */
  public int roundOf(int slot) {
    int round = 0;
    while (slot >= table.roundEnd(round)) {
      round++;
    }
    return round;
  }
}
