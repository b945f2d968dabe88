package io.luciola.chaintable.placement;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cluster that got new disks, in nodes that it had or in new ones.
 *
 * @param nodes all nodes with the disks that serve, old and new
 * @param targets all targets that exist
 * @param chains all chains that exist
 * @param table the newest version of the table that is to grow
 * @param usedBytes by chain, what its fullest replica holds; chains that are missing hold nothing
 * @param targetsPerDisk least number of targets on a new disk of mean size, from 1 to 99
 * @param seed the same request gives the same plan
 */
public record GrowthRequest(
    List<PlacementNode> nodes,
    List<PlacedTarget> targets,
    List<Chain> chains,
    ChainTable table,
    Map<Integer, Long> usedBytes,
    int targetsPerDisk,
    long seed) {

  /** Copies the lists and checks that they fit together. */
  public GrowthRequest {
    nodes = List.copyOf(nodes);
    targets = List.copyOf(targets);
    chains = List.copyOf(chains);
    usedBytes = Map.copyOf(usedBytes);
    Requirement.holds(
        targetsPerDisk >= 1 && targetsPerDisk <= TargetIds.MAX_NUMBER,
        "targets per disk must be from 1 to 99, not " + targetsPerDisk);
    Set<Integer> chainIds = new HashSet<>();
    chains.forEach(chain -> chainIds.add(chain.id()));
    Requirement.holds(
        chainIds.containsAll(table.chainIds()),
        "chain table " + table.id() + " has chains that are not known");
  }

  /** Replicas of the table's chains. */
  public int replicas() {
    int first = table.chainIds().getFirst();
    return chains.stream()
        .filter(chain -> chain.id() == first)
        .findFirst()
        .orElseThrow()
        .targets()
        .size();
  }

  /** The disks that hold no target yet, by UUID. */
  public Set<String> newDisks() {
    Set<String> disks = new HashSet<>();
    nodes.forEach(node -> node.disks().forEach(disk -> disks.add(disk.uuid())));
    targets.forEach(target -> disks.remove(target.diskUuid()));
    return disks;
  }

  /**
   * By disk, the highest number of a target whose id tells of the disk's place in its node: what
   * was there before may be another disk.
   */
  Map<String, Integer> numbersOnDisks() {
    Map<Long, Integer> numbers = new HashMap<>();
    targets.forEach(
        target ->
            numbers.merge(TargetIds.place(target.id()), TargetIds.number(target.id()), Math::max));
    Map<String, Integer> ofDisks = new HashMap<>();
    for (PlacementNode node : nodes) {
      for (PlacementNode.Disk disk : node.disks()) {
        long place = TargetIds.place(TargetIds.of(node.nodeId(), disk.index(), 1));
        ofDisks.put(disk.uuid(), numbers.getOrDefault(place, 0));
      }
    }
    return ofDisks;
  }
}
