package io.luciola.target;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of a node and the targets on them. A bad disk is reported and left out; the others
 * serve.
 *
 * <p>Not for several threads, except {@link #openFurther}. All other calls are made by the thread
 * that drives the engines, and each waits for an engine as long as one record takes to become
 * durable, at most. Engines with threads of their own are reached through what {@link
 * #reachThrough} names for each, an {@code EngineClient}; then the calls are made by the client's
 * thread.
 */
public final class DiskSet implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskSet.class);

  private final DeviceSource devices;
  private final DiskSlots slots = new DiskSlots();
  private final TargetRetirement retirement = new TargetRetirement(slots);

  private DiskSet(DeviceSource devices) {
    this.devices = devices;
  }

  /**
   * Opens all disks of a node.
   *
   * @param listeners gives the listener of each disk's engine, by the disk's index
   * @throws DiskException when none can be used; names each with its reason
   */
  public static DiskSet open(
      List<String> specs, DiskOptions options, IntFunction<ChunkEngine.Listener> listeners)
      throws DiskException {
    return open(specs, options, DeviceSource.OF_THIS_PROCESS, listeners);
  }

  static DiskSet open(
      List<String> specs,
      DiskOptions options,
      DeviceSource devices,
      IntFunction<ChunkEngine.Listener> listeners)
      throws DiskException {
    expectDevices(specs);
    DiskSet set = new DiskSet(devices);
    for (int index = 0; index < specs.size(); index++) {
      String spec = specs.get(index);
      try {
        set.add(StorageDisk.open(index, spec, options, devices, listeners.apply(index)));
      } catch (DiskException bad) {
        set.addFailed(new DiskFailure(index, spec, bad.getMessage()));
      }
    }
    if (set.disks().isEmpty()) {
      throw new DiskException(noneUsable(set.failures()), null);
    }
    for (DiskFailure failure : set.failures()) {
      LOG.error(
          "disk {} is left out: {}; the node serves its other disks",
          failure.spec(),
          failure.reason());
    }
    return set;
  }

  private static void expectDevices(List<String> specs) throws DiskException {
    List<DeviceSpec> devices = new ArrayList<>();
    for (String spec : specs) {
      try {
        devices.add(DeviceSpec.parse(spec));
      } catch (IllegalArgumentException wrong) {
        LOG.debug("said again when it is to be opened", wrong);
      }
    }
    try {
      DeviceOpener.expect(devices);
    } catch (DeviceException noSpdk) {
      LOG.debug("said again of each disk that needs it", noSpdk);
      if (specs.size() == devices.stream().filter(DeviceSpec.Spdk.class::isInstance).count()) {
        throw new DiskException(noSpdk.getMessage(), noSpdk); // once, and not for every disk
      }
    }
  }

  private static String noneUsable(List<DiskFailure> failures) {
    if (failures.size() == 1) {
      return "disk " + failures.getFirst().spec() + ": " + failures.getFirst().reason();
    }
    StringBuilder message = new StringBuilder("none of the disks can be used:");
    failures.forEach(
        failure ->
            message.append("\n  ").append(failure.spec()).append(": ").append(failure.reason()));
    return message.toString();
  }

  /** The disks that were opened and have not left, in the order of their slots. */
  public List<StorageDisk> disks() {
    return slots.disks().toList();
  }

  /** The slots without a disk: it could not be opened, or has left. */
  public List<DiskFailure> failures() {
    return slots.stream().map(DiskSlot::failure).filter(Objects::nonNull).toList();
  }

  /** The slot behind all others. */
  public int nextIndex() {
    return slots.nextIndex();
  }

  /**
   * Opens one more disk, or one that could not be opened before or has left, while the others
   * serve; {@link #add} then takes it in. Any thread may call it, and better not one that drives an
   * engine: it blocks while the disk recovers. An SPDK drive that was not configured when the
   * process started cannot be opened.
   *
   * @param index {@link #nextIndex}, or a slot of {@link #failures}
   * @param options may be others than those by which the set was opened
   * @param listener of the disk's engine, which the caller owns until it is closed
   * @throws DiskException saying what is wrong and what to do
   */
  public StorageDisk openFurther(
      int index, String spec, DiskOptions options, ChunkEngine.Listener listener)
      throws DiskException {
    return StorageDisk.open(index, spec, options, devices, listener);
  }

  /**
   * Takes in a disk that {@link #openFurther} opened, before its engine does anything else. It may
   * be one that has left this slot or another.
   *
   * @throws DiskException when another disk is in the slot, or the disk is a copy of one that is in
   *     any; then its engine is closed
   */
  public void add(StorageDisk disk) throws DiskException {
    try {
      slots.add(disk);
    } catch (DiskException refused) {
      disk.engine().close();
      throw refused;
    }
  }

  /**
   * Says why the disk of a slot could not be opened; the newest reason counts.
   *
   * @throws IllegalStateException when a disk is in the slot
   */
  public void addFailed(DiskFailure failure) {
    slots.addFailed(failure);
  }

  /**
   * Takes a disk out: from here on its engine is not asked any more, and it is the caller's to
   * close. Its slot has failed for that reason, and {@link #add} may fill it.
   *
   * @throws IllegalStateException when the disk is in no slot
   */
  public void leave(UUID disk, String reason) {
    slots.leave(disk, reason);
  }

  /**
   * From here on the set reaches a disk's engine only through this, for example the client of an
   * engine that has got a thread of its own.
   *
   * @throws IllegalStateException when the disk is in no slot
   */
  public void reachThrough(UUID disk, ChunkEngine engine) {
    DiskSlot slot = slots.of(disk);
    if (slot == null || slot.disk() == null) {
      throw new IllegalStateException("disk " + disk + " is in no slot");
    }
    slot.reachThrough(engine);
  }

  /**
   * Creates the targets that are missing, each on its disk, wherever that is plugged in; sets the
   * budgets of those that are there. A target is never created on another disk than its own.
   *
   * @return the targets which could not be created, because their disk is not here or refused; each
   *     is logged
   */
  public List<WantedTarget> createTargets(List<WantedTarget> wanted) {
    List<WantedTarget> missing = new ArrayList<>();
    for (WantedTarget target : wanted) {
      String refusal = create(target);
      if (refusal != null) {
        LOG.error("target {} is not served: {}", target.targetId(), refusal);
        missing.add(target);
      }
    }
    slots.forEach(DiskSlot::checkBudgets);
    return missing;
  }

  /**
   * All disks: those of the node's slots in their order, then those that the cluster has targets on
   * and no slot has. Allocates.
   *
   * @param known the targets that the cluster has on this node
   */
  public List<DiskReport> reports(Collection<WantedTarget> known) {
    List<DiskReport> reports = new ArrayList<>(slots.stream().map(DiskSlot::report).toList());
    Map<UUID, List<TargetUsage>> absent = new TreeMap<>();
    for (WantedTarget target : known) {
      if (slots.of(target.diskUuid()) == null) {
        absent
            .computeIfAbsent(target.diskUuid(), uuid -> new ArrayList<>())
            .add(new TargetUsage(target.targetId(), target.budgetBytes(), 0, false, false));
      }
    }
    absent.forEach((uuid, targets) -> reports.add(absent(uuid, targets)));
    return reports;
  }

  /**
   * Removes each target from exactly that disk, for good: its chunks go in the background. To be
   * called again until the target is gone. A refusal is logged when it is new.
   *
   * @return what became of each, by disk
   */
  public List<Retirement> retire(Collection<TargetOnDisk> targets) {
    return retirement.retire(targets);
  }

  /**
   * Closes the engines of its disks and their devices; one that cannot be closed does not keep the
   * others.
   */
  @Override
  public void close() {
    for (StorageDisk disk : disks()) {
      try {
        disk.engine().close();
      } catch (RuntimeException failed) {
        LOG.error("disk {} could not be closed in order", disk.spec(), failed);
      }
    }
  }

  private static DiskReport absent(UUID uuid, List<TargetUsage> targets) {
    return new DiskReport(
        -1,
        null,
        uuid,
        DiskState.ABSENT,
        "disk " + uuid + " is in no slot of this node",
        false,
        0,
        0,
        0,
        null,
        targets);
  }

  private @Nullable String create(WantedTarget target) {
    DiskSlot slot = slots.of(target.diskUuid());
    if (slot == null) {
      return "its disk " + target.diskUuid() + " is not in this node";
    }
    ChunkEngine engine = slot.engine();
    if (engine == null) {
      return "its disk " + slot.spec() + " has failed: " + slot.report().reason();
    }
    int status = engine.createTarget(target.targetId(), target.budgetBytes());
    return status == EngineStatus.OK ? null : slot.spec() + ": " + EngineStatus.name(status);
  }
}
