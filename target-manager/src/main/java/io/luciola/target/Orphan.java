package io.luciola.target;

import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A target on a disk of the node that the cluster does not have there.
 *
 * @param targetId its id
 * @param diskUuid the disk it is on
 * @param spec that disk as configured
 * @param budgetBytes most bytes of chunks it may hold
 * @param usedBytes what it holds
 */
public record Orphan(long targetId, UUID diskUuid, String spec, long budgetBytes, long usedBytes) {

  /**
   * Those on a node's disks, but for targets that are being removed.
   *
   * @param slots what {@link DiskSet#reports} says of the node's slots
   * @param known whether the cluster has a target on that disk
   */
  public static List<Orphan> among(List<DiskReport> slots, Predicate<TargetOnDisk> known) {
    List<Orphan> orphans = new ArrayList<>();
    for (DiskReport slot : slots) {
      UUID disk = slot.uuid();
      String spec = slot.spec();
      if (disk == null || spec == null) {
        continue;
      }
      for (TargetUsage target : slot.targets()) {
        if (!target.removing() && !known.test(new TargetOnDisk(target.targetId(), disk))) {
          orphans.add(
              new Orphan(target.targetId(), disk, spec, target.budgetBytes(), target.usedBytes()));
        }
      }
    }
    return orphans;
  }
}
