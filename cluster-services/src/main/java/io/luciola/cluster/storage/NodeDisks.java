package io.luciola.cluster.storage;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.ByteSize;
import io.luciola.blockstore.device.DeviceOpener;
import io.luciola.blockstore.device.DeviceOptions;
import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.routing.TargetPlacement;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** placeholder until target-manager. */
final class NodeDisks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeDisks.class);

  private final List<Disk> disks;
  private final List<io.luciola.cluster.mgmtd.proto.Disk> announcements;

  private NodeDisks(List<Disk> disks, List<io.luciola.cluster.mgmtd.proto.Disk> announcements) {
    this.disks = disks;
    this.announcements = announcements;
  }

  static NodeDisks open(StorageConfig config) throws IOException {
    List<Disk> disks = new ArrayList<>();
    List<io.luciola.cluster.mgmtd.proto.Disk> announcements = new ArrayList<>();
    for (int index = 0; index < config.disks().size(); index++) {
      String text = config.disks().get(index);
      DeviceSpec spec = DeviceSpec.parse(text);
      if (spec instanceof DeviceSpec.Uring file
          && !Files.exists(file.path())
          && config.diskSize() != null) {
        Files.createDirectories(file.path().toAbsolutePath().getParent());
        UringDevice.create(file.path(), ByteSize.parse(config.diskSize()));
      }
      BlockDevice device = DeviceOpener.open(spec, DeviceOptions.defaults());
      if (config.formatEmpty() && !BlockEngine.isFormatted(device)) {
        BlockEngine.format(device, FormatOptions.defaults(UUID.randomUUID()));
        LOG.info("formatted {}", text);
      }
      String role = "engine-" + config.nodeId() + "-" + index;
      Disk disk =
          Disk.open(
              text, listener -> BlockEngine.open(device, EngineOptions.defaults(role), listener));
      disks.add(disk);
      long used = 0;
      for (long target : disk.engine().targetIds()) {
        used += disk.engine().usedBytes(target);
      }
      announcements.add(
          io.luciola.cluster.mgmtd.proto.Disk.newBuilder()
              .setUuid(
                  String.format(
                      "%016x%016x",
                      disk.uuid().getMostSignificantBits(), disk.uuid().getLeastSignificantBits()))
              .setIndex(index)
              .setSizeBytes(disk.engine().freeBytes() + used)
              .setDevice(text)
              .build());
    }
    return new NodeDisks(disks, announcements);
  }

  List<Disk> all() {
    return disks;
  }

  List<io.luciola.cluster.mgmtd.proto.Disk> announcements() {
    return announcements;
  }

  void createTargets(List<TargetPlacement> targets) {
    for (TargetPlacement target : targets) {
      for (Disk disk : disks) {
        if (disk.uuid().equals(target.diskUuid())) {
          int status = disk.engine().createTarget(target.targetId(), target.budgetBytes());
          if (status != EngineStatus.OK) {
            LOG.error(
                "target {} cannot be made on {}: {}",
                target.targetId(),
                disk.name(),
                EngineStatus.name(status));
          }
        }
      }
    }
  }

  @Override
  public void close() {
    disks.forEach(disk -> disk.engine().close());
  }
}
