package io.luciola.cluster.cli.status;

import io.luciola.chaintable.placement.TargetIds;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeDisks;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.mgmtd.proto.UnknownTarget;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Mgmtd could say: three nodes, each with a disk of 1 GiB in slot 0 with target N00101 of
 * chain 1, all well; tests change it.
 */
public final class HandMadeStatus {

  public static final long MIB = 1 << 20;
  public static final long DISK_BYTES = 1024 * MIB;
  public static final long BUDGET_BYTES = 960 * MIB;
  public static final long USED_BYTES = 8 * MIB;

  private final Map<Integer, Node.Builder> nodes = new TreeMap<>();
  private final Map<Integer, Map<Integer, DiskReport.Builder>> slots = new TreeMap<>();
  private final Map<Integer, Long> looks = new TreeMap<>();
  private final Map<Long, Target.Builder> targets = new TreeMap<>();
  private final Map<Long, TargetReport.Builder> reports = new TreeMap<>();
  private final Map<Integer, Chain.Builder> chains = new TreeMap<>();
  private long term = 1;

  public HandMadeStatus() {
    chains.put(1, Chain.newBuilder().setId(1).setVersion(1));
    for (int node = 1; node <= 3; node++) {
      node(node);
      disk(node, 0);
      long id = target(node, 0, 1);
      targets.get(id).setChainId(1);
      chains
          .get(1)
          .addTargets(ChainTarget.newBuilder().setTargetId(id).setState(PublicTargetState.SERVING));
    }
  }

  public static String uuid(int node, int slot) {
    return "%032x".formatted(node * 16 + slot);
  }

  static String device(int node, int slot) {
    return "uring:/n" + node + "d" + slot;
  }

  /** A node that lives, has no disk, and has not said anything. */
  HandMadeStatus node(int id) {
    nodes.put(
        id,
        Node.newBuilder()
            .setId(id)
            .setType(NodeType.STORAGE)
            .setHost("host" + id)
            .setPort(7000 + id)
            .setAlive(true)
            .setIncarnation(id));
    slots.put(id, new TreeMap<>());
    return this;
  }

  public Node.Builder nodeOf(int id) {
    return nodes.get(id);
  }

  /** A disk that its node announces and that serves. */
  public HandMadeStatus disk(int node, int slot) {
    nodes
        .get(node)
        .addDisks(
            Disk.newBuilder()
                .setUuid(uuid(node, slot))
                .setIndex(slot)
                .setSizeBytes(DISK_BYTES)
                .setDevice(device(node, slot)));
    slot(node, slot)
        .setUuid(uuid(node, slot))
        .setState(DiskReport.State.SERVING)
        .setLevel(DiskReport.Level.ENOUGH)
        .setSizeBytes(DISK_BYTES);
    return this;
  }

  /** What a node says of a slot; a new one if there is none. */
  public DiskReport.Builder slot(int node, int slot) {
    return slots
        .get(node)
        .computeIfAbsent(
            slot, _ -> DiskReport.newBuilder().setIndex(slot).setDevice(device(node, slot)));
  }

  /** A slot that could not be opened, or whose disk broke; targets of the map on it are OFFLINE. */
  public HandMadeStatus fail(int node, int slot, String reason) {
    slot(node, slot).setState(DiskReport.State.FAILED).setReason(reason);
    targets.values().stream()
        .filter(target -> target.getNodeId() == node)
        .filter(target -> target.getDiskUuid().equals(uuid(node, slot)))
        .forEach(target -> setOffline(target.getId()));
    return this;
  }

  private void setOffline(long id) {
    reports.get(id).setState(TargetReport.State.OFFLINE);
    for (Chain.Builder chain : chains.values()) {
      for (ChainTarget.Builder member : chain.getTargetsBuilderList()) {
        if (member.getTargetId() == id) {
          member.setState(PublicTargetState.OFFLINE);
        }
      }
    }
  }

  /** The node does not have the disk any more, neither in the map nor in a slot. */
  public HandMadeStatus lose(int node, int slot) {
    fail(node, slot, "");
    slots.get(node).remove(slot);
    Node.Builder found = nodes.get(node);
    for (int i = found.getDisksCount() - 1; i >= 0; i--) {
      if (found.getDisks(i).getIndex() == slot) {
        found.removeDisks(i);
      }
    }
    return this;
  }

  /** The node was not heard since Mgmtd started. */
  public HandMadeStatus unheard(int node) {
    slots.get(node).clear();
    return this;
  }

  /** A target of the map in no chain, which its node holds; returns its id. */
  public long target(int node, int slot, int number) {
    long id = TargetIds.of(node, slot, number);
    targets.put(
        id,
        Target.newBuilder()
            .setId(id)
            .setNodeId(node)
            .setDiskUuid(uuid(node, slot))
            .setBudgetBytes(BUDGET_BYTES));
    reports.put(
        id,
        TargetReport.newBuilder()
            .setTargetId(id)
            .setState(TargetReport.State.UPTODATE)
            .setUsedBytes(USED_BYTES));
    slot(node, slot).setUsedBytes(slot(node, slot).getUsedBytes() + USED_BYTES);
    return id;
  }

  public HandMadeStatus budget(long id, long bytes) {
    targets.get(id).setBudgetBytes(bytes);
    return this;
  }

  /** The target is not in the map any more. */
  public HandMadeStatus forget(long id) {
    targets.remove(id);
    reports.remove(id);
    return this;
  }

  public HandMadeStatus unknown(int node, int slot, long id, long usedBytes) {
    slot(node, slot)
        .setUsedBytes(slot(node, slot).getUsedBytes() + usedBytes)
        .addUnknownTargets(UnknownTarget.newBuilder().setTargetId(id).setUsedBytes(usedBytes));
    return this;
  }

  public HandMadeStatus retiring(int node, int slot, long id) {
    nodes
        .get(node)
        .addRetiring(TargetOnDisk.newBuilder().setTargetId(id).setDiskUuid(uuid(node, slot)));
    return this;
  }

  public HandMadeStatus look(int node, long done) {
    looks.put(node, done);
    return this;
  }

  public HandMadeStatus term(long now) {
    term = now;
    return this;
  }

  public GetStatusResponse build() {
    RoutingMap.Builder map = RoutingMap.newBuilder().setVersion(7);
    nodes.values().forEach(map::addNodes);
    targets.values().forEach(map::addTargets);
    chains.values().forEach(map::addChains);
    map.addChainTables(ChainTable.newBuilder().setId(1).setVersion(1).addChainIds(1));
    GetStatusResponse.Builder status =
        GetStatusResponse.newBuilder()
            .setRouting(map)
            .setTerm(term)
            .setExpectedStorageNodes(3)
            .setPrimaryAddress("host0:7420");
    reports.values().forEach(status::addTargets);
    slots.forEach(
        (node, ofNode) -> {
          if (!ofNode.isEmpty()) {
            NodeDisks.Builder disks =
                NodeDisks.newBuilder().setNodeId(node).setDiskLook(looks.getOrDefault(node, 0L));
            ofNode.values().forEach(disks::addDisks);
            status.addDisks(disks);
          }
        });
    return status.build();
  }
}
