package io.luciola.cluster.cli.admin.growth;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.placement.TargetIds;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.Target;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done when another disk is in the place of a lost one.
 *
 * @param node the node
 * @param oldDisk UUID of the lost one; empty when none is lost
 * @param newDisk UUID of the other one; empty when nothing is left to do
 * @param targets what is left to do
 */
record DiskReplacement(int node, String oldDisk, String newDisk, List<Step> targets) {

  /** In place of a chain's id: the target is in none, and is only forgotten. */
  static final int NO_CHAIN = 0;

  /** One target that is replaced by a new one, or forgotten. */
  record Step(int chain, long oldTarget, String state, long newTarget, long budgetBytes) {}

  /**
   * Looks what is to be done.
   *
   * @param oldDisk null: the one that is missing or has failed
   * @param newDisk null: the one that serves and holds nothing, or was taken for the old one before
   * @throws CommandFailure when it cannot be done, or it is not clear which disks are meant
   */
  static DiskReplacement of(
      GetStatusResponse status, int nodeId, @Nullable String oldDisk, @Nullable String newDisk) {
    return new Search(status, nodeId).replacement(oldDisk, newDisk);
  }

  void print(PrintWriter out) {
    out.printf("node %d: disk %s takes the place of %s%n%n", node, newDisk, oldDisk);
    out.printf("%7s  %12s  %-8s  %12s  %10s%n", "CHAIN", "OLD TARGET", "STATE", "NEW", "BUDGET");
    for (Step step : targets) {
      out.printf(
          "%7s  %12d  %-8s  %12s  %10s%n",
          step.chain == NO_CHAIN ? "-" : step.chain,
          step.oldTarget,
          step.state,
          step.chain == NO_CHAIN ? "-" : step.newTarget,
          ByteSize.approximate(step.budgetBytes));
    }
    out.flush();
  }

  /** Looks into one node. */
  private static final class Search {

    private final GetStatusResponse status;
    private final Node node;
    private final List<Target> targets;
    private final DiskFitness fitness;

    private Search(GetStatusResponse status, int nodeId) {
      this.status = status;
      fitness = new DiskFitness(status);
      node =
          status.getRouting().getNodesList().stream()
              .filter(candidate -> candidate.getId() == nodeId)
              .findFirst()
              .orElseThrow(() -> CommandFailure.failed("there is no node " + nodeId));
      targets =
          status.getRouting().getTargetsList().stream()
              .filter(target -> target.getNodeId() == nodeId)
              .sorted(Comparator.comparingLong(Target::getId))
              .toList();
    }

    private DiskReplacement replacement(@Nullable String oldDisk, @Nullable String newDisk) {
      if (!node.getAlive()) {
        throw CommandFailure.failed(
            "node " + node.getId() + " is not alive; start it with the new disk first");
      }
      String lost = oldDisk == null ? missing() : known(oldDisk);
      List<Target> held =
          targets.stream().filter(target -> target.getDiskUuid().equals(lost)).toList();
      if (held.isEmpty()) {
        return new DiskReplacement(node.getId(), "", "", List.of());
      }
      Disk fresh = announced(newDisk == null ? fresh(lost) : newDisk);
      if (fresh.getUuid().equals(lost)) {
        throw CommandFailure.usage("--old-disk and --new-disk are the same");
      }
      List<Step> steps = steps(held, fresh);
      checkDisk(fresh);
      checkSpace(fresh, steps);
      return new DiskReplacement(node.getId(), lost, fresh.getUuid(), steps);
    }

    private String missing() {
      Set<String> missing =
          targets.stream().map(Target::getDiskUuid).collect(Collectors.toCollection(TreeSet::new));
      node.getDisksList().stream()
          .map(Disk::getUuid)
          .filter(uuid -> !fitness.hasFailed(node.getId(), uuid))
          .forEach(missing::remove);
      if (missing.size() > 1) {
        throw CommandFailure.failed(
            "node " + node.getId() + " lacks several disks; name one with --old-disk: " + missing);
      }
      return missing.isEmpty() ? "" : missing.iterator().next();
    }

    private String known(String uuid) {
      if (targets.stream()
          .noneMatch(
              target ->
                  target.getDiskUuid().equals(uuid) || target.getReplacedDiskUuid().equals(uuid))) {
        throw CommandFailure.failed("node " + node.getId() + " has no target on a disk " + uuid);
      }
      return uuid;
    }

    /** The disk that was taken for the old one before, or the only one without targets. */
    private String fresh(String lost) {
      Set<String> begun =
          targets.stream()
              .filter(target -> target.getReplacedDiskUuid().equals(lost))
              .map(Target::getDiskUuid)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> empty =
          node.getDisksList().stream()
              .map(Disk::getUuid)
              .filter(
                  uuid -> targets.stream().noneMatch(target -> target.getDiskUuid().equals(uuid)))
              .collect(Collectors.toCollection(TreeSet::new));
      List<String> unfit =
          empty.stream()
              .map(uuid -> fitness.reasonAgainst(node.getId(), uuid))
              .filter(reason -> !reason.isEmpty())
              .toList();
      empty.removeIf(uuid -> !fitness.reasonAgainst(node.getId(), uuid).isEmpty());
      Set<String> candidates = begun.isEmpty() ? empty : begun;
      if (candidates.isEmpty()) {
        throw CommandFailure.failed(
            "node "
                + node.getId()
                + " lacks disk "
                + lost
                + " and has no empty one"
                + (unfit.isEmpty()
                    ? "; put one in, with format-empty = true, and run 'luciola admin add-disk"
                        + " --node "
                        + node.getId()
                        + "'"
                    : ": " + String.join("; ", unfit)));
      }
      if (candidates.size() > 1) {
        throw CommandFailure.failed(
            "node "
                + node.getId()
                + " has several new disks; name one with --new-disk: "
                + candidates);
      }
      return candidates.iterator().next();
    }

    private Disk announced(String uuid) {
      return node.getDisksList().stream()
          .filter(disk -> disk.getUuid().equals(uuid))
          .findFirst()
          .orElseThrow(
              () -> CommandFailure.failed("node " + node.getId() + " has no disk " + uuid));
    }

    private List<Step> steps(List<Target> held, Disk fresh) {
      Set<Long> ids = new HashSet<>();
      status.getRouting().getTargetsList().forEach(target -> ids.add(target.getId()));
      ids.addAll(fitness.targetsNotInTheMap(node.getId(), fresh.getUuid()));
      List<Step> steps = new ArrayList<>();
      for (Target target : held) {
        Chain chain = chainOf(target.getId());
        if (chain == null) {
          steps.add(new Step(NO_CHAIN, target.getId(), "-", 0, target.getBudgetBytes()));
          continue;
        }
        long id = nextId(ids, fresh);
        ids.add(id);
        steps.add(
            new Step(
                chain.getId(),
                target.getId(),
                stateIn(chain, target.getId()).name(),
                id,
                target.getBudgetBytes()));
      }
      return steps;
    }

    private @Nullable Chain chainOf(long targetId) {
      return status.getRouting().getChainsList().stream()
          .filter(
              chain ->
                  chain.getTargetsList().stream()
                      .anyMatch(target -> target.getTargetId() == targetId))
          .findFirst()
          .orElse(null);
    }

    private static PublicTargetState stateIn(Chain chain, long targetId) {
      PublicTargetState state = PublicTargetState.INVALID;
      boolean othersComplete = false;
      for (ChainTarget target : chain.getTargetsList()) {
        if (target.getTargetId() == targetId) {
          state = target.getState();
        } else {
          othersComplete |=
              target.getState() == PublicTargetState.SERVING
                  || target.getState() == PublicTargetState.LASTSRV;
        }
      }
      if (!othersComplete) {
        throw CommandFailure.failed(
            "target "
                + targetId
                + " is the last one that has the data of chain "
                + chain.getId()
                + ": bring its disk back; nothing was changed");
      }
      return state;
    }

    /** The next number at the disk's place in the node; the least free one behind the last. */
    private long nextId(Set<Long> ids, Disk fresh) {
      long first = TargetIds.of(node.getId(), fresh.getIndex(), 1);
      long last = TargetIds.of(node.getId(), fresh.getIndex(), TargetIds.MAX_NUMBER);
      long next =
          1
              + ids.stream()
                  .filter(id -> TargetIds.place(id) == TargetIds.place(first))
                  .mapToLong(Long::longValue)
                  .max()
                  .orElse(first - 1);
      return Stream.concat(Stream.of(next), Stream.iterate(first, id -> id + 1))
          .filter(id -> id <= last && !ids.contains(id))
          .findFirst()
          .orElseThrow();
    }

    private void checkDisk(Disk fresh) {
      if (fitness.hasFailed(node.getId(), fresh.getUuid())) {
        throw CommandFailure.failed(fitness.reasonAgainst(node.getId(), fresh.getUuid()));
      }
    }

    private void checkSpace(Disk fresh, List<Step> steps) {
      long needed =
          steps.stream().filter(step -> step.chain != NO_CHAIN).mapToLong(Step::budgetBytes).sum();
      long taken =
          targets.stream()
              .filter(target -> target.getDiskUuid().equals(fresh.getUuid()))
              .mapToLong(Target::getBudgetBytes)
              .sum();
      long given = taken + fitness.unknownBytes(node.getId(), fresh.getUuid());
      if (needed + given > fresh.getSizeBytes()) {
        throw CommandFailure.failed(
            "disk "
                + fresh.getUuid()
                + " is too small: it has "
                + ByteSize.approximate(Math.max(0, fresh.getSizeBytes() - given))
                + " to give, the targets need "
                + ByteSize.approximate(needed));
      }
    }
  }
}
