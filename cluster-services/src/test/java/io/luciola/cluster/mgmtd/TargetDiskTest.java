package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import org.junit.jupiter.api.Test;

class TargetDiskTest {

  /** Target 7 is on its way off disk a, with which node 2 has a target to remove, too. */
  private static final RoutingMap MAP =
      RoutingMap.newBuilder()
          .addNodes(
              Node.newBuilder()
                  .setId(1)
                  .addDisks(Disk.newBuilder().setUuid("a"))
                  .addDisks(Disk.newBuilder().setUuid("b"))
                  .addRetiring(TargetOnDisk.newBuilder().setTargetId(7).setDiskUuid("a")))
          .addNodes(
              Node.newBuilder()
                  .setId(2)
                  .addRetiring(TargetOnDisk.newBuilder().setTargetId(8).setDiskUuid("a")))
          .build();

  private static Target target(long id, int nodeId, String diskUuid) {
    return Target.newBuilder().setId(id).setNodeId(nodeId).setDiskUuid(diskUuid).build();
  }

  private static void refused(String message, Target target) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> TargetDisk.of(target, MAP))
            .getMessage());
  }

  @Test
  void theDiskIsOneOfItsNode() {
    assertEquals(MAP.getNodes(0).getDisks(0), TargetDisk.of(target(6, 1, "a"), MAP));
    refused("there is no node 3", target(6, 3, "a"));
    refused("node 1 has no disk c", target(6, 1, "c"));
    refused("node 2 has no disk a", target(6, 2, "a"));
  }

  @Test
  void aTargetComesNotBackToADiskBeforeItIsGoneFromIt() {
    refused("target 7 is still being removed from disk a of node 1", target(7, 1, "a"));
    assertEquals(MAP.getNodes(0).getDisks(1), TargetDisk.of(target(7, 1, "b"), MAP));
  }

  @Test
  void norToADiskThatItsFormerNodeWouldRemoveItFrom() {
    refused("target 8 is still being removed from disk a of node 2", target(8, 1, "a"));
  }
}
