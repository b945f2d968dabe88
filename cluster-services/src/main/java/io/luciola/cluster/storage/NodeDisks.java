package io.luciola.cluster.storage;

import io.luciola.blockstore.agent.ThreadingMode;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.target.DiskException;
import io.luciola.target.DiskFailure;
import io.luciola.target.DiskOptions;
import io.luciola.target.DiskReport;
import io.luciola.target.DiskSet;
import io.luciola.target.DiskState;
import io.luciola.target.Orphan;
import io.luciola.target.Retirement;
import io.luciola.target.StorageDisk;
import io.luciola.target.TargetOnDisk;
import io.luciola.target.WantedTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The node's disks as its agent and Mgmtd see them. Once the node runs, all calls are its thread's,
 * except {@link #news} and {@link #open(int, String, StorageConfig)}.
 */
final class NodeDisks implements DiskCare, AutoCloseable {

  private final StorageConfig config;
  private final DiskSet set;

  /** The disks that the node has, or had, by their slots. */
  private final Map<Integer, Disk> disks = new TreeMap<>();

  private final UnknownTargetLog log;
  private volatile DiskNews news = DiskNews.NONE;

  private NodeDisks(StorageConfig config, DiskSet set) {
    this.config = config;
    this.set = set;
    log = new UnknownTargetLog(config.nodeId());
  }

  /** A disk that was opened beside the others, for {@link #add}. */
  record Opened(StorageDisk stored, Disk disk) {}

  /**
   * A slot of the node.
   *
   * @param spec the disk that it has, or had
   * @param serves whether the disk is in use
   * @param letGo whether nothing of the disk is in use any more
   */
  record Slot(int index, String spec, boolean serves, boolean letGo) {}

  /** Opens the disks that the configuration names, those that can be. */
  static NodeDisks open(StorageConfig config) throws DiskException {
    List<DiskCompletions> completions =
        IntStream.range(0, config.disks().size()).mapToObj(i -> new DiskCompletions()).toList();
    NodeDisks opened =
        new NodeDisks(config, DiskSet.open(config.disks(), options(config), completions::get));
    for (StorageDisk disk : opened.set.disks()) {
      opened.disks.put(disk.index(), opened.disk(disk, completions.get(disk.index())));
    }
    return opened;
  }

  private static DiskOptions options(StorageConfig config) {
    return new DiskOptions(
        config.diskSize() == null ? 0 : ByteSize.parse(config.diskSize()),
        config.formatEmpty(),
        "engine-" + config.nodeId(),
        config.discard());
  }

  private Disk disk(StorageDisk stored, DiskCompletions completions) {
    Disk disk = new Disk(stored.spec(), stored.uuid(), stored.engine(), completions);
    return config.threadingMode() == ThreadingMode.DEDICATED
        ? disk.onOwnThread(config.idleMode())
        : disk;
  }

  List<Disk> all() {
    return List.copyOf(disks.values());
  }

  List<io.luciola.cluster.mgmtd.proto.Disk> announcements() {
    Map<Integer, Integer> targets = new HashMap<>();
    set.reports(List.of()).forEach(slot -> targets.put(slot.index(), slot.targets().size()));
    return set.disks().stream()
        .map(disk -> DiskMessages.announcement(disk, targets.getOrDefault(disk.index(), 0)))
        .toList();
  }

  void createTargets(List<TargetPlacement> placements) {
    set.createTargets(
        placements.stream()
            .map(
                placement ->
                    new WantedTarget(
                        placement.targetId(), placement.diskUuid(), placement.budgetBytes()))
            .toList());
  }

  /** What was found out last; for any thread. */
  DiskNews news() {
    return news;
  }

  List<Slot> slots() {
    return set.reports(List.of()).stream().map(this::slot).toList();
  }

  private Slot slot(DiskReport report) {
    Disk disk = disks.get(report.index());
    return new Slot(
        report.index(),
        String.valueOf(report.spec()),
        report.state() == DiskState.SERVING,
        disk == null || disk.isClosed());
  }

  /**
   * Opens a disk while the others serve; for any thread, and takes as long as the disk needs to
   * recover.
   *
   * @param by says how it is to be opened
   */
  Opened open(int index, String spec, StorageConfig by) throws DiskException {
    DiskCompletions completions = new DiskCompletions();
    StorageDisk stored = set.openFurther(index, spec, options(by), completions);
    return new Opened(stored, disk(stored, completions));
  }

  /** Takes an opened disk in, before the node does; one that is refused is closed. */
  void add(Opened opened) throws DiskException {
    set.add(opened.stored());
    disks.put(opened.stored().index(), opened.disk());
  }

  /** Takes note that a slot's disk could not be opened. */
  void addFailed(DiskFailure failure) {
    set.addFailed(failure);
  }

  @Override
  public void onConnected(Disk disk, ChunkEngine engine) {
    set.reachThrough(disk.uuid(), engine);
  }

  @Override
  public void onFailed(Disk disk, String reason) {
    set.leave(disk.uuid(), reason);
  }

  @Override
  public void look(RoutingTable routing) {
    if (routing.version() == 0) {
      return; // nobody knows yet what is to be on the disks
    }
    Predicate<TargetOnDisk> known = target -> placementOf(target, routing) != null;
    List<io.luciola.cluster.mgmtd.proto.TargetOnDisk> retired =
        set
            .retire(routing.retiringOn(config.nodeId()).stream().filter(known.negate()).toList())
            .stream()
            .filter(retirement -> retirement.progress() == Retirement.Progress.GONE)
            .map(retirement -> DiskMessages.message(retirement.target()))
            .toList();
    List<DiskReport> slots = set.reports(List.of());
    news =
        new DiskNews(
            slots.stream().map(slot -> DiskMessages.report(slot, known)).toList(), retired);
    log.onOrphans(Orphan.among(slots, known));
    log.onReports(slots, target -> placementOf(target, routing));
  }

  private static @Nullable TargetPlacement placementOf(TargetOnDisk target, RoutingTable routing) {
    TargetPlacement placement = routing.target(target.targetId());
    return placement != null && placement.diskUuid().equals(target.diskUuid()) ? placement : null;
  }

  @Override
  public void close() {
    set.close();
  }
}
