package io.luciola.target;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineUsage;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A slot of the node: the disk in it, or why that cannot be used. Its disk never changes. */
final class DiskSlot {

  private static final Logger LOG = LoggerFactory.getLogger(DiskSlot.class);

  private final int index;
  private final String spec;
  private final @Nullable UUID uuid;
  private final @Nullable StorageDisk disk;
  private final @Nullable String failure;
  private @Nullable ChunkEngine engine;
  private boolean overcommitSaid;

  private DiskSlot(
      int index,
      String spec,
      @Nullable UUID uuid,
      @Nullable StorageDisk disk,
      @Nullable String failure) {
    this.index = index;
    this.spec = spec;
    this.uuid = uuid;
    this.disk = disk;
    this.failure = failure;
    engine = disk == null ? null : disk.engine();
  }

  static DiskSlot with(StorageDisk disk) {
    return new DiskSlot(disk.index(), disk.spec(), disk.uuid(), disk, null);
  }

  static DiskSlot failed(DiskFailure failure) {
    return new DiskSlot(failure.index(), failure.spec(), null, null, failure.reason());
  }

  /** This slot without its disk, of which it keeps the UUID. */
  DiskSlot failedAgain(String reason) {
    return new DiskSlot(index, spec, uuid, null, reason);
  }

  int index() {
    return index;
  }

  String spec() {
    return spec;
  }

  /** Identity of the disk in it, or of the one that left it; null when it never had one. */
  @Nullable UUID uuid() {
    return uuid;
  }

  /** The disk that was opened; null when none was, or it has left. */
  @Nullable StorageDisk disk() {
    return disk;
  }

  /** Why it has no disk; null when it has one. */
  @Nullable DiskFailure failure() {
    return failure == null ? null : new DiskFailure(index, spec, failure);
  }

  /** The engine, as the set reaches it; null when it has no disk. */
  @Nullable ChunkEngine engine() {
    return engine;
  }

  void reachThrough(ChunkEngine other) {
    engine = other;
  }

  /** Targets of the disk; none when nobody can ask it. */
  Collection<TargetUsage> targets() {
    EngineUsage usage = usage();
    return usage == null ? List.of() : usage.targets();
  }

  /** What there is to say; logs what {@link #checkBudgets} finds. */
  DiskReport report() {
    EngineUsage usage = usage();
    checkBudgets(usage);
    String reason = reason(usage);
    return new DiskReport(
        index,
        spec,
        uuid,
        reason == null ? DiskState.SERVING : DiskState.FAILED,
        reason,
        disk != null && disk.isNew(),
        usage == null ? 0 : usage.capacityBytes(),
        usage == null || disk == null ? 0 : disk.usableBytes(),
        usage == null ? 0 : usage.freeBytes(),
        usage == null ? null : usage.level(),
        usage == null ? List.of() : usage.targets());
  }

  /** Says once that the targets may grow beyond the disk, and again when that ended meanwhile. */
  void checkBudgets() {
    checkBudgets(usage());
  }

  private void checkBudgets(@Nullable EngineUsage usage) {
    if (usage == null) {
      return;
    }
    long budgetBytes = DiskReport.sumOfBudgets(usage.targets());
    boolean overcommitted = budgetBytes > usage.capacityBytes();
    if (overcommitted && !overcommitSaid) {
      LOG.warn(
          "disk {}: its targets may hold {} bytes together, it has room for {}: they will meet"
              + " NO_SPACE before their budgets are used up",
          spec,
          budgetBytes,
          usage.capacityBytes());
    }
    overcommitSaid = overcommitted;
  }

  private @Nullable EngineUsage usage() {
    ChunkEngine reached = engine;
    return reached == null ? null : reached.usage();
  }

  private @Nullable String reason(@Nullable EngineUsage usage) {
    ChunkEngine reached = engine;
    if (reached == null) {
      return failure;
    }
    String failed = reached.failure();
    return failed == null && usage == null ? "its engine is closed" : failed;
  }
}
