package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.cluster.routing.TargetPlacement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a node hold the targets that the routing map gives it, and tells them of their chains. */
final class TargetHosting {

  private static final Logger LOG = LoggerFactory.getLogger(TargetHosting.class);

  private final NodeContext context;
  private final HostedTargets targets;
  private final List<DiskAgent> disks;
  private final HostedTarget.DriverFactory drivers;

  /** Targets that are made, and belong to no chain yet. */
  private final Set<Long> spares = new HashSet<>();

  /** The budgets that the targets which are made have, by their ids. */
  private final Map<Long, Long> budgets = new HashMap<>();

  /** Targets whose trouble was told already. */
  private final Set<Long> complained = new HashSet<>();

  TargetHosting(
      NodeContext context,
      HostedTargets targets,
      List<DiskAgent> disks,
      HostedTarget.DriverFactory drivers) {
    this.context = context;
    this.targets = targets;
    this.disks = disks;
    this.drivers = drivers;
  }

  /** Acts by the context's routing table, which is a new one. */
  void follow() {
    for (TargetPlacement placement : context.routing.targetsOn(context.nodeId)) {
      if (placement.chainId() == TargetPlacement.NO_CHAIN) {
        keepSpare(placement);
        continue;
      }
      HostedTarget target = targets.find(placement.targetId());
      if (target == null) {
        target = host(placement);
      } else {
        keepBudget(placement, target.disk);
      }
      Chain chain = context.routing.chain(placement.chainId());
      if (target != null && chain != null) {
        tell(target, chain);
      }
    }
  }

  /** Whether a target without a chain is there. */
  boolean holdsSpare(long targetId) {
    return spares.contains(targetId);
  }

  private void keepBudget(TargetPlacement placement, DiskAgent disk) {
    long targetId = placement.targetId();
    long before = budgets.getOrDefault(targetId, placement.budgetBytes());
    if (before != placement.budgetBytes()
        && disk.createTarget(targetId, placement.budgetBytes()) == EngineStatus.OK) {
      budgets.put(targetId, placement.budgetBytes());
      LOG.info(
          "node {}: target {} may hold {} bytes, no longer {}",
          context.nodeId,
          targetId,
          placement.budgetBytes(),
          before);
    }
  }

  private void keepSpare(TargetPlacement placement) {
    if (spares.contains(placement.targetId())) {
      DiskAgent disk = diskWith(placement.diskUuid());
      if (disk != null) {
        keepBudget(placement, disk);
      }
    } else if (made(placement) != null) {
      spares.add(placement.targetId());
      LOG.info(
          "node {}: holds target {}, which belongs to no chain yet",
          context.nodeId,
          placement.targetId());
    }
  }

  /** The disk, on which the target is; null when it cannot be there. */
  private @Nullable DiskAgent made(TargetPlacement placement) {
    DiskAgent disk = diskWith(placement.diskUuid());
    if (disk == null) {
      complain(placement, "this node has no such disk; was it replaced or left out of disks?");
      return null;
    }
    int status = disk.createTarget(placement.targetId(), placement.budgetBytes());
    if (status != EngineStatus.OK) {
      complain(placement, "its engine refuses the target: " + EngineStatus.name(status));
      return null;
    }
    budgets.put(placement.targetId(), placement.budgetBytes());
    return disk;
  }

  private @Nullable HostedTarget host(TargetPlacement placement) {
    DiskAgent disk = made(placement);
    if (disk == null) {
      return null;
    }
    spares.remove(placement.targetId());
    HostedTarget target =
        new HostedTarget(
            placement.targetId(),
            placement.chainId(),
            disk,
            context.options.replica(),
            context.lease,
            context.refillTotals,
            drivers);
    targets.add(target);
    LOG.info(
        "node {}: holds target {} of chain {} on {}",
        context.nodeId,
        placement.targetId(),
        placement.chainId(),
        disk.disk.name());
    return target;
  }

  private void tell(HostedTarget target, Chain chain) {
    if (chain.id() != target.chainId) {
      LOG.error(
          "node {}: the routing map moves target {} from chain {} to {}; it stays where it is until"
              + " a restart",
          context.nodeId,
          target.targetId,
          target.chainId,
          chain.id());
      return;
    }
    target.onChain(chain, context.nowNs);
  }

  private @Nullable DiskAgent diskWith(UUID uuid) {
    for (DiskAgent disk : disks) {
      if (disk.disk.uuid().equals(uuid)) {
        return disk;
      }
    }
    return null;
  }

  private void complain(TargetPlacement placement, String reason) {
    if (complained.add(placement.targetId())) {
      LOG.error(
          "node {}: cannot hold target {} of chain {} on disk {}: {}",
          context.nodeId,
          placement.targetId(),
          placement.chainId(),
          placement.diskUuid(),
          reason);
    }
  }
}
