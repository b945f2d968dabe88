package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What nodes say of their disks, and which looks at them they are asked for, in one term of the
 * primary. Belongs to one thread at a time.
 */
final class DiskReports {

  private static final long NO_LOOK = 0;

  private final long term;
  private final Map<Integer, List<DiskReport>> disks = new TreeMap<>();
  private final Map<Integer, Long> asked = new HashMap<>();
  private final Map<Integer, Look> carriedOut = new HashMap<>();
  private int looks;

  /** A look that was carried out, and what of it was not done. */
  private record Look(long number, String refusal) {
    static final Look NONE = new Look(NO_LOOK, "");
  }

  DiskReports(long term) {
    this.term = term;
  }

  /** A node has spoken that counts; one that leaves says nothing of its disks any more. */
  void onHeartbeat(HeartbeatRequest heartbeat) {
    int nodeId = heartbeat.getNodeId();
    if (heartbeat.getDisksCount() == 0) {
      disks.remove(nodeId);
    } else {
      disks.put(nodeId, heartbeat.getDisksList());
    }
    // A process that has just begun has carried out none, but it has opened what was there.
    if (heartbeat.getDiskLook() != NO_LOOK) {
      carriedOut.put(nodeId, new Look(heartbeat.getDiskLook(), heartbeat.getDiskLookRefusal()));
    }
  }

  /**
   * A node is to look at its disks.
   *
   * @return a number that no look had before, in this term or in another one
   */
  long askForLook(int nodeId) {
    long look = term << Integer.SIZE | ++looks;
    asked.put(nodeId, look);
    return look;
  }

  /** The look that a node is to carry out; 0: none. */
  long pendingLook(int nodeId) {
    long look = asked.getOrDefault(nodeId, NO_LOOK);
    return look == carriedOut.getOrDefault(nodeId, Look.NONE).number ? NO_LOOK : look;
  }

  /** Whether a node said last that a target is on its disk that the cluster does not have there. */
  boolean isUnknown(int nodeId, TargetOnDisk target) {
    return disks.getOrDefault(nodeId, List.of()).stream()
        .filter(disk -> disk.getUuid().equals(target.getDiskUuid()))
        .flatMap(disk -> disk.getUnknownTargetsList().stream())
        .anyMatch(unknown -> unknown.getTargetId() == target.getTargetId());
  }

  /** What each node with disks said last. */
  List<NodeDisks> all() {
    return disks.entrySet().stream()
        .map(
            node ->
                NodeDisks.newBuilder()
                    .setNodeId(node.getKey())
                    .addAllDisks(node.getValue())
                    .setDiskLook(carriedOut.getOrDefault(node.getKey(), Look.NONE).number)
                    .setDiskLookRefusal(carriedOut.getOrDefault(node.getKey(), Look.NONE).refusal)
                    .build())
        .toList();
  }

  /** A node does not belong to the cluster any more. */
  void forget(int nodeId) {
    disks.remove(nodeId);
    asked.remove(nodeId);
    carriedOut.remove(nodeId);
  }
}
