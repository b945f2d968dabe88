package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.Chain;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.craq.NodeLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node hold the targets that the routing map gives it, and no others, and tells them of
 * their chains.
 */
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

  /** Targets that could not be held, and are reported as OFFLINE; each was told once. */
  private final Set<Long> refused = new HashSet<>();

  /** Let go of; what they had asked of peers may still be in use. */
  private final List<HostedTarget> former = new ArrayList<>();

  /** Whether some target is to be let go of when it has nothing under way. */
  private boolean someForgotten;

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

  /** Acts by the context's routing table, which is a new one, or by disks that are. */
  void follow() {
    forget();
    for (TargetPlacement placement : context.routing.targetsOn(context.nodeId)) {
      if (placement.chainId() == TargetPlacement.NO_CHAIN) {
        keepSpare(placement);
        continue;
      }
      Chain chain = context.routing.chain(placement.chainId());
      HostedTarget target = targets.find(placement.targetId());
      if (target == null) {
        target = host(placement, chain);
      } else if (chain != null && isBack(target, placement, chain)) {
        tell(target, chain); // it is out of it: what it has under way ends
        letGo(target);
        target = hostAgain(placement);
      } else {
        keepBudget(placement, target.disk);
      }
      if (target != null && chain != null) {
        tell(target, chain);
      }
    }
  }

  /** What was said to be OFFLINE comes back when the chain goes on without it, and not before. */
  private @Nullable HostedTarget host(TargetPlacement placement, @Nullable Chain chain) {
    if (!refused.contains(placement.targetId())) {
      return hosted(placement, context.lease);
    }
    return chain != null && isOut(chain, placement.targetId()) ? hostAgain(placement) : null;
  }

  private @Nullable HostedTarget hostAgain(TargetPlacement placement) {
    return hosted(placement, context.lease.part());
  }

  /** Takes note of the targets that the map gives this node no more. */
  private void forget() {
    Set<Long> wanted =
        context.routing.targetsOn(context.nodeId).stream()
            .map(TargetPlacement::targetId)
            .collect(Collectors.toSet());
    spares.retainAll(wanted);
    budgets.keySet().retainAll(wanted);
    refused.retainAll(wanted);
    someForgotten = false;
    for (int i = 0; i < targets.size(); i++) {
      HostedTarget target = targets.at(i);
      Chain chain = context.routing.chain(target.chainId);
      if (!wanted.contains(target.targetId)) {
        someForgotten = true;
        if (chain != null) {
          tell(target, chain); // it is not in it: what it has under way ends
        }
      }
    }
  }

  /** Lets go of forgotten targets that have nothing under way any more. */
  void onTick() {
    if (!someForgotten) {
      return;
    }
    someForgotten = false;
    for (int i = targets.size() - 1; i >= 0; i--) {
      HostedTarget target = targets.at(i);
      if (isForgotten(target)) {
        if (target.hasWork()) {
          someForgotten = true;
        } else {
          letGo(target);
        }
      }
    }
  }

  private boolean isForgotten(HostedTarget target) {
    TargetPlacement placement = context.routing.target(target.targetId);
    return placement == null || placement.nodeId() != context.nodeId;
  }

  private void letGo(HostedTarget target) {
    targets.remove(target);
    former.add(target);
    LOG.info(
        "node {}: lets go of target {} of chain {} on {}",
        context.nodeId,
        target.targetId,
        target.chainId,
        target.disk.disk.name());
  }

  /**
   * Whether the target's disk failed, was opened anew, and what the replica knew does not count any
   * more: the chain goes on without it, so that it comes back like one of a process that starts.
   */
  private boolean isBack(HostedTarget target, TargetPlacement placement, Chain chain) {
    DiskAgent disk = diskWith(placement.diskUuid());
    return !target.disk.works()
        && disk != null
        && disk != target.disk
        && isOut(chain, target.targetId);
  }

  private static boolean isOut(Chain chain, long targetId) {
    return chain.targets().stream()
        .filter(member -> member.targetId() == targetId)
        .allMatch(
            member ->
                member.state() == PublicTargetState.OFFLINE
                    || member.state() == PublicTargetState.LASTSRV);
  }

  /** Gives back what the targets have taken; they are not used any more. */
  void close() {
    for (int i = 0; i < targets.size(); i++) {
      targets.at(i).close();
    }
    former.forEach(HostedTarget::close);
  }

  /** Whether a target without a chain is there. */
  boolean holdsSpare(TargetPlacement placement) {
    DiskAgent disk = diskWith(placement.diskUuid());
    return spares.contains(placement.targetId()) && disk != null && disk.works();
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
    refused.remove(placement.targetId());
    return disk;
  }

  private @Nullable HostedTarget hosted(TargetPlacement placement, NodeLease lease) {
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
            lease,
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

  /** One that works, when there is one. */
  private @Nullable DiskAgent diskWith(UUID uuid) {
    DiskAgent found = null;
    for (DiskAgent disk : disks) {
      if (disk.disk.uuid().equals(uuid) && (found == null || disk.works())) {
        found = disk;
      }
    }
    return found;
  }

  private void complain(TargetPlacement placement, String reason) {
    if (refused.add(placement.targetId())) {
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
