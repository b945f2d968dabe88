package io.luciola.cluster.meta;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each target can still take, by its budget and by its disk. A disk may have less room than
 * the budgets on it say: targets that the cluster does not know take space, those that are being
 * removed do so for a while, and budgets may be more than the disk. Then each target has its
 * proportion of the room.
 */
final class DiskRoom {

  /** A disk may have been in another node, which still reports its empty slot. */
  private record DiskOfNode(int nodeId, String uuid) {}

  private final Map<Long, Target> targets = new HashMap<>();
  private final Map<Long, Long> usedBytes = new HashMap<>();
  private final Map<DiskOfNode, DiskReport> disks = new HashMap<>();
  private final Map<DiskOfNode, BigInteger> askedBytes = new HashMap<>();

  DiskRoom(GetStatusResponse status) {
    for (TargetReport report : status.getTargetsList()) {
      usedBytes.put(report.getTargetId(), report.getUsedBytes());
    }
    for (NodeDisks node : status.getDisksList()) {
      for (DiskReport disk : node.getDisksList()) {
        disks.put(new DiskOfNode(node.getNodeId(), disk.getUuid()), disk);
      }
    }
    for (Target target : status.getRouting().getTargetsList()) {
      targets.put(target.getId(), target);
      askedBytes.merge(diskOf(target), BigInteger.valueOf(withinBudget(target)), BigInteger::add);
    }
  }

  /** What a target can still take; null when it has not reported. */
  @Nullable Long freeBytes(long targetId) {
    Target target = targets.get(targetId);
    if (target == null || !usedBytes.containsKey(targetId)) {
      return null;
    }
    DiskReport disk = disks.get(diskOf(target));
    if (disk == null || disk.getState() != DiskReport.State.SERVING) {
      return withinBudget(target);
    }
    return switch (disk.getLevel()) {
      case REJECT, FULL -> 0L;
      default -> disk.getSizeBytes() == 0 ? withinBudget(target) : shareBytes(target, disk);
    };
  }

  /** What a target holds and can still take, but never more than its budget. */
  long totalBytes(long targetId) {
    Target target = targets.get(targetId);
    if (target == null) {
      return 0;
    }
    Long free = freeBytes(targetId);
    return free == null
        ? target.getBudgetBytes()
        : Math.min(target.getBudgetBytes(), usedBytes.getOrDefault(targetId, 0L) + free);
  }

  /** Whether a target's node says that the disk has failed. */
  boolean isOnFailedDisk(long targetId) {
    Target target = targets.get(targetId);
    DiskReport disk = target == null ? null : disks.get(diskOf(target));
    return disk != null && disk.getState() == DiskReport.State.FAILED;
  }

  private long shareBytes(Target target, DiskReport disk) {
    BigInteger asked = askedBytes.getOrDefault(diskOf(target), BigInteger.ZERO);
    BigInteger room = BigInteger.valueOf(Math.max(0, disk.getSizeBytes() - disk.getUsedBytes()));
    long ofTarget = withinBudget(target);
    return room.compareTo(asked) >= 0
        ? ofTarget
        : BigInteger.valueOf(ofTarget).multiply(room).divide(asked).longValueExact();
  }

  /** What its budget leaves to a target; all of it while nothing is known of what it uses. */
  private long withinBudget(Target target) {
    return Math.max(0, target.getBudgetBytes() - usedBytes.getOrDefault(target.getId(), 0L));
  }

  private static DiskOfNode diskOf(Target target) {
    return new DiskOfNode(target.getNodeId(), target.getDiskUuid());
  }
}
