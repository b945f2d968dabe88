package io.luciola.target;

import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of a node. A bad one is reported and left out; the others serve.
 *
 * <p>Not for several threads; once the engines are driven by a thread, only that one may call
 * {@link #createTargets}.
 */
public final class DiskSet implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskSet.class);

  private final List<StorageDisk> disks;
  private final List<DiskFailure> failures;

  private DiskSet(List<StorageDisk> disks, List<DiskFailure> failures) {
    this.disks = List.copyOf(disks);
    this.failures = List.copyOf(failures);
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
    expectDevices(specs);
    List<StorageDisk> disks = new ArrayList<>();
    List<DiskFailure> failures = new ArrayList<>();
    Map<UUID, StorageDisk> byUuid = new HashMap<>();
    for (int index = 0; index < specs.size(); index++) {
      try {
        StorageDisk disk =
            StorageDisk.open(index, specs.get(index), options, listeners.apply(index));
        StorageDisk twin = byUuid.putIfAbsent(disk.uuid(), disk);
        if (twin != null) {
          disk.engine().close();
          throw new DiskException(
              "it is a copy of " + twin.spec() + ": both have UUID " + disk.uuid(), null);
        }
        disks.add(disk);
      } catch (DiskException bad) {
        failures.add(new DiskFailure(index, specs.get(index), bad.getMessage()));
      }
    }
    if (disks.isEmpty()) {
      throw new DiskException(noneUsable(failures), null);
    }
    for (DiskFailure failure : failures) {
      LOG.error(
          "disk {} is left out: {}; the node serves its other disks",
          failure.spec(),
          failure.reason());
    }
    return new DiskSet(disks, failures);
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

  /** The usable disks in the order of the configuration. */
  public List<StorageDisk> disks() {
    return disks;
  }

  /** The others. */
  public List<DiskFailure> failures() {
    return failures;
  }

  /**
   * Creates the targets that are missing, each on its disk, wherever that is plugged in; sets the
   * budgets of those that are there.
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
    return missing;
  }

  private @org.jspecify.annotations.Nullable String create(WantedTarget target) {
    for (StorageDisk disk : disks) {
      if (disk.uuid().equals(target.diskUuid())) {
        int status = disk.engine().createTarget(target.targetId(), target.budgetBytes());
        return status == EngineStatus.OK ? null : disk.spec() + ": " + EngineStatus.name(status);
      }
    }
    return "its disk " + target.diskUuid() + " is not in this node";
  }

  /** Closes the engines and their devices. */
  @Override
  public void close() {
    disks.forEach(disk -> disk.engine().close());
  }
}
