package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.target.DiskException;
import io.luciola.target.DiskOptions;
import io.luciola.target.DiskSet;
import io.luciola.target.Orphan;
import io.luciola.target.StorageDisk;
import io.luciola.target.TargetOnDisk;
import io.luciola.target.WantedTarget;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's disks as its agent and Mgmtd see them. */
final class NodeDisks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeDisks.class);

  private final DiskSet set;
  private final List<Disk> disks;

  private NodeDisks(DiskSet set, List<Disk> disks) {
    this.set = set;
    this.disks = disks;
  }

  static NodeDisks open(StorageConfig config) throws DiskException {
    List<DiskCompletions> completions =
        IntStream.range(0, config.disks().size()).mapToObj(i -> new DiskCompletions()).toList();
    DiskOptions options =
        new DiskOptions(
            config.diskSize() == null ? 0 : ByteSize.parse(config.diskSize()),
            config.formatEmpty(),
            "engine-" + config.nodeId(),
            config.discard());
    DiskSet set = DiskSet.open(config.disks(), options, completions::get);
    List<Disk> disks =
        set.disks().stream()
            .map(
                disk ->
                    withThreads(
                        config,
                        new Disk(
                            disk.spec(),
                            disk.uuid(),
                            disk.engine(),
                            completions.get(disk.index()))))
            .toList();
    return new NodeDisks(set, disks);
  }

  private static Disk withThreads(StorageConfig config, Disk disk) {
    return config.threadingMode() == ThreadingMode.DEDICATED
        ? disk.onOwnThread(config.idleMode())
        : disk;
  }

  List<Disk> all() {
    return disks;
  }

  List<io.luciola.cluster.mgmtd.proto.Disk> announcements() {
    return set.disks().stream().map(NodeDisks::announcement).toList();
  }

  private static io.luciola.cluster.mgmtd.proto.Disk announcement(StorageDisk disk) {
    return io.luciola.cluster.mgmtd.proto.Disk.newBuilder()
        .setUuid(
            String.format(
                "%016x%016x",
                disk.uuid().getMostSignificantBits(), disk.uuid().getLeastSignificantBits()))
        .setIndex(disk.index())
        .setSizeBytes(disk.usableBytes())
        .setDevice(disk.spec())
        .build();
  }

  void createTargets(List<TargetPlacement> placements) {
    set.createTargets(
        placements.stream()
            .map(
                placement ->
                    new WantedTarget(
                        placement.targetId(), placement.diskUuid(), placement.budgetBytes()))
            .toList());
    Set<TargetOnDisk> known =
        placements.stream()
            .map(placement -> new TargetOnDisk(placement.targetId(), placement.diskUuid()))
            .collect(Collectors.toSet());
    set.orphans(known::contains).forEach(NodeDisks::explain);
  }

  private static void explain(Orphan orphan) {
    LOG.warn(
        "disk {} has target {}, with {} bytes, which the cluster does not know; to have the space"
            + " back stop the node and run 'luciola engine remove-target {} {}'",
        orphan.spec(),
        orphan.targetId(),
        orphan.usedBytes(),
        orphan.spec(),
        orphan.targetId());
  }

  @Override
  public void close() {
    set.close();
  }
}
