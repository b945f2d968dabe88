package io.luciola.cluster.cli.status;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What storage nodes say of their disks, and what is to be removed from these, as one answer of
 * Mgmtd has it. A node that has said nothing has no slots; nothing fails for an id that is not
 * there.
 */
public final class DiskFacts {

  private final Map<Integer, NodeDisks> reports;
  private final Map<Integer, Node> nodes;

  /** Those of one answer. */
  public DiskFacts(GetStatusResponse status) {
    reports =
        status.getDisksList().stream()
            .collect(Collectors.toMap(NodeDisks::getNodeId, disks -> disks));
    nodes =
        status.getRouting().getNodesList().stream()
            .collect(Collectors.toMap(Node::getId, node -> node));
  }

  /** Whether a node has said what disks it has. */
  public boolean isReported(int nodeId) {
    return !slots(nodeId).isEmpty();
  }

  /** All slots of a node as it said last; none when it was not heard. */
  public List<DiskReport> slots(int nodeId) {
    return reports.getOrDefault(nodeId, NodeDisks.getDefaultInstance()).getDisksList();
  }

  /** The last look at its disks that a node has carried out; 0: none. */
  public long lookDone(int nodeId) {
    return reports.getOrDefault(nodeId, NodeDisks.getDefaultInstance()).getDiskLook();
  }

  /** What of that look was not done, and why; empty: it was done. */
  public String lookRefusal(int nodeId) {
    return reports.getOrDefault(nodeId, NodeDisks.getDefaultInstance()).getDiskLookRefusal();
  }

  /** The slot that a disk is in, or was in when it failed; null when the node names none. */
  public @Nullable DiskReport slot(int nodeId, String uuid) {
    DiskReport found = null;
    for (DiskReport slot : slots(nodeId)) {
      if (slot.getUuid().equals(uuid) && (found == null || serves(slot))) {
        found = slot;
      }
    }
    return found;
  }

  /** Whether targets on a slot are served. */
  public static boolean serves(DiskReport slot) {
    return slot.getState() == DiskReport.State.SERVING;
  }

  /** Whether a slot could not be opened, or its disk broke; neither that nor serving: not said. */
  public static boolean hasFailed(DiskReport slot) {
    return slot.getState() == DiskReport.State.FAILED;
  }

  /** Targets that the cluster does not know on a disk, and that nobody has removed. */
  public List<UnknownTarget> unknown(int nodeId, DiskReport slot) {
    Set<Long> leaving = Set.copyOf(retiring(nodeId, slot.getUuid()));
    return slot.getUnknownTargetsList().stream()
        .filter(target -> !target.getRemoving() && !leaving.contains(target.getTargetId()))
        .toList();
  }

  /** What targets hold that the cluster does not know on a disk, also those on their way off it. */
  public static long unknownBytes(DiskReport slot) {
    return usedBytes(slot.getUnknownTargetsList());
  }

  /** What some targets hold together. */
  public static long usedBytes(List<UnknownTarget> targets) {
    return targets.stream().mapToLong(UnknownTarget::getUsedBytes).sum();
  }

  /** Targets that a node is still to remove from a disk. */
  public List<Long> retiring(int nodeId, String uuid) {
    return nodes.getOrDefault(nodeId, Node.getDefaultInstance()).getRetiringList().stream()
        .filter(target -> target.getDiskUuid().equals(uuid))
        .map(TargetOnDisk::getTargetId)
        .toList();
  }
}
