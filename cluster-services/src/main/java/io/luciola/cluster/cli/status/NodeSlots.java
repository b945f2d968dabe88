package io.luciola.cluster.cli.status;

import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The slots of the storage nodes: what the nodes say of them, and what the map has there. */
public final class NodeSlots {

  /** Which part of what a disk takes is in use when it is low on space. */
  private static final double LOW_FROM = 0.95;

  private final GetStatusResponse status;
  private final DiskFacts facts;
  private final StatusFacts reports;
  private final Map<Integer, List<Target>> targets;

  /** Those of one answer of Mgmtd. */
  public NodeSlots(GetStatusResponse status) {
    this.status = status;
    facts = new DiskFacts(status);
    reports = new StatusFacts(status);
    targets =
        status.getRouting().getTargetsList().stream()
            .collect(Collectors.groupingBy(Target::getNodeId));
  }

  /** Those of all storage nodes, in the order of the ids. */
  public List<SlotView> all() {
    return status.getRouting().getNodesList().stream()
        .filter(node -> node.getType() == NodeType.STORAGE)
        .sorted(Comparator.comparingInt(Node::getId))
        .flatMap(node -> of(node).stream())
        .toList();
  }

  /** Those of one node, and behind them disks that the node lacks. */
  public List<SlotView> of(Node node) {
    List<SlotView> slots = new ArrayList<>();
    Set<String> lacking = disksWithTargets(node);
    if (facts.isReported(node.getId())) {
      for (DiskReport slot : facts.slots(node.getId())) {
        slots.add(reported(node, slot));
        lacking.remove(slot.getUuid());
      }
    } else {
      for (Disk disk : node.getDisksList()) {
        slots.add(announced(node, disk));
        lacking.remove(disk.getUuid());
      }
    }
    lacking.forEach(uuid -> slots.add(lacking(node, uuid)));
    return slots;
  }

  private Set<String> disksWithTargets(Node node) {
    Set<String> disks = new TreeSet<>();
    targets
        .getOrDefault(node.getId(), List.of())
        .forEach(target -> disks.add(target.getDiskUuid()));
    node.getRetiringList().stream().map(TargetOnDisk::getDiskUuid).forEach(disks::add);
    return disks;
  }

  /** What a dead node said last is shown, but for what may be otherwise by now. */
  private SlotView reported(Node node, DiskReport slot) {
    boolean inPlace = slot.equals(facts.slot(node.getId(), slot.getUuid()));
    return new SlotView(
        node.getId(),
        slot.getIndex(),
        slot.getDevice(),
        node.getAlive() ? state(slot) : SlotView.NOT_KNOWN,
        slot.getReason(),
        node.getAlive() ? space(slot) : SlotView.NOT_KNOWN,
        slot.getSizeBytes(),
        slot.getUsedBytes(),
        inPlace ? targetsOn(node, slot.getUuid()).size() : 0,
        facts.unknown(node.getId(), slot).size(),
        DiskFacts.usedBytes(facts.unknown(node.getId(), slot)),
        inPlace ? facts.retiring(node.getId(), slot.getUuid()).size() : 0,
        slot.getUuid());
  }

  private static String state(DiskReport slot) {
    return switch (slot.getState()) {
      case SERVING -> SlotView.SERVING;
      case FAILED -> SlotView.FAILED;
      case UNKNOWN, UNRECOGNIZED -> SlotView.NOT_KNOWN;
    };
  }

  private static String space(DiskReport slot) {
    return switch (slot.getLevel()) {
      case ENOUGH -> isNearlyUsed(slot) ? SlotView.LOW : SlotView.ENOUGH;
      case LOW -> SlotView.LOW;
      case REJECT -> SlotView.REJECT;
      case FULL -> SlotView.FULL;
      case LEVEL_UNKNOWN, UNRECOGNIZED -> SlotView.NOT_KNOWN;
    };
  }

  /** Budgets end where the engine still has what it needs for rewriting, and so sees no want. */
  private static boolean isNearlyUsed(DiskReport slot) {
    return slot.getSizeBytes() > 0 && slot.getUsedBytes() > LOW_FROM * slot.getSizeBytes();
  }

  private SlotView announced(Node node, Disk disk) {
    return new SlotView(
        node.getId(),
        disk.getIndex(),
        disk.getDevice(),
        SlotView.NOT_KNOWN,
        "",
        SlotView.NOT_KNOWN,
        disk.getSizeBytes(),
        usedBytes(node, disk.getUuid()),
        targetsOn(node, disk.getUuid()).size(),
        0,
        0,
        facts.retiring(node.getId(), disk.getUuid()).size(),
        disk.getUuid());
  }

  private SlotView lacking(Node node, String uuid) {
    boolean heard = node.getAlive() && facts.isReported(node.getId());
    return new SlotView(
        node.getId(),
        null,
        SlotView.NOT_KNOWN,
        heard ? SlotView.ABSENT : SlotView.NOT_KNOWN,
        "",
        SlotView.NOT_KNOWN,
        0,
        0,
        targetsOn(node, uuid).size(),
        0,
        0,
        facts.retiring(node.getId(), uuid).size(),
        uuid);
  }

  private List<Target> targetsOn(Node node, String uuid) {
    return targets.getOrDefault(node.getId(), List.of()).stream()
        .filter(target -> target.getDiskUuid().equals(uuid))
        .toList();
  }

  private long usedBytes(Node node, String uuid) {
    return targetsOn(node, uuid).stream()
        .mapToLong(target -> reports.report(target.getId()).getUsedBytes())
        .sum();
  }
}
