package io.luciola.target;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes targets off the disks, and finds those that nobody knows. */
final class TargetRetirement {

  private static final Logger LOG = LoggerFactory.getLogger(TargetRetirement.class);

  private final List<DiskSlot> slots;

  TargetRetirement(List<DiskSlot> slots) {
    this.slots = slots;
  }

  List<Retirement> retire(Collection<Long> targetIds) {
    List<Retirement> retirements = new ArrayList<>();
    for (long targetId : new TreeSet<>(targetIds)) {
      int before = retirements.size();
      for (DiskSlot slot : slots) {
        for (TargetUsage target : slot.targets()) {
          if (target.targetId() == targetId) {
            retirements.add(retire(slot, target));
          }
        }
      }
      if (retirements.size() == before) {
        retirements.add(new Retirement(targetId, null, "no disk of this node has it"));
      }
    }
    return retirements;
  }

  List<Orphan> orphans(Set<Long> known) {
    List<Orphan> orphans = new ArrayList<>();
    for (DiskSlot slot : slots) {
      StorageDisk disk = slot.disk();
      for (TargetUsage target : slot.targets()) {
        if (disk != null && !target.removing() && !known.contains(target.targetId())) {
          orphans.add(
              new Orphan(
                  target.targetId(),
                  disk.uuid(),
                  disk.spec(),
                  target.budgetBytes(),
                  target.usedBytes()));
        }
      }
    }
    return orphans;
  }

  List<Retirement> removeOrphans(Set<Long> known, Set<Long> named) {
    List<Retirement> retirements = new ArrayList<>();
    Set<Long> unknown = new TreeSet<>(named);
    for (long targetId : new TreeSet<>(named)) {
      if (known.contains(targetId)) {
        unknown.remove(targetId);
        retirements.add(
            new Retirement(targetId, null, "the cluster knows it: it is no orphan; retire it"));
      }
    }
    retirements.addAll(retire(unknown));
    return retirements;
  }

  private static Retirement retire(DiskSlot slot, TargetUsage target) {
    StorageDisk disk = slot.disk();
    ChunkEngine engine = slot.engine();
    if (disk == null || engine == null) {
      throw new AssertionError("a slot without a disk has target " + target.targetId());
    }
    int status = target.removing() ? EngineStatus.OK : engine.removeTarget(target.targetId());
    if (status == EngineStatus.OK) {
      return new Retirement(target.targetId(), disk.uuid(), null);
    }
    String refusal = disk.spec() + ": " + EngineStatus.name(status);
    LOG.error("target {} cannot be removed: {}", target.targetId(), refusal);
    return new Retirement(target.targetId(), disk.uuid(), refusal);
  }
}
