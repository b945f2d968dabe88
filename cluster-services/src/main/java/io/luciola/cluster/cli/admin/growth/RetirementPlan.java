package io.luciola.cluster.cli.admin.growth;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.status.DiskFacts;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which targets are to be removed from which disks.
 *
 * @param entries each once
 */
record RetirementPlan(List<Entry> entries) {

  /** What a target is to the cluster. */
  enum Kind {
    /** In the map, and in no chain. */
    UNUSED("in no chain"),
    /** The cluster does not know it on this disk. */
    UNKNOWN("unknown"),
    /** It was removed before, and is still on its way off the disk. */
    RETIRING("being removed");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** A target on a disk. */
  record Entry(long target, int node, String disk, long usedBytes, Kind kind) {

    TargetOnDisk onDisk() {
      return TargetOnDisk.newBuilder().setTargetId(target).setDiskUuid(disk).build();
    }
  }

  /** Copies the list. */
  RetirementPlan {
    entries = List.copyOf(entries);
  }

  /**
   * Targets that are named.
   *
   * @param node null: whichever has the target
   * @param disk null: whichever has the target
   * @throws CommandFailure when one is in a chain, is nowhere, or it is not clear which is meant
   */
  static RetirementPlan ofTargets(
      GetStatusResponse status, List<Long> ids, @Nullable Integer node, @Nullable String disk) {
    Search search = new Search(status, node, disk);
    return new RetirementPlan(ids.stream().distinct().map(search::named).toList());
  }

  /**
   * All targets that a node reports and the cluster does not know.
   *
   * @param disk null: on any of its disks
   * @throws CommandFailure when the node does not say what it has, or has no such disk
   */
  static RetirementPlan ofUnknown(GetStatusResponse status, int node, @Nullable String disk) {
    return new RetirementPlan(new Search(status, node, disk).allUnknown(node));
  }

  /** Those that nobody has removed yet. */
  List<Entry> toRemove() {
    return entries.stream().filter(entry -> entry.kind != Kind.RETIRING).toList();
  }

  /** Those that are still to be removed from their disks. */
  List<Entry> left(GetStatusResponse status) {
    DiskFacts facts = new DiskFacts(status);
    return entries.stream()
        .filter(entry -> facts.retiring(entry.node, entry.disk).contains(entry.target))
        .toList();
  }

  void print(PrintWriter out) {
    out.printf("%12s  %4s  %-32s  %10s  %s%n", "TARGET", "NODE", "DISK", "USED", "IT IS");
    for (Entry entry : entries) {
      out.printf(
          "%12d  %4d  %-32s  %10s  %s%n",
          entry.target,
          entry.node,
          entry.disk,
          ByteSize.approximate(entry.usedBytes),
          entry.kind.text);
    }
    out.flush();
  }

  /** Looks for targets on some node and disk, or on all. */
  private static final class Search {

    private final GetStatusResponse status;
    private final DiskFacts disks;
    private final StatusFacts targets;
    private final @Nullable Integer node;
    private final @Nullable String disk;

    private Search(GetStatusResponse status, @Nullable Integer node, @Nullable String disk) {
      this.status = status;
      disks = new DiskFacts(status);
      targets = new StatusFacts(status);
      this.node = node;
      this.disk = disk;
      if (node != null && storageNodes().noneMatch(known -> known.getId() == node)) {
        throw CommandFailure.failed("there is no storage node " + node);
      }
    }

    private Stream<Node> storageNodes() {
      return status.getRouting().getNodesList().stream()
          .filter(known -> known.getType() == NodeType.STORAGE);
    }

    private boolean isMeant(int nodeId, String uuid) {
      return (node == null || node == nodeId) && (disk == null || disk.equals(uuid));
    }

    private Entry named(long id) {
      for (Target target : status.getRouting().getTargetsList()) {
        if (target.getId() == id && isMeant(target.getNodeId(), target.getDiskUuid())) {
          return unused(target);
        }
      }
      List<Entry> found =
          notInTheMap().stream().filter(entry -> entry.target == id).distinct().toList();
      if (found.isEmpty()) {
        throw CommandFailure.failed(
            "target "
                + id
                + " is not in the map"
                + (node == null && disk == null ? "" : " there")
                + ", and no node that was heard has it on a disk; see 'luciola admin list-disks'");
      }
      if (found.size() > 1) {
        throw CommandFailure.failed(
            "target "
                + id
                + " is on several disks; name one with --node and --disk: "
                + found.stream()
                    .map(entry -> "node " + entry.node + " disk " + entry.disk)
                    .collect(Collectors.joining(", ")));
      }
      return found.getFirst();
    }

    private Entry unused(Target target) {
      for (Chain chain : status.getRouting().getChainsList()) {
        if (chain.getTargetsList().stream()
            .anyMatch(member -> member.getTargetId() == target.getId())) {
          throw CommandFailure.failed(
              "target "
                  + target.getId()
                  + " is in chain "
                  + chain.getId()
                  + "; take it out first: luciola admin update-chain "
                  + chain.getId()
                  + " --remove "
                  + target.getId());
        }
      }
      return new Entry(
          target.getId(),
          target.getNodeId(),
          target.getDiskUuid(),
          targets.report(target.getId()).getUsedBytes(),
          Kind.UNUSED);
    }

    private List<Entry> allUnknown(int nodeId) {
      if (!disks.isReported(nodeId)) {
        throw CommandFailure.failed(
            "node "
                + nodeId
                + " has not said yet what is on its disks; see 'luciola admin list-nodes' whether"
                + " it is alive");
      }
      if (disk != null && disks.slot(nodeId, disk) == null) {
        throw CommandFailure.failed(
            "node " + nodeId + " has no disk " + disk + "; see 'luciola admin list-disks'");
      }
      return notInTheMap();
    }

    /** What nodes report, and what they are to remove. */
    private List<Entry> notInTheMap() {
      List<Entry> found = new ArrayList<>();
      storageNodes()
          .forEach(
              known -> {
                for (TargetOnDisk leaving : known.getRetiringList()) {
                  if (isMeant(known.getId(), leaving.getDiskUuid())) {
                    found.add(leaving(known, leaving));
                  }
                }
                for (DiskReport slot : disks.slots(known.getId())) {
                  if (isMeant(known.getId(), slot.getUuid())) {
                    disks.unknown(known.getId(), slot).stream()
                        .map(target -> unknown(known, slot, target))
                        .forEach(found::add);
                  }
                }
              });
      return found;
    }

    private Entry leaving(Node known, TargetOnDisk leaving) {
      DiskReport slot = disks.slot(known.getId(), leaving.getDiskUuid());
      long usedBytes =
          slot == null
              ? 0
              : DiskFacts.usedBytes(
                  slot.getUnknownTargetsList().stream()
                      .filter(target -> target.getTargetId() == leaving.getTargetId())
                      .toList());
      return new Entry(
          leaving.getTargetId(), known.getId(), leaving.getDiskUuid(), usedBytes, Kind.RETIRING);
    }

    private static Entry unknown(Node known, DiskReport slot, UnknownTarget target) {
      return new Entry(
          target.getTargetId(), known.getId(), slot.getUuid(), target.getUsedBytes(), Kind.UNKNOWN);
    }
  }
}
