package io.luciola.fio.failover;

import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tests look for in a status. */
record ClusterFacts(GetStatusResponse status) {

  /** The ids of all chains. */
  List<Integer> chains() {
    return status.getRouting().getChainsList().stream().map(Chain::getId).toList();
  }

  /** The chains over which new files go. */
  List<Integer> newestTable() {
    return status.getRouting().getChainTablesList().stream()
        .max(Comparator.comparingInt(ChainTable::getVersion))
        .orElseThrow()
        .getChainIdsList();
  }

  /** The ids of the targets of a node. */
  Set<Long> targetsOn(int nodeId) {
    return status.getRouting().getTargetsList().stream()
        .filter(target -> target.getNodeId() == nodeId)
        .map(Target::getId)
        .collect(Collectors.toSet());
  }

  /** What targets say that they hold. */
  long usedBytes(Set<Long> targets) {
    return status.getTargetsList().stream()
        .filter(report -> targets.contains(report.getTargetId()))
        .mapToLong(TargetReport::getUsedBytes)
        .sum();
  }

  /** What a target says that it holds. */
  long usedBytes(Target target) {
    return usedBytes(Set.of(target.getId()));
  }

  /** A storage node that has registered. */
  Node node(int nodeId) {
    return status.getRouting().getNodesList().stream()
        .filter(node -> node.getId() == nodeId)
        .findFirst()
        .orElseThrow();
  }

  /** Which process each node is: another one after a restart. */
  Map<Integer, Long> processes() {
    return status.getRouting().getNodesList().stream()
        .collect(Collectors.toMap(Node::getId, Node::getIncarnation));
  }

  /** The slots of a node; none when it was not heard since Mgmtd became the primary. */
  List<DiskReport> slots(int nodeId) {
    return status.getDisksList().stream()
        .filter(disks -> disks.getNodeId() == nodeId)
        .flatMap(disks -> disks.getDisksList().stream())
        .toList();
  }

  /** Whether a node was heard and all of its disks are in a state. */
  boolean allDisksAre(DiskReport.State state, int nodeId) {
    List<DiskReport> slots = slots(nodeId);
    return !slots.isEmpty() && slots.stream().allMatch(slot -> slot.getState() == state);
  }

  /** What the disk of a target has, also of targets that the cluster does not know. */
  long diskUsedBytes(Target target) {
    return slot(target).getUsedBytes();
  }

  private DiskReport slot(Target target) {
    return slots(target.getNodeId()).stream()
        .filter(slot -> slot.getUuid().equals(target.getDiskUuid()))
        .findFirst()
        .orElse(DiskReport.getDefaultInstance());
  }

  /** The targets that the map has on a disk. */
  List<Target> targetsOnDisk(String uuid) {
    return status.getRouting().getTargetsList().stream()
        .filter(target -> target.getDiskUuid().equals(uuid))
        .toList();
  }

  /** Targets that never were in a chain. */
  List<Target> unusedTargets(int nodeId) {
    return status.getRouting().getTargetsList().stream()
        .filter(target -> target.getNodeId() == nodeId && target.getChainId() == 0)
        .toList();
  }

  /** The ids of the targets of a chain. */
  List<Long> members(int chainId) {
    return places(chainId).map(ChainTarget::getTargetId).toList();
  }

  /** Whether a target that is in its chain is OFFLINE there. */
  boolean isOffline(Target target) {
    return places(target.getChainId())
        .anyMatch(
            place ->
                place.getTargetId() == target.getId()
                    && place.getState() == PublicTargetState.OFFLINE);
  }

  private Stream<ChainTarget> places(int chainId) {
    return status.getRouting().getChainsList().stream()
        .filter(chain -> chain.getId() == chainId)
        .flatMap(chain -> chain.getTargetsList().stream());
  }

  /** Whether the map has a target. */
  boolean isInMap(Target target) {
    return status.getRouting().getTargetsList().stream()
        .anyMatch(one -> one.getId() == target.getId());
  }

  /** Whether neither the cluster nor a disk has a target any more; its own disk serves. */
  boolean isGone(Target target) {
    return !isInMap(target)
        && slot(target).getState() == DiskReport.State.SERVING
        && status.getRouting().getNodesList().stream()
            .flatMap(node -> node.getRetiringList().stream())
            .noneMatch(leaving -> leaving.getTargetId() == target.getId())
        && status.getDisksList().stream()
            .flatMap(disks -> disks.getDisksList().stream())
            .flatMap(slot -> slot.getUnknownTargetsList().stream())
            .noneMatch(unknown -> unknown.getTargetId() == target.getId());
  }
}
