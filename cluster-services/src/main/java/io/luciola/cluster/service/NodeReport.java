package io.luciola.cluster.service;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.List;

/**
 * What a heartbeat says of its node.
 *
 * @param targets that the node is to hold
 * @param disks all slots of the node
 * @param retired targets that the node was to remove from its disks, and that are gone
 * @param diskLook the last look at its disks that it has carried out; 0: none
 * @param diskLookRefusal what of that look was not done, and why; empty: it was done
 */
public record NodeReport(
    List<TargetReport> targets,
    List<DiskReport> disks,
    List<TargetOnDisk> retired,
    long diskLook,
    String diskLookRefusal) {

  /** What a node without storage has to say. */
  public static final NodeReport NOTHING = new NodeReport(List.of(), List.of(), List.of(), 0, "");

  /** Copies the lists. */
  public NodeReport {
    targets = List.copyOf(targets);
    disks = List.copyOf(disks);
    retired = List.copyOf(retired);
  }

  /** Whether it says something that Mgmtd should hear at once, after an earlier one. */
  boolean isNewsAfter(NodeReport earlier) {
    return diskLook != earlier.diskLook
        || !retired.equals(earlier.retired)
        || targets.size() != earlier.targets.size()
        || disks.size() != earlier.disks.size()
        || targetsDiffer(earlier)
        || disksDiffer(earlier);
  }

  private boolean targetsDiffer(NodeReport earlier) {
    for (int i = 0; i < targets.size(); i++) {
      TargetReport now = targets.get(i);
      TargetReport before = earlier.targets.get(i);
      if (now.getTargetId() != before.getTargetId()
          || now.getState() != before.getState()
          || now.getChainVersion() != before.getChainVersion()
          || now.getDivergedSuccessorId() != before.getDivergedSuccessorId()) {
        return true;
      }
    }
    return false;
  }

  private boolean disksDiffer(NodeReport earlier) {
    for (int i = 0; i < disks.size(); i++) {
      DiskReport now = disks.get(i);
      DiskReport before = earlier.disks.get(i);
      if (now.getState() != before.getState()
          || now.getLevel() != before.getLevel()
          || !now.getUuid().equals(before.getUuid())
          || now.getUnknownTargetsCount() != before.getUnknownTargetsCount()) {
        return true;
      }
    }
    return false;
  }
}
