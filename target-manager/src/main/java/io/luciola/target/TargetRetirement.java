package io.luciola.target;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.target.Retirement.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes targets off the disks. */
final class TargetRetirement {

  private static final Logger LOG = LoggerFactory.getLogger(TargetRetirement.class);

  private final DiskSlots slots;

  /** The newest refusal of each target, which was logged. */
  private final Map<TargetOnDisk, String> refusals = new HashMap<>();

  TargetRetirement(DiskSlots slots) {
    this.slots = slots;
  }

  List<Retirement> retire(Collection<TargetOnDisk> targets) {
    Map<UUID, List<TargetOnDisk>> byDisk =
        targets.stream()
            .distinct()
            .collect(
                Collectors.groupingBy(
                    TargetOnDisk::diskUuid, LinkedHashMap::new, Collectors.toList()));
    List<Retirement> retirements = new ArrayList<>();
    byDisk.forEach((disk, onIt) -> retirements.addAll(retire(slots.of(disk), onIt)));
    retirements.forEach(this::logRefusal);
    return retirements;
  }

  private static List<Retirement> retire(@Nullable DiskSlot slot, List<TargetOnDisk> targets) {
    if (slot == null) {
      return targets.stream()
          .map(target -> refused(target, "disk " + target.diskUuid() + " is not in this node"))
          .toList();
    }
    DiskReport disk = slot.report();
    ChunkEngine engine = slot.engine();
    if (disk.state() != DiskState.SERVING || engine == null) {
      String refusal = "disk " + disk.spec() + " has failed: " + disk.reason();
      return targets.stream().map(target -> refused(target, refusal)).toList();
    }
    return targets.stream().map(target -> retire(disk, engine, target)).toList();
  }

  private static Retirement retire(DiskReport disk, ChunkEngine engine, TargetOnDisk target) {
    for (TargetUsage there : disk.targets()) {
      if (there.targetId() == target.targetId()) {
        int status = there.removing() ? EngineStatus.OK : engine.removeTarget(target.targetId());
        return status == EngineStatus.OK
            ? new Retirement(target, Progress.UNDER_WAY, null)
            : refused(target, "disk " + disk.spec() + ": " + EngineStatus.name(status));
      }
    }
    return new Retirement(target, Progress.GONE, null);
  }

  private static Retirement refused(TargetOnDisk target, String refusal) {
    return new Retirement(target, Progress.REFUSED, refusal);
  }

  /** Says a refusal when it is new: the caller asks again and again. */
  private void logRefusal(Retirement retirement) {
    String refusal = retirement.refusal();
    if (refusal == null) {
      refusals.remove(retirement.target());
    } else if (!refusal.equals(refusals.put(retirement.target(), refusal))) {
      LOG.error("target {} cannot be removed: {}", retirement.target().targetId(), refusal);
    }
  }
}
