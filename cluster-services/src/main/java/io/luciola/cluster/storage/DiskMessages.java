package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.space.SpaceLevel;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import io.luciola.target.DiskState;
import io.luciola.target.StorageDisk;
import io.luciola.target.TargetOnDisk;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A node's disks as it tells Mgmtd of them. */
final class DiskMessages {

  private DiskMessages() {}

  /** What the routing map has of a disk. */
  static Disk announcement(StorageDisk disk, int targets) {
    return Disk.newBuilder()
        .setUuid(hex(disk.uuid()))
        .setIndex(disk.index())
        .setSizeBytes(disk.usableBytes())
        .setDevice(disk.spec())
        .setTargets(targets)
        .build();
  }

  /**
   * What heartbeats say of a slot.
   *
   * @param known whether the cluster has a target on a disk
   */
  static DiskReport report(io.luciola.target.DiskReport slot, Predicate<TargetOnDisk> known) {
    DiskReport.Builder report =
        DiskReport.newBuilder()
            .setIndex(slot.index())
            .setDevice(slot.spec() == null ? "" : slot.spec())
            .setState(
                slot.state() == DiskState.SERVING
                    ? DiskReport.State.SERVING
                    : DiskReport.State.FAILED)
            .setReason(slot.reason() == null ? "" : slot.reason())
            .setLevel(level(slot.level()))
            .setSizeBytes(slot.usableBytes())
            .setUsedBytes(slot.usedBytes());
    UUID uuid = slot.uuid();
    if (uuid != null) {
      report.setUuid(hex(uuid));
      for (TargetUsage target : slot.targets()) {
        if (!known.test(new TargetOnDisk(target.targetId(), uuid))) {
          report.addUnknownTargets(
              UnknownTarget.newBuilder()
                  .setTargetId(target.targetId())
                  .setUsedBytes(target.usedBytes())
                  .setRemoving(target.removing()));
        }
      }
    }
    return report.build();
  }

  /** A target on a disk, in the protocol's message. */
  static io.luciola.cluster.mgmtd.proto.TargetOnDisk message(TargetOnDisk target) {
    return io.luciola.cluster.mgmtd.proto.TargetOnDisk.newBuilder()
        .setTargetId(target.targetId())
        .setDiskUuid(hex(target.diskUuid()))
        .build();
  }

  private static DiskReport.Level level(@Nullable SpaceLevel level) {
    if (level == null) {
      return DiskReport.Level.LEVEL_UNKNOWN;
    }
    return switch (level) {
      case OK -> DiskReport.Level.ENOUGH;
      case LOW -> DiskReport.Level.LOW;
      case REJECT -> DiskReport.Level.REJECT;
      case FULL -> DiskReport.Level.FULL;
    };
  }

  private static String hex(UUID uuid) {
    return String.format(
        "%016x%016x", uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }
}
