package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.target.DiskReport;
import io.luciola.target.Orphan;
import io.luciola.target.TargetOnDisk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once of each target on a node's disks that it does not belong there. */
final class UnknownTargetLog {

  private static final Logger LOG = LoggerFactory.getLogger(UnknownTargetLog.class);

  private final int nodeId;
  private final Set<TargetOnDisk> said = new HashSet<>();

  UnknownTargetLog(int nodeId) {
    this.nodeId = nodeId;
  }

  /** Targets that the cluster does not know. */
  void onOrphans(List<Orphan> orphans) {
    for (Orphan orphan : orphans) {
      if (said.add(new TargetOnDisk(orphan.targetId(), orphan.diskUuid()))) {
        LOG.warn(
            "disk {} has target {}, with {} bytes, which the cluster does not know; to have the"
                + " space back: luciola admin retire-target --unknown --node {}",
            orphan.spec(),
            orphan.targetId(),
            orphan.usedBytes(),
            nodeId);
      }
    }
  }

  /**
   * Targets that the cluster has on the same disk, but in another node.
   *
   * @param placements by what is on a disk of this node
   */
  void onReports(
      List<DiskReport> slots, Function<TargetOnDisk, @Nullable TargetPlacement> placements) {
    for (DiskReport slot : slots) {
      UUID uuid = slot.uuid();
      for (TargetUsage target : slot.targets()) {
        if (uuid != null) {
          TargetOnDisk there = new TargetOnDisk(target.targetId(), uuid);
          TargetPlacement placement = placements.apply(there);
          if (placement != null && placement.nodeId() != nodeId && said.add(there)) {
            LOG.warn(
                "disk {} has target {}, which the cluster has on node {}: the disk was moved; put"
                    + " it back into that node",
                slot.spec(),
                target.targetId(),
                placement.nodeId());
          }
        }
      }
    }
  }
}
