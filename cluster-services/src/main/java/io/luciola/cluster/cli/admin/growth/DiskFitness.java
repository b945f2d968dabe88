package io.luciola.cluster.cli.admin.growth;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.status.DiskFacts;
import io.luciola.cluster.cli.status.SlotAdvice;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether new targets may be put on a disk; why not, for people. */
final class DiskFitness {

  private final DiskFacts facts;

  DiskFitness(GetStatusResponse status) {
    facts = new DiskFacts(status);
  }

  /** Why a disk takes no new targets; empty when it does. */
  String reasonAgainst(int nodeId, String uuid) {
    DiskReport slot = facts.slot(nodeId, uuid);
    String disk = "disk " + uuid + " of node " + nodeId;
    if (slot == null) {
      return disk + " is not reported by its node";
    }
    if (!DiskFacts.serves(slot)) {
      return disk + " has FAILED: " + slot.getReason();
    }
    int retiring = facts.retiring(nodeId, uuid).size();
    if (retiring > 0) {
      return disk
          + " has "
          + SlotAdvice.targets(retiring)
          + " still to be removed; wait until that is done";
    }
    List<UnknownTarget> unknown = facts.unknown(nodeId, slot);
    return unknown.isEmpty()
        ? ""
        : disk
            + " has "
            + SlotAdvice.targets(unknown.size())
            + " that the cluster does not know, with "
            + ByteSize.approximate(DiskFacts.usedBytes(unknown))
            + "; remove them with 'luciola admin retire-target --unknown --node "
            + nodeId
            + "', or take the disk out";
  }

  /** Whether what stands against a disk may pass by itself in a moment. */
  boolean mayPass(int nodeId, String uuid) {
    DiskReport slot = facts.slot(nodeId, uuid);
    return slot == null
        || slot.getState() == DiskReport.State.UNKNOWN
        || (DiskFacts.serves(slot) && !facts.retiring(nodeId, uuid).isEmpty());
  }

  /** Whether a node has said what disks it has. */
  boolean isReported(int nodeId) {
    return facts.isReported(nodeId);
  }

  /** Whether a node has said how the disks are that it announces. */
  boolean isReported(Node node) {
    return node.getDisksList().stream()
        .allMatch(disk -> facts.slot(node.getId(), disk.getUuid()) != null);
  }

  /** Slots of a node that have failed, and whose disk is none that the node announces. */
  List<String> failedSlots(Node node) {
    Set<String> announced =
        node.getDisksList().stream().map(Disk::getUuid).collect(Collectors.toSet());
    return facts.slots(node.getId()).stream()
        .filter(slot -> DiskFacts.hasFailed(slot) && !announced.contains(slot.getUuid()))
        .map(
            slot ->
                "slot "
                    + slot.getIndex()
                    + " of node "
                    + node.getId()
                    + ", "
                    + slot.getDevice()
                    + ", has FAILED: "
                    + slot.getReason())
        .toList();
  }

  boolean hasFailed(int nodeId, String uuid) {
    DiskReport slot = facts.slot(nodeId, uuid);
    return slot != null && DiskFacts.hasFailed(slot);
  }

  /** What targets hold on a disk that the cluster does not know. */
  long unknownBytes(int nodeId, String uuid) {
    DiskReport slot = facts.slot(nodeId, uuid);
    return slot == null ? 0 : DiskFacts.unknownBytes(slot);
  }

  /** Ids that a disk has, though the map does not have them there. */
  Set<Long> targetsNotInTheMap(int nodeId, String uuid) {
    Set<Long> ids = new HashSet<>(facts.retiring(nodeId, uuid));
    DiskReport slot = facts.slot(nodeId, uuid);
    if (slot != null) {
      slot.getUnknownTargetsList().forEach(target -> ids.add(target.getTargetId()));
    }
    return ids;
  }
}
