package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;

/** Where a new target is to be. */
final class TargetDisk {

  private TargetDisk() {}

  /**
   * The disk on which a target may be created.
   *
   * @throws IllegalArgumentException when there is no such node or disk, or a target with the same
   *     id is still on its way off the disk
   */
  static Disk of(Target fresh, RoutingMap map) {
    Node node =
        map.getNodesList().stream()
            .filter(one -> one.getId() == fresh.getNodeId())
            .findFirst()
            .orElseThrow(() -> wrong("there is no node " + fresh.getNodeId()));
    Disk disk =
        node.getDisksList().stream()
            .filter(one -> one.getUuid().equals(fresh.getDiskUuid()))
            .findFirst()
            .orElseThrow(
                () -> wrong("node " + node.getId() + " has no disk " + fresh.getDiskUuid()));
    checkIsNotLeaving(fresh, map);
    return disk;
  }

  /** On whichever node: the disk may have been moved since, and may be moved back. */
  private static void checkIsNotLeaving(Target fresh, RoutingMap map) {
    TargetOnDisk place = place(fresh);
    for (Node node : map.getNodesList()) {
      if (node.getRetiringList().contains(place)) {
        throw wrong(
            "target "
                + fresh.getId()
                + " is still being removed from disk "
                + fresh.getDiskUuid()
                + " of node "
                + node.getId());
      }
    }
  }

  /**
   * Checks that the disk has nothing of an earlier target with the same id, which the new one would
   * take over.
   *
   * @throws IllegalArgumentException when its node has reported one
   */
  static void checkHasNone(Target fresh, MembershipDriver driver) {
    TargetOnDisk place = place(fresh);
    if (driver.ofDisks(disks -> disks.isUnknown(fresh.getNodeId(), place))) {
      throw wrong(
          "disk "
              + fresh.getDiskUuid()
              + " of node "
              + fresh.getNodeId()
              + " has a target "
              + fresh.getId()
              + " that the cluster does not know; have it removed first: luciola admin"
              + " retire-target --unknown --node "
              + fresh.getNodeId());
    }
  }

  private static TargetOnDisk place(Target target) {
    return TargetOnDisk.newBuilder()
        .setTargetId(target.getId())
        .setDiskUuid(target.getDiskUuid())
        .build();
  }

  private static IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }
}
