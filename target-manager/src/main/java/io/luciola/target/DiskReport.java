package io.luciola.target;

import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.space.SpaceLevel;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk at one moment.
 *
 * @param index its slot in the node's configuration; -1 when it is absent
 * @param spec the device as configured; null when it is absent
 * @param uuid its identity, in an empty slot that of the disk which has left it; null when none was
 *     ever read
 * @param state what it is good for
 * @param reason why it does not serve, fit for the user; null when it does
 * @param isNew whether it was formatted when it was opened, and so has a new identity
 * @param capacityBytes bytes of chunks that it can hold; 0 when that is not known
 * @param usableBytes what of that it takes new chunks up to; 0 when that is not known
 * @param freeBytes what of its capacity is free
 * @param level how short it is of space; null when that is not known
 * @param targets its targets, those that are being removed included; of an absent disk those that
 *     the cluster has on it, with nothing used
 */
public record DiskReport(
    int index,
    @Nullable String spec,
    @Nullable UUID uuid,
    DiskState state,
    @Nullable String reason,
    boolean isNew,
    long capacityBytes,
    long usableBytes,
    long freeBytes,
    @Nullable SpaceLevel level,
    List<TargetUsage> targets) {

  /** Copies the list. */
  public DiskReport {
    targets = List.copyOf(targets);
  }

  /** What is not free. */
  public long usedBytes() {
    return capacityBytes - freeBytes;
  }

  /** The sum of its targets' budgets, which may be more than its capacity. */
  public long budgetBytes() {
    return sumOfBudgets(targets);
  }

  /** Whether its targets may grow beyond its capacity. */
  public boolean isOvercommitted() {
    return state != DiskState.ABSENT && uuid != null && budgetBytes() > capacityBytes;
  }

  /** At most the largest long; of targets that are being removed nothing counts. */
  static long sumOfBudgets(List<TargetUsage> targets) {
    long sum = 0;
    for (TargetUsage target : targets) {
      if (!target.removing()) {
        sum += Math.min(target.budgetBytes(), Long.MAX_VALUE - sum);
      }
    }
    return sum;
  }
}
